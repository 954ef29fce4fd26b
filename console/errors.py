"""What the console refuses, by name."""


class TooManyAttempts(Exception):
    """An account was tried too often; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"try again in {seconds} s")


class WrongCsrf(Exception):
    """The write does not carry the login's CSRF token."""


class NoSuchColleague(Exception):
    """A transfer names nobody."""


class NotTheirs(Exception):
    """The agent's roles do not allow it."""


class WrongCurrentPassword(Exception):
    """Who changes their password does not know the one they have."""


class NoSuchLogin(Exception):
    """The login to end has ended already, or is another's."""

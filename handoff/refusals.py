"""Why something about a person cannot be as asked; each message is a sentence for the command line."""


class AgentProblem(Exception):
    """An agent cannot be as asked; the message says why."""


class NoName(AgentProblem):
    """A person needs an e-mail address and a name."""

    def __init__(self) -> None:
        super().__init__("An agent needs an e-mail address and a name.")


class UnknownRole(AgentProblem):
    """There is no such role; the message names those that are."""


class EmailTaken(AgentProblem):
    """There is an agent with this address already."""

    def __init__(self, email: str) -> None:
        super().__init__(f"There is an agent with the address {email} already.")


class ShortPassword(AgentProblem):
    """The password is too short, or so long that nobody means it."""

    def __init__(self, shortest: int) -> None:
        super().__init__(f"The password needs at least {shortest} characters.")


class GuessablePassword(AgentProblem):
    """The password is the person's e-mail address or name."""

    def __init__(self) -> None:
        super().__init__("The password must not be the e-mail address or the name.")


class LastOperator(AgentProblem):
    """Nobody would be left who may invite people and set their roles."""

    def __init__(self) -> None:
        super().__init__("This is the last operator: make somebody else an operator first.")


class NoSuchAgent(AgentProblem):
    """There is no agent with this address or number."""

    def __init__(self, who: str) -> None:
        super().__init__(f"There is no agent with the address {who}: `firstline agents list` names all.")


class Deactivated(AgentProblem):
    """The agent has been deactivated and does nothing here any more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has been deactivated: reactivate them first.")

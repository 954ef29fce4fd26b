"""What the record refuses, by name; the channels turn each into words for the visitor."""


class Refused(Exception):
    """The record did not take it; nothing was stored."""


class UnknownConversation(Refused):
    """There is no such conversation, or it is somebody else's."""


class WrongToken(Refused):
    """The token opens no conversation."""


class ConversationClosed(Refused):
    """The conversation is over and stays so."""


class ChangedRepeat(Refused):
    """The id was used before for something else; `seq` is where that stands."""

    def __init__(self, seq: int) -> None:
        self.seq = seq
        super().__init__(f"the id stands for another message at {seq}")


class ChoiceNotOffered(Refused):
    """The choice was never offered in this conversation."""


class EmptyMessage(Refused):
    """Nothing readable is left of the text."""


class TooLong(Refused):
    """The text has more characters than a message may have."""


class TooFast(Refused):
    """The conversation takes no more messages for `seconds`."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"try again in {seconds} s")


class FileTooLarge(Refused):
    """The file has more bytes than an attachment may have."""


class FileNotAccepted(Refused):
    """The file is of a kind that is not taken."""


class AlreadyRated(Refused):
    """The conversation has its rating."""

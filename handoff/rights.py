"""Says which role may do what: one table, pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Right(StrEnum):
    """What somebody may do at the desk."""

    READ = "read"  # see queue, chats, tickets and colleagues
    ANSWER = "answer"  # take chats, write in them, change tickets, be present
    LEAD = "lead"  # take over a colleague's chat, set what colleagues take
    AUDIT = "audit"  # read who did what
    PEOPLE = "people"  # invite people, set their roles, end their sign-ins, deactivate them


_MAY: Mapping[str, frozenset[Right]] = {
    "agent": frozenset({Right.READ, Right.ANSWER}),
    "editor": frozenset({Right.READ}),
    "supervisor": frozenset({Right.READ, Right.ANSWER, Right.LEAD, Right.AUDIT}),
    "operator": frozenset(Right),
}
ROLES = tuple(_MAY)


def rights(roles: Iterable[str]) -> frozenset[Right]:
    """Give what somebody with these roles may do; a role nobody knows gives nothing."""
    return frozenset().union(*(_MAY.get(role, frozenset()) for role in roles))


def may(roles: Iterable[str], right: Right) -> bool:
    """Tell whether one of these roles gives a right."""
    return right in rights(roles)

"""Gives a new ticket its kind and priority."""

_REQUESTS = frozenset(
    {
        "account_management",
        "email_config",
        "hardware_request",
        "onboarding_offboarding",
        "password_reset",
        "pdf_reader",
        "software_request",
    }
)
_URGENT_TOPICS = frozenset({"security_malware", "spam_phishing"})
PRIORITIES = ("low", "normal", "high", "urgent")


def kind_of(topic: str | None) -> str:
    """Tell a request for something from something broken, by topic; what is not known is treated as broken."""
    return "service_request" if topic in _REQUESTS else "incident"


def priority_of(reason: str, topic: str | None) -> str:
    """Put security first, then visitors who lost patience."""
    if topic in _URGENT_TOPICS:
        return "urgent"
    return "high" if reason == "frustrated" else "normal"


def rank(priority: str) -> int:
    """Give a priority as a number; the higher comes first in the queue."""
    return PRIORITIES.index(priority)

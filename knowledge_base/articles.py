"""An article: one question people have, and the answer in English and German."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")
KINDS = ("incident", "service_request")
FACTS = ("system", "device", "error_code")  # what an article can ask for, and a ticket notes


@dataclass(frozen=True)
class Link:
    """A titled address below the steps."""

    title: str
    url: str


@dataclass(frozen=True)
class Variant:
    """One answer to what an article asks back: what a visitor clicks, the fact it is, and the steps for it (if any)."""

    title: str
    value: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArticleText:
    """An article in one language; `questions` train the bot, `golden` ones only test it."""

    title: str
    questions: tuple[str, ...]
    answer: str
    steps: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    next: str = ""
    keywords: tuple[str, ...] = ()
    golden: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class Article:
    """One entry of the knowledge base; `review` is the ISO date on which its owner looks at it again.

    `asks` is the fact its steps depend on, or empty.
    """

    id: str
    topic: str
    kind: str
    owner: str
    review: str
    texts: Mapping[Language, ArticleText]
    asks: str = ""


def variant_for(text: ArticleText, fact: str) -> Variant | None:
    """Give the variant a fact belongs to: "Windows 11" is "Windows" where nothing nearer is listed."""
    nearest = sorted(text.variants, key=lambda variant: -len(variant.value))
    return next((variant for variant in nearest if _covers(variant.value, fact)), None)


def is_settled(text: ArticleText, fact: str) -> bool:
    """Tell whether a fact leaves nothing to ask: it has its variant, or belongs to none ("Linux")."""
    vague = any(_covers(fact, variant.value) for variant in text.variants)
    return variant_for(text, fact) is not None or not vague


def render(text: ArticleText, variant: Variant | None = None) -> str:
    """Write an article out as a message: the answer, numbered steps, links, what to do next.

    With a variant that has steps of its own, those stand instead of the general ones.
    """
    wanted = variant.steps if variant and variant.steps else text.steps
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(wanted, start=1))
    links = "\n".join(f"- [{link.title}]({link.url})" for link in text.links)
    return "\n\n".join(part for part in (text.answer, steps, links, text.next) if part)


def _covers(value: str, fact: str) -> bool:
    wider, narrower = value.casefold(), fact.casefold()
    return narrower == wider or narrower.startswith(f"{wider} ")

"""An article: one question people have, and the answer in English and German."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")
KINDS = ("incident", "service_request")


@dataclass(frozen=True)
class Link:
    """A titled address below the steps."""

    title: str
    url: str


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


@dataclass(frozen=True)
class Article:
    """One entry of the knowledge base; `review` is the ISO date on which its owner looks at it again."""

    id: str
    topic: str
    kind: str
    owner: str
    review: str
    texts: Mapping[Language, ArticleText]


def render(text: ArticleText) -> str:
    """Write an article out as a message: the answer, numbered steps, links, what to do next."""
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(text.steps, start=1))
    links = "\n".join(f"- [{link.title}]({link.url})" for link in text.links)
    return "\n\n".join(part for part in (text.answer, steps, links, text.next) if part)

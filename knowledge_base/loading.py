"""Loads the knowledge base from its folder, or says everything that is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from knowledge_base.articles import LANGUAGES, Article, ArticleText, Link, Variant
from knowledge_base.checks import LISTS, TEXTS, TOP, article_problems, fill, placeholder_problems, repeat_problems
from knowledge_base.guidance import variants_in
from knowledge_base.organisation import DeskHours, Organisation, Span, read_organisation
from knowledge_base.problems import KnowledgeBaseBroken, Problem
from knowledge_base.yaml_source import Place, Source, read

ARTICLES = Path(__file__).parent / "articles"


@dataclass(frozen=True)
class KnowledgeBase:
    """Every article by id, and the organisation whose facts are filled in."""

    articles: Mapping[str, Article]
    organisation: Organisation


def load(folder: Path = ARTICLES) -> KnowledgeBase:
    """Load all `<topic>/<id>.yml` below `folder` and `organisation.yml` beside it.

    Placeholders are filled in. Raises KnowledgeBaseBroken with the problems of all files at once.
    """
    problems: list[Problem] = []
    organisation = _organisation(folder.parent / "organisation.yml", problems)
    sound = not problems
    sources = dict(_sources(folder, problems))
    ids: dict[str, str] = {}
    asked: dict[str, tuple[str, Place]] = {}
    for path, source in sources.items():
        problems.extend(source.problems)
        problems.extend(article_problems(source, path))
        problems.extend(repeat_problems(source, ids, asked))
        if organisation:
            problems.extend(placeholder_problems(source, organisation, addresses=sound))
    if not sources and not problems:
        problems.append(Problem(folder.name, 1, "", "holds no article: add one as <topic>/<id>.yml."))
    if problems or organisation is None:
        raise KnowledgeBaseBroken(problems)
    articles = (_article(source.content, organisation) for source in sources.values())
    return KnowledgeBase({article.id: article for article in articles}, organisation)


def read_organisation_of(folder: Path = ARTICLES) -> Organisation:
    """Read only `organisation.yml` beside the articles; raises KnowledgeBaseBroken."""
    problems: list[Problem] = []
    organisation = _organisation(folder.parent / "organisation.yml", problems)
    if problems or organisation is None:
        raise KnowledgeBaseBroken(problems)
    return organisation


def to_json(knowledge_base: KnowledgeBase) -> dict[str, Any]:
    """Give the knowledge base as plain JSON values."""
    return {
        "articles": [asdict(article) for article in knowledge_base.articles.values()],
        "organisation": asdict(knowledge_base.organisation),
    }


def from_json(fields: Mapping[str, Any]) -> KnowledgeBase:
    """Read what `to_json` gave."""
    desk = fields["organisation"]["desk"]
    week = tuple(tuple(Span(**span) for span in day) for day in desk["week"])
    articles = {}
    for item in fields["articles"]:
        texts = {language: _text(text) for language, text in item["texts"].items()}
        articles[item["id"]] = Article(**{**item, "texts": texts})
    return KnowledgeBase(articles, Organisation(fields["organisation"]["facts"], DeskHours(**{**desk, "week": week})))


def _text(fields: Mapping[str, Any]) -> ArticleText:
    lists = {name: tuple(fields.get(name, ())) for name in LISTS}
    links = tuple(Link(**link) for link in fields.get("links", ()))
    variants = tuple(Variant(**{**variant, "steps": tuple(variant["steps"])}) for variant in fields.get("variants", ()))
    texts = {name: fields.get(name, "") for name in TEXTS}
    return ArticleText(**{**texts, **lists, "links": links, "variants": variants})


def _organisation(path: Path, problems: list[Problem]) -> Organisation | None:
    if not path.exists():
        problems.append(Problem(path.name, 1, "", "is missing: it holds the organisation's facts and desk hours."))
        return None
    try:
        return read_organisation(read(path, path.name), problems)
    except KnowledgeBaseBroken as broken:
        problems.extend(broken.problems)
        return None


def _sources(folder: Path, problems: list[Problem]) -> Iterator[tuple[Path, Source]]:
    """Read every file of articles; one that cannot be read is a problem and no more."""
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder.parent).as_posix()
        if path.suffix.lower() == ".yaml" or (path.suffix != ".yml" and path.suffix.lower() == ".yml"):
            problems.append(Problem(file, 1, "", f"is not read: rename it to {path.stem}.yml."))
        if path.suffix != ".yml" or not path.is_file():
            continue
        try:
            yield path, read(path, file)
        except KnowledgeBaseBroken as broken:
            problems.extend(broken.problems)


def _article(content: Mapping[str, Any], organisation: Organisation) -> Article:
    texts = {}
    for language in LANGUAGES:
        fields = {**content[language], "variants": variants_in(content[language])}
        texts[language] = _text(_filled(fields, organisation.facts[language]))
    head = {name: content[name] for name in TOP if name not in LANGUAGES}
    return Article(**head, texts=texts, asks=content.get("asks") or "")


def _filled(value: Any, facts: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_filled(item, facts) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, facts) for key, item in value.items()}
    return fill(value, facts)

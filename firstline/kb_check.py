"""Tells an editor everything that is wrong with the articles and the canned answers."""

from pathlib import Path

import typer

from handoff import canned
from knowledge_base.loading import ARTICLES, load, read_organisation_of
from knowledge_base.problems import KnowledgeBaseBroken, Problem


def check(folder: Path | None, answers: Path = canned.FILE) -> str | None:
    """Print every problem of the product's own articles and canned answers, or only of the articles in `folder`.

    Gives the sentence to fail with, or None.
    """
    problems: list[Problem] = []
    loaded = None
    answered: tuple[canned.CannedAnswer, ...] | None = () if folder else None
    try:
        loaded = load(folder or ARTICLES)
    except KnowledgeBaseBroken as broken:
        problems.extend(broken.problems)
    if folder is None:
        try:
            answered = canned.load(read_organisation_of(), answers)
        except KnowledgeBaseBroken as broken:
            problems.extend(problem for problem in broken.problems if problem not in problems)
    if loaded is None or answered is None:
        for problem in problems:
            typer.echo(str(problem), err=True)
        return f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'} to mend."
    topics = len({article.topic for article in loaded.articles.values()})
    more = f" and {len(answered)} canned answers" if folder is None else ""
    typer.echo(f"{len(loaded.articles)} articles on {topics} topics{more}, no problems.")
    return None

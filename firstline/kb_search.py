"""Shows an editor which articles fit a question, and what speaks for each."""

from rich.console import Console
from rich.table import Table

from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.loading import KnowledgeBase, load
from knowledge_base.problems import KnowledgeBaseBroken
from knowledge_base.search import Hit, Search

_COLUMNS = ("article", "title", "score", "words", "meaning", "nearest question")


def search(question: str, language: str, limit: int) -> str | None:
    """Print the best articles for a question; gives the sentence to fail with, or None."""
    if language and language not in LANGUAGES:
        return f"'{language}' is no language of the articles: use en or de."
    try:
        knowledge_base = load()
    except KnowledgeBaseBroken as broken:
        return f"{broken}\n{len(broken.problems)} problem(s) to mend first."
    wanted: Language | None = next((known for known in LANGUAGES if known == language), None)
    hits = Search.build(knowledge_base).search(question, limit)
    Console().print(_table(hits, knowledge_base, wanted or "en"))
    return None


def _table(hits: list[Hit], knowledge_base: KnowledgeBase, language: Language) -> Table:
    table = Table(*_COLUMNS)
    for hit in hits:
        title = knowledge_base.articles[hit.article].texts[language].title
        numbers = (f"{value:.2f}" for value in (hit.score, hit.words, hit.meaning))
        table.add_row(hit.article, title, *numbers, hit.question)
    return table

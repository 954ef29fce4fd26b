"""What the search promises to visitors, in either language, with slips and long German words."""

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.articles import Article, ArticleText
from knowledge_base.embedding import DIMENSIONS, embedding
from knowledge_base.features import Vectorizer
from knowledge_base.loading import KnowledgeBase, load
from knowledge_base.search import Search
from knowledge_base.words import Compounds, Glossary, fold, lemma, read_glossary, tokens


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    """Give the articles."""
    return load()


@pytest.fixture(scope="module")
def search(knowledge: KnowledgeBase) -> Search:
    """Give the search over all articles."""
    return Search.build(knowledge)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I forgot my password", "password_reset"),
        ("Passwort vergessen", "password_reset"),
        ("paswort vergesen", "password_reset"),
        ("Der Drucker druckt nicht", "printer"),
        ("cannot connect to the wifi", "wifi"),
        ("WLAN Verbindung klappt nicht", "wifi"),
    ],
)
def test_a_plain_question_finds_its_topic(search: Search, text: str, topic: str) -> None:
    """A visitor who asks plainly, even with a slip, finds an article of the right topic first."""
    assert search.search(text)[0].topic == topic


def test_an_articles_own_question_finds_it(search: Search, knowledge: KnowledgeBase) -> None:
    """A question an editor wrote into an article leads to that article."""
    for article in list(knowledge.articles.values())[::12]:
        for language in ("en", "de"):
            found = search.search(article.texts[language].questions[0])
            assert article.id in [hit.article for hit in found[:2]]


def test_an_excluded_article_is_not_offered(search: Search) -> None:
    """An article that did not help is not offered again when it is excluded."""
    first = search.search("I forgot my password")[0].article
    assert first not in [hit.article for hit in search.search("I forgot my password", exclude={first})]


def test_hidden_questions_do_not_count(search: Search) -> None:
    """Calibration judges a held-out question without the question itself in the index."""
    text = search.questions[0]
    nothing = np.zeros((1, DIMENSIONS), np.float32)
    hidden = np.flatnonzero(np.array(search.questions) == text)
    assert search.evidence([text], nothing)[0, 0, 0] > 0.99
    assert search.evidence([text], nothing, hidden)[0, 0, 0] < 0.99


def test_a_saved_search_finds_the_same(search: Search, tmp_path: Path) -> None:
    """A loaded model finds what the trained one found, without computing anything anew."""
    search.save(tmp_path)
    assert Search.load(tmp_path).search("vpn drops") == search.search("vpn drops")


def test_umlauts_may_be_spelled_out() -> None:
    """It makes no difference whether a visitor has umlauts on the keyboard."""
    assert fold("Gerät für Büro, Größe") == fold("Geraet fuer Buero, Groesse")


def test_inflected_words_have_one_base() -> None:
    """Singular, plural and participles count as the same word, in both languages."""
    assert lemma("Passwörter") == lemma("passwort")
    assert lemma("printers") == lemma("printer")


def test_compounds_are_taken_apart() -> None:
    """A long German word also counts as the words it is made of."""
    compounds = Compounds(["drucker", "treiber", "arbeit", "platz", "rechner"])
    assert compounds.parts("druckertreiber") == ("drucker", "treiber")
    assert compounds.parts("arbeitsplatzrechner") == ("arbeit", "platz", "rechner")
    assert compounds.parts("unbekannt") == ()


def test_synonyms_share_a_concept() -> None:
    """WLAN, wi-fi and wireless are the same to the help desk, and so are words of several parts."""
    glossary = Glossary(read_glossary())
    concepts = [list(glossary.concepts(tokens(text))) for text in ("WLAN", "wi-fi", "Wireless")]
    assert concepts == [["wifi"]] * 3
    assert "mfa" in list(glossary.concepts(tokens("mein zweiter Faktor")))


def test_unknown_words_make_a_text_shorter() -> None:
    """What nobody ever wrote pulls a message away from every article."""
    vectorizer = Vectorizer.fit(["vpn drops", "vpn drops daily", "vpn daily"], ())
    lengths = np.sqrt(vectorizer.transform(["vpn drops", "vpn zzyzx qwrt"]).power(2).sum(axis=1)).A1
    assert lengths[1] < lengths[0] <= 1.001
    assert vectorizer.unknown_share("vpn zzyzx") == 0.5


def test_a_vectorizer_survives_being_saved(tmp_path: Path) -> None:
    """A loaded model reads a message exactly as the trained one did."""
    vectorizer = Vectorizer.fit(["vpn drops", "vpn drops daily"], read_glossary(), (4,))
    vectorizer.save(tmp_path / "vectorizer.json")
    assert Vectorizer.load(tmp_path / "vectorizer.json") == vectorizer


@pytest.fixture(scope="module")
def large() -> Search:
    """Give a search over more articles than are compared one by one."""
    rooms = [f"room {letter}{number}" for letter in "abcdefghijklmnopqrstuvwxyz" for number in range(10, 31)]
    texts = [ArticleText(f"Book {room}", (f"how do I book {room}",), f"Book {room} at its door.") for room in rooms]
    articles = {
        f"book-{number}": Article(f"book-{number}", "printer", "incident", "", "", {"en": text, "de": text})
        for number, text in enumerate(texts)
    }
    return Search.build(KnowledgeBase(articles, load().organisation))


def test_among_very_many_articles_the_right_one_is_found(large: Search, tmp_path: Path) -> None:
    """Each of hundreds of articles is found by its own question, by a saved search too."""
    large.save(tmp_path)
    again = Search.load(tmp_path)
    for place in (0, 271, len(large.articles) - 1):
        text = large.questions[np.flatnonzero(large.owner == place)[1]]
        found = [search.search(text)[0] for search in (large, again)]
        assert [hit.article for hit in found] == [large.articles[place]] * 2
        assert found[0].question == text


def test_among_very_many_articles_a_slip_does_no_harm(large: Search) -> None:
    """Words that nobody writes like that are still read where fewer features are kept."""
    assert large.search("how do I bok roon k17")[0].article == large.search("how do I book room k17")[0].article


def test_hidden_questions_do_not_count_among_very_many(large: Search) -> None:
    """A held-out question is not found by itself, however many articles there are."""
    text = large.questions[-1]
    vector = embedding().embed([text])
    hidden = np.flatnonzero(large.owner == len(large.articles) - 1)
    assert large.evidence([text], vector)[0, -1, :4].min() > 0.5
    assert large.evidence([text], vector, hidden)[0, -1, :4].max() == 0

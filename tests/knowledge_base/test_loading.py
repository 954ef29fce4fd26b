"""Editors are told of every mistake at once, by file, line and field, and nothing half-right is ever loaded."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.articles import Article, ArticleText, Link, Variant, render
from knowledge_base.loading import KnowledgeBase, from_json, load, read_organisation_of, to_json
from knowledge_base.organisation import DeskHours, Organisation, Span
from knowledge_base.problems import KnowledgeBaseBroken

ORGANISATION = """\
facts:
  organisation: Northwind
  desk_name: {en: IT Desk, de: IT-Tisch}
  desk_phone: "+49 30 5550 1234"
  desk_email: it@northwind.example
  desk_location: room 0.12
  portal_url: https://portal.northwind.example
desk:
  time_zone: Europe/Berlin
  country: DE
  subdivision: BE
  hours:
    monday: ["08:00-12:00", "13:00-18:00"]
    tuesday: 08:00-18:00
    wednesday: ["08:00-18:00"]
    friday: ["00:00-24:00"]
"""
ARTICLE = """\
id: vpn-connect
topic: vpn
kind: incident
owner: service-desk
review: 2027-04-12
en:
  title: Connect to the VPN
  questions:
    - vpn setup
    - how do I connect
    - no
  answer: "Call {desk_phone}, {desk_hours}."
  steps:
    - "Open [the portal]({portal_url})."
  links:
    - title: Portal
      url: "{portal_url}/vpn"
  next: Write to {desk_name}.
  golden:
    - tunnel from home
de:
  title: Mit dem VPN verbinden
  questions:
    - vpn einrichten
    - wie komme ich ins VPN
    - 0123
  answer: Rufen Sie den {desk_name} an.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of articles with one sound article and the organisation's facts beside it."""
    articles = tmp_path / "articles"
    write(articles, ARTICLE)
    (tmp_path / "organisation.yml").write_text(ORGANISATION, encoding="utf-8")
    return articles


def write(folder: Path, text: str, name: str = "vpn/vpn-connect.yml") -> None:
    """Write one article."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))


def mistakes(folder: Path) -> list[str]:
    """Give what an editor reads."""
    with pytest.raises(KnowledgeBaseBroken) as broken:
        load(folder)
    assert str(broken.value) == "\n".join(map(str, broken.value.problems))
    return [str(problem) for problem in broken.value.problems]


def changed(text: str, old: str, new: str) -> str:
    """Give a text in which an editor changed one thing."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


class TestSound:
    """A knowledge base without mistakes."""

    def test_fills_in_the_facts(self, folder: Path):
        """Articles show the organisation's names, numbers and addresses in the reader's language."""
        texts = load(folder).articles["vpn-connect"].texts
        assert texts["en"].steps == ("Open [the portal](https://portal.northwind.example).",)
        assert texts["en"].links == (Link("Portal", "https://portal.northwind.example/vpn"),)
        assert texts["en"].next == "Write to IT Desk."
        assert texts["de"].answer == "Rufen Sie den IT-Tisch an."
        assert "+49 30 5550 1234, Monday, 8:00-12:00, 13:00-18:00; Tuesday to Wednesday" in texts["en"].answer

    def test_what_an_editor_types_stays_text(self, folder: Path):
        """A question "no" is not turned into a truth value, 0123 not into a number, a date not into a moment."""
        article = load(folder).articles["vpn-connect"]
        assert article.texts["en"].questions[2] == "no"
        assert article.texts["de"].questions[2] == "0123"
        assert article.review == "2027-04-12"

    def test_reads_what_editors_on_windows_save(self, folder: Path):
        """A byte-order mark and Windows line ends are no mistakes."""
        write(folder, "\ufeff" + ARTICLE.replace("\n", "\r\n"))
        assert load(folder).articles["vpn-connect"].texts["en"].questions == ("vpn setup", "how do I connect", "no")

    def test_the_articles_that_ship_are_sound(self):
        """The knowledge base that comes with the product loads without a single problem, in both languages."""
        knowledge_base = load()
        assert len(knowledge_base.articles) >= 100
        rendered = [render(text) for article in knowledge_base.articles.values() for text in article.texts.values()]
        assert not [text for text in rendered if re.search(r"\{\w*\}", text)]
        assert read_organisation_of() == knowledge_base.organisation

    def test_the_desk_keeps_the_hours_as_written(self, folder: Path):
        """Hours are minutes after midnight, a day without a line is closed, one span needs no list."""
        desk = load(folder).organisation.desk
        assert desk.week[0] == (Span(480, 720), Span(780, 1080))
        assert desk.week[1] == (Span(480, 1080),)
        assert desk.week[3] == desk.week[6] == ()
        assert desk.week[4] == (Span(0, 1440),)
        assert (desk.time_zone, desk.country, desk.subdivision) == ("Europe/Berlin", "DE", "BE")


ARTICLE_MISTAKES = [
    ("id: vpn-connect", "id: vpn_connect", 1, "id", "must equal the file's name: write 'vpn-connect'"),
    ("id: vpn-connect\n", "", 1, "id", "is missing"),
    ("id: vpn-connect", "id: [vpn-connect]", 1, "id", "must be one text"),
    ("topic: vpn", "topic: vnp", 2, "topic", "'vnp' is no topic: use one of password_reset,"),
    ("topic: vpn", "topic: wifi", 2, "topic", "'wifi' stands in the folder 'vpn': move the file"),
    ("topic: vpn", "topic: [vpn, wifi]", 2, "topic", "must be one text"),
    ("kind: incident", "kind: question", 3, "kind", "must be one of incident, service_request"),
    ("owner: service-desk", "owner:", 4, "owner", "is missing"),
    ("owner: service-desk", "owner: '  '", 4, "owner", "is missing"),
    ("owner: service-desk", "owner: {team: desk}", 4, "owner", "must be one text"),
    ("owner: service-desk", "ownr: service-desk", 4, "ownr", "is not a field of an article: use id, topic"),
    ("review: 2027-04-12", "review: 12.04.2027", 5, "review", "must be a date like 2027-06-30"),
    ("review: 2027-04-12", "review: 20270412", 5, "review", "must be a date like 2027-06-30"),
    ("review: 2027-04-12", "review: 2027-02-30", 5, "review", "must be a date like 2027-06-30"),
    ("kind: incident", "kind: incident\nkind: incident", 4, "kind", "stands here twice: keep one"),
    ("  title: Connect to the VPN\n", "", 6, "en.title", "is missing"),
    ("title: Connect to the VPN", "title: ' '", 7, "en.title", "is missing"),
    ("title: Connect to the VPN", "title: [Connect]", 7, "en.title", "must be one text"),
    ("title: Connect to the VPN", "title: {desk_name}", 7, "en.title", "put it in double quotes if it starts with {"),
    ("  title: Mit dem VPN", "  titel: Mit dem VPN", 22, "de.titel", "is not known: use title, answer, next"),
    ("    - how do I connect\n    - no\n", "", 8, "en.questions", "needs at least 3"),
    ("    - how do I connect\n", "    -\n", 10, "en.questions.2", "must be a text"),
    (
        "    - how do I connect\n",
        "    - VPN: how\n",
        10,
        "en.questions.2",
        "put it in double quotes if it contains ': '",
    ),
    ("    - how do I connect\n", "    - VPN setup\n", 10, "en.questions.2", "'VPN setup' is asked in"),
    ("    - tunnel from home", "    - vpn  SETUP", 20, "en.golden.1", "is asked in articles/vpn/vpn-connect.yml"),
    ("  answer: Rufen Sie den {desk_name} an.", "  answer:", 27, "de.answer", "is missing"),
    ("  answer: Rufen Sie", "  answer: Rufen Sie" + " an" * 1400, 27, "de.answer", "is longer than 4000 characters"),
    ("    - wie komme ich", "    - wie komme ich" + " an" * 1400, 25, "de.questions.2", "is longer than 4000"),
    ("  steps:\n    - ", "  steps: ", 13, "en.steps", "must be a list: one text a line"),
    (
        "Write to {desk_name}",
        "Write to {desk_nam}",
        18,
        "en.next",
        "'{desk_nam}' is no fact of organisation.yml: known are",
    ),
    ("Write to {desk_name}", "Write to {desk_name or", 18, "en.next", "has a { or } without its other half"),
    ("[the portal]({portal_url})", "[the portal](portal)", 14, "en.steps.1", "'portal' is no safe address"),
    ("[the portal]({portal_url})", "[x](javascript:alert)", 14, "en.steps.1", "'javascript:alert' is no safe address"),
    ('url: "{portal_url}/vpn"', "url: http://portal", 17, "en.links.1.url", "'http://portal' is no safe address"),
    ('url: "{portal_url}/vpn"', "adress: x", 16, "en.links.1", "needs exactly `title` and `url`"),
    ("title: Portal\n", "title: [Portal]\n", 16, "en.links.1.title", "must be a text"),
    ("  links:\n    - title: Portal\n      url", "  links:\n      url", 15, "en.links", "must be a list of `title`"),
    ("answer: Rufen Sie", "answer: Achtung: rufen Sie", 27, "", "is not valid YAML"),
    ("answer: Rufen Sie", "answer: {desk_name} hilft", 27, "", "is not valid YAML"),
    ("  title: Mit dem VPN", "\ttitle: Mit dem VPN", 22, "", "is not valid YAML"),
    ("title: Mit dem VPN", "title: Grüße \x07", 22, "", "has an invisible control character (#x07): delete it"),
    ("title: Mit dem VPN", "title: \udcfc", 22, "", "is not UTF-8 text: save it as UTF-8"),
    ("de:\n", "---\nde:\n", 21, "", "is not valid YAML"),
    ("de:\n  title: Mit dem VPN verbinden", "de: &de\n  title: *de", 22, "de.title", "repeats another part with `*`"),
    ("owner: service-desk", "? [a, b]\n: c\nowner: x", 1, "", "has a list or a mapping where a name belongs"),
]


class TestArticleMistakes:
    """One slip in one article."""

    @pytest.mark.parametrize(("old", "new", "line", "field", "sentence"), ARTICLE_MISTAKES)
    def test_is_named_by_file_line_and_field(
        self, folder: Path, old: str, new: str, line: int, field: str, sentence: str
    ):
        """Every slip of the hand is reported with the file, the line, the field and what to do about it."""
        write(folder, changed(ARTICLE, old, new))
        where = f"articles/vpn/vpn-connect.yml, line {line}" + (f", {field}" if field else "") + ": "
        assert [said for said in mistakes(folder) if said.startswith(where) and sentence in said]

    @pytest.mark.parametrize("text", ["", "# later\n", "- a\n- b\n", "just words\n", "~\n"])
    def test_a_file_that_is_no_article_says_what_it_needs(self, folder: Path, text: str):
        """An empty file or one of something else is not skipped in silence."""
        write(folder, text, "vpn/other.yml")
        assert mistakes(folder) == [
            "articles/vpn/other.yml, line 1: is no article: it needs id, topic, kind, owner, review, en and de."
        ]

    @pytest.mark.parametrize("language", ["en", "de"])
    @pytest.mark.parametrize(("value", "sentence"), [("", "is missing."), (" some text", "needs title, questions and")])
    def test_both_languages_are_needed(self, folder: Path, language: str, value: str, sentence: str):
        """An article in one language alone is not loaded."""
        head, english, german = re.split(r"(?m)^(?=(?:en|de):\n)", ARTICLE)
        texts = {"en": english, "de": german, language: f"{language}:{value}\n"}
        write(folder, head + texts["en"] + texts["de"])
        assert [said for said in mistakes(folder) if f", {language}: {sentence}" in said]

    def test_ids_fit_into_a_button(self, folder: Path):
        """An id that is too long for a button of a messenger, or has blanks in it, is refused here and not there."""
        for name in ("x" * 57, "VPN setup"):
            write(folder, ARTICLE.replace("vpn-connect", name), f"vpn/{name}.yml")
        said = [sentence for sentence in mistakes(folder) if "must be made of a-z, 0-9 and hyphens" in sentence]
        assert len(said) == 2

    def test_a_file_of_the_wrong_kind_is_not_overlooked(self, folder: Path):
        """An article saved as .yaml or .YML is not silently left out."""
        write(folder, ARTICLE, "vpn/vpn-two.yaml")
        write(folder, ARTICLE, "vpn/vpn-three.YML")
        assert mistakes(folder) == [
            "articles/vpn/vpn-three.YML, line 1: is not read: rename it to vpn-three.yml.",
            "articles/vpn/vpn-two.yaml, line 1: is not read: rename it to vpn-two.yml.",
        ]

    def test_two_articles_do_not_answer_the_same_question(self, folder: Path):
        """A question that another article asks already is named with its place, whatever its spelling."""
        other = changed(ARTICLE, "id: vpn-connect", "id: vpn-slow").replace("vpn setup", "VPN  Setup")
        for old, new in (("how do I connect", "slow"), ("- no\n", "- why\n"), ("wie komme ich ins VPN", "langsam")):
            other = changed(other, old, new)
        write(folder, changed(other, "- tunnel from home", "- crawling tunnel"), "vpn/vpn-slow.yml")
        said = mistakes(folder)
        assert (
            "articles/vpn/vpn-slow.yml, line 9, en.questions.1: 'VPN  Setup' is asked in articles/vpn/vpn-connect.yml, "
            "en.questions.1, too: keep it in one of them."
        ) in said
        assert len([sentence for sentence in said if "is asked in" in sentence]) == 3

    def test_two_articles_do_not_share_an_id(self, folder: Path):
        """An article copied into another folder is found by its id."""
        write(folder, changed(ARTICLE, "topic: vpn", "topic: wifi"), "wifi/vpn-connect.yml")
        said = [sentence for sentence in mistakes(folder) if ", line 1, id: " in sentence]
        where = "articles/wifi/vpn-connect.yml, line 1, id: "
        assert said == [where + "'vpn-connect' is the id of articles/vpn/vpn-connect.yml too: choose a new one."]

    def test_an_empty_knowledge_base_is_a_mistake(self, tmp_path: Path):
        """A folder without articles is reported instead of starting a bot that knows nothing."""
        (tmp_path / "organisation.yml").write_text(ORGANISATION, encoding="utf-8")
        (tmp_path / "articles").mkdir()
        assert mistakes(tmp_path / "articles") == ["articles, line 1: holds no article: add one as <topic>/<id>.yml."]


ORGANISATION_MISTAKES = [
    ("facts:\n", "fact:\n", 1, "fact", "is not known: use facts, desk"),
    ("  organisation: Northwind\n", "", 1, "facts.organisation", "is missing: the bot's own sentences name it"),
    ("  desk_location: room 0.12", "  desk_location:", 6, "facts.desk_location", "needs a text for `en`"),
    ("{en: IT Desk, de: IT-Tisch}", "{en: IT Desk}", 3, "facts.desk_name", "needs a text for `de`"),
    ("{en: IT Desk, de: IT-Tisch}", "[IT Desk, IT-Tisch]", 3, "facts.desk_name", "needs a text for `en`"),
    ("de: IT-Tisch}", "de: IT-Tisch, fr: Bureau}", 3, "facts.desk_name", "has a text for `fr`: use en and de"),
    ("room 0.12", "'near {desk_name}'", 6, "facts.desk_location", "names another fact in { }: write its text out"),
    (
        "desk:\n",
        "  desk_hours: always\ndesk:\n",
        8,
        "facts.desk_hours",
        "is written out from the opening hours: remove",
    ),
    ("Europe/Berlin", "Berlin", 9, "desk.time_zone", "'Berlin' is no time zone: write one like Europe/Berlin"),
    ("Europe/Berlin", "[Europe/Berlin]", 9, "desk.time_zone", "is no time zone"),
    ("  time_zone: Europe/Berlin\n", "", 8, "desk.time_zone", "'' is no time zone"),
    ("  time_zone:", "  timezone:", 9, "desk.timezone", "is not known: use time_zone, country, subdivision, hours"),
    ("country: DE", "country: XX", 10, "desk.country", "'XX' is no country with public holidays"),
    ("country: DE", "country: [DE]", 10, "desk.country", "is no country with public holidays"),
    ("  country: DE\n", "", 10, "desk.subdivision", "needs a `country` beside it"),
    ("subdivision: BE", "subdivision: ZZ", 11, "desk.subdivision", "'ZZ' is no part of DE: use one of BB, BE, BW"),
    ("monday:", "montag:", 13, "desk.hours.montag", "is no day: use one of monday, tuesday"),
    ("tuesday: 08:00-18:00", "tuesday:", 14, "desk.hours.tuesday", "'' is no opening time"),
    ("tuesday: 08:00-18:00", "tuesday: closed", 14, "desk.hours.tuesday", "no line for a day on which the desk is"),
    ("tuesday: 08:00-18:00", "tuesday: 18:00-08:00", 14, "desk.hours.tuesday", "the end after the beginning"),
    ("tuesday: 08:00-18:00", "tuesday: 08:00-24:30", 14, "desk.hours.tuesday", "is no opening time"),
    ("tuesday: 08:00-18:00", "tuesday: 08:60-18:00", 14, "desk.hours.tuesday", "is no opening time"),
    ("tuesday: 08:00-18:00", "tuesday: 8-18", 14, "desk.hours.tuesday", "'8-18' is no opening time"),
    ("tuesday: 08:00-18:00", "tuesday: {from: 8}", 14, "desk.hours.tuesday", "is no opening time"),
    ("tuesday: 08:00-18:00", "tuesday: [[8]]", 14, "desk.hours.tuesday", "is no opening time"),
    ('"13:00-18:00"', '"11:00-18:00"', 13, "desk.hours.monday", "'11:00-18:00' overlaps another span: join them"),
    ("  hours:\n", "  hours: {}\n  our:\n", 12, "desk.hours", "needs at least one day"),
    ("  hours:\n", "  our:\n", 8, "desk", "needs `time_zone` and `hours`"),
    ("organisation: Northwind", "organisation: A: B", 2, "", "is not valid YAML"),
]


class TestOrganisationMistakes:
    """One slip in the organisation's facts or hours."""

    @pytest.mark.parametrize(("old", "new", "line", "field", "sentence"), ORGANISATION_MISTAKES)
    def test_is_named_by_file_line_and_field(
        self, folder: Path, old: str, new: str, line: int, field: str, sentence: str
    ):
        """Facts and opening hours are checked as closely as articles, before a visitor reads them."""
        path = folder.parent / "organisation.yml"
        path.write_text(changed(ORGANISATION, old, new), encoding="utf-8")
        where = f"organisation.yml, line {line}" + (f", {field}" if field else "") + ": "
        assert [said for said in mistakes(folder) if said.startswith(where) and sentence in said]
        with pytest.raises(KnowledgeBaseBroken):
            read_organisation_of(folder)

    def test_has_to_be_there(self, folder: Path):
        """A knowledge base without an organisation is not served."""
        (folder.parent / "organisation.yml").unlink()
        sentence = "organisation.yml, line 1: is missing: it holds the organisation's facts and desk hours."
        assert mistakes(folder) == [sentence]

    def test_a_broken_fact_is_reported_once(self, folder: Path):
        """A fact that lacks one language is named where it stands, not again in each article that uses it."""
        path = folder.parent / "organisation.yml"
        path.write_text(
            changed(ORGANISATION, "  portal_url: https://portal.northwind.example", "  portal_url:"), "utf-8"
        )
        assert mistakes(folder) == [
            "organisation.yml, line 7, facts.portal_url: needs a text for `de`.",
            "organisation.yml, line 7, facts.portal_url: needs a text for `en`.",
        ]


def test_everything_is_said_at_once(folder: Path):
    """An editor mends all files in one go: no mistake hides another, whichever file or level it is on."""
    (folder.parent / "organisation.yml").write_text(
        changed(changed(ORGANISATION, "Europe/Berlin", "Berlin"), "country: DE", "country: XX"), encoding="utf-8"
    )
    slips = (
        ("topic: vpn", "topic: vnp"),
        ("2027-04-12", "soon"),
        ("{desk_phone}", "{phone}"),
        ("- no\n", "- vpn setup\n"),
    )
    text = ARTICLE
    for old, new in slips:
        text = changed(text, old, new)
    write(folder, text)
    write(folder, "a: b: c\n", "wifi/broken.yml")
    write(folder, "", "wifi/empty.yml")
    said = mistakes(folder)
    places = [sentence.split(": ", 1)[0] for sentence in said]
    assert places == [
        "articles/vpn/vpn-connect.yml, line 2, topic",
        "articles/vpn/vpn-connect.yml, line 5, review",
        "articles/vpn/vpn-connect.yml, line 11, en.questions.3",
        "articles/vpn/vpn-connect.yml, line 12, en.answer",
        "articles/wifi/broken.yml, line 1",
        "articles/wifi/empty.yml, line 1",
        "organisation.yml, line 9, desk.time_zone",
        "organisation.yml, line 10, desk.country",
    ]


@given(
    st.recursive(
        st.sampled_from(["", "vpn", "x: y", "{desk_name}", "{", "2027-01-01", "~", "[a](b)"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "topic", "en", "de", "questions", "links", "title", "url", "asks", "choices", "variants"]
                ),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_no_shape_of_article_breaks_the_checks(tmp_path_factory: pytest.TempPathFactory, content: object):
    """Whatever is nested in whatever, an editor reads sentences and never a stack trace."""
    folder = tmp_path_factory.mktemp("kb") / "articles"
    write(folder, json.dumps(content), "vpn/vpn-connect.yml")
    (folder.parent / "organisation.yml").write_text(
        ORGANISATION if len(str(content)) % 2 else json.dumps({"facts": content, "desk": {"hours": content}}), "utf-8"
    )
    assert mistakes(folder)


words = st.text(max_size=20)
lines = st.lists(words, max_size=3).map(tuple)
texts = st.builds(
    ArticleText,
    words,
    lines,
    words,
    lines,
    st.lists(st.builds(Link, words, words)).map(tuple),
    words,
    lines,
    variants=st.lists(st.builds(Variant, words, words, lines)).map(tuple),
)
both = st.fixed_dictionaries({"en": texts, "de": texts})
articles = st.builds(Article, words, words, words, words, words, both, words)
days = st.lists(st.builds(Span, st.integers(0, 1439), st.integers(1, 1440)), max_size=2).map(tuple)
facts = st.dictionaries(words, words, max_size=3)
organisations = st.builds(
    Organisation,
    st.fixed_dictionaries({"en": facts, "de": facts}),
    st.builds(DeskHours, words, st.tuples(*[days] * 7), words, words),
)


@given(st.lists(articles, unique_by=lambda article: article.id, max_size=3), organisations)
def test_a_knowledge_base_travels_unchanged(some: list[Article], organisation: Organisation):
    """What is stored with the trained bot is what the editors wrote, word for word and in the same order."""
    knowledge_base = KnowledgeBase({article.id: article for article in some}, organisation)
    again = from_json(json.loads(json.dumps(to_json(knowledge_base))))
    assert again == knowledge_base
    assert list(again.articles) == list(knowledge_base.articles)
    assert from_json(to_json(knowledge_base)) == knowledge_base

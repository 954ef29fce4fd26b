"""Editors say what an article asks back, and are told of every mistake in it."""

import re
from pathlib import Path

import pytest

from knowledge_base.articles import ArticleText, Variant, is_settled, render, variant_for
from knowledge_base.loading import load
from tests.knowledge_base.test_loading import ARTICLE, ORGANISATION, changed, mistakes, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give an empty folder of articles with the organisation's facts beside it."""
    (tmp_path / "organisation.yml").write_text(ORGANISATION, encoding="utf-8")
    return tmp_path / "articles"


GUIDED = (
    ARTICLE.replace("review: 2027-04-12\n", "review: 2027-04-12\nasks: system\n")
    .replace(
        "  next:",
        """\
  choices:
    Windows: Windows
    iPhone or iPad: iOS
  variants:
    iOS:
      - "Ask {desk_name}."
  next:""",
    )
    .replace(
        "  answer: Rufen",
        """\
  choices: {Windows: Windows, iPhone oder iPad: iOS}
  variants: {iOS: [Fragen Sie.]}
  answer: Rufen""",
    )
)
GUIDED_MISTAKES = [
    ("asks: system", "asks: systems", 6, "asks", "must be one of system, device, error_code, or be left out"),
    ("asks: system", "asks: [system]", 6, "asks", "must be one of system, device, error_code"),
    ("asks: system", "ask: system", 6, "ask", "is not a field of an article: use id, topic"),
    ("asks: system\n", "", 18, "en.choices", "needs `asks` at the top of the article: system, device, error_code"),
    ("asks: system\n", "", 21, "en.variants", "needs `asks` at the top of the article"),
    ("    Windows: Windows\n    iPhone or iPad: iOS\n", "", 19, "en.choices", "is missing: say what can be answered"),
    (
        "    Windows: Windows\n    iPhone or iPad: iOS\n",
        "    - Windows\n",
        19,
        "en.choices",
        "must be lines of `title: v",
    ),
    ("    Windows: Windows\n", "", 19, "en.choices", "needs 2 to 6 of them"),
    ("    Windows: Windows\n", "    Windows: Windows\n" * 2, 21, "en.choices.Windows", "stands here twice: keep one"),
    (
        "    Windows: Windows\n",
        "    Windows: iOS\n",
        21,
        "en.choices.iPhone or iPad",
        "'iOS' stands here twice: keep one",
    ),
    (
        "    Windows: Windows\n",
        "    Windows:\n",
        20,
        "en.choices.Windows",
        "needs the fact it stands for after the colon",
    ),
    ("    Windows: Windows\n", "    Windows: [10]\n", 20, "en.choices.Windows", "needs the fact it stands for"),
    ("    Windows: Windows\n", "    '{desk_name}': W\n", 20, "en.choices.{desk_name}", "needs a title in plain words"),
    ("    Windows: Windows\n", f"    {'W' * 41}: W\n", 20, f"en.choices.{'W' * 41}", "is longer than 40 characters"),
    (
        "    Windows: Windows\n",
        f"    Windows: {'W' * 49}\n",
        20,
        "en.choices.Windows",
        "a fact longer than 48 characters",
    ),
    (
        "{Windows: Windows, iPhone",
        "{Windows: Win, iPhone",
        34,
        "de.choices",
        "other facts than in `en`, which has Windows, iOS",
    ),
    ("    iOS:\n", "    ios:\n", 23, "en.variants.ios", "is no value of the choices: use Windows, iOS"),
    ("    iOS:\n", "    Windows:\n", 35, "de.variants", "has other steps than `en`, which has some for Windows"),
    ("{iOS: [Fragen Sie.]}", "Fragen Sie.", 35, "de.variants", "must be lists of steps, each below the value"),
    ("[Fragen Sie.]", "Fragen Sie.", 35, "de.variants.iOS", "must be a list of steps: one text a line"),
    ("[Fragen Sie.]", "[Fragen: Sie]", 35, "de.variants.iOS.1", "must be a text: put it in double quotes"),
    ("[Fragen Sie.]", f"[{'Fragen' * 700}]", 35, "de.variants.iOS.1", "is longer than 4000 characters: shorten it"),
    ("Ask {desk_name}", "Ask {desk_nam}", 24, "en.variants.iOS.1", "'{desk_nam}' is no fact of organisation.yml"),
    ("Ask {desk_name}", "Ask [us](desk)", 24, "en.variants.iOS.1", "'desk' is no safe address"),
]


class TestGuidedArticles:
    """Articles that ask back."""

    def test_hold_the_choices_and_their_steps(self, folder: Path):
        """A choice has the visitor's words, the fact it is, and steps of its own if there are any."""
        write(folder, GUIDED)
        article = load(folder).articles["vpn-connect"]
        assert article.asks == "system"
        ios = Variant("iPhone or iPad", "iOS", ("Ask IT Desk.",))
        assert article.texts["en"].variants == (Variant("Windows", "Windows"), ios)
        assert article.texts["de"].variants[1].title == "iPhone oder iPad"

    def test_may_leave_the_steps_out(self, folder: Path):
        """A question may be asked for the ticket's sake alone."""
        write(folder, re.sub(r"  variants:(\n    iOS:\n.*\n| .*\n)", "", GUIDED))
        assert load(folder).articles["vpn-connect"].texts["de"].variants[1].steps == ()

    def test_show_the_steps_of_the_choice_instead_of_the_general_ones(self, folder: Path):
        """Everything else of the answer stays."""
        write(folder, GUIDED)
        text = load(folder).articles["vpn-connect"].texts["en"]
        shown = render(text, text.variants[1])
        assert "1. Ask IT Desk." in shown
        assert "the portal" not in shown
        assert shown.endswith("Write to IT Desk.")
        assert render(text, text.variants[0]) == render(text)

    @pytest.mark.parametrize(
        ("fact", "variant", "settled"),
        [
            ("Windows", None, False),
            ("windows 11", "Windows 11", True),
            ("Windows 11 Pro", "Windows 11", True),
            ("Windowsill", None, True),
            ("Linux", None, True),
        ],
    )
    def test_take_the_nearest_choice(self, fact: str, variant: str | None, settled: bool):
        """What is said in more detail belongs to its choice; what is said in less is asked about."""
        text = ArticleText("", (), "", variants=(Variant("10", "Windows 10"), Variant("11", "Windows 11")))
        found = variant_for(text, fact)
        assert (found and found.value, is_settled(text, fact)) == (variant, settled)

    @pytest.mark.parametrize(("old", "new", "line", "field", "sentence"), GUIDED_MISTAKES)
    def test_name_every_slip(self, folder: Path, old: str, new: str, line: int, field: str, sentence: str):
        """What an article asks is checked as closely as what it answers."""
        write(folder, changed(GUIDED, old, new))
        where = f"articles/vpn/vpn-connect.yml, line {line}, {field}: "
        assert [said for said in mistakes(folder) if said.startswith(where) and sentence in said], mistakes(folder)

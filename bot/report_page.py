"""Makes of a training report one page a person can read: no script, nothing fetched, every number in a table too."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.report_markup import Markup, element, joined, percent
from bot.report_pictures import Line, bar, reliability, share_of, trade
from bot.report_words import KINDS, LANGUAGE_NAMES, LEGEND, THRESHOLDS, in_a_hundred, missed, parts_of, reached

_STYLE = Path(__file__).with_name("report_page.css")
_SHOWN_AT_ONCE = 10
_COUNTS = ("messages", "answered", "answered_wrong", "off_topic", "suggested", "suggested_right", "no_answer")
_HEADS = ("Messages", "Answered", "Another article", "Another topic", "Offered", "Right one offered", "Handed off")


def page(report: Mapping[str, Any], model: str) -> str:
    """Write the page of the report that `bot.report.report` gave, for the model of that name."""
    languages = report["languages"]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", "Training report · Firstline"),
        element("style", Markup(_STYLE.read_text(encoding="utf-8"))),
    )
    main = element(
        "main",
        *(_language(language, part, report) for language, part in languages.items()),
        _method(),
    )
    body = element("body", _top(languages, model), main)
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _top(languages: Mapping[str, Any], model: str) -> Markup:
    leads = [
        element("p", in_a_hundred(LANGUAGE_NAMES[language], part["kinds"])[0], class_="lead")
        for language, part in languages.items()
        if in_a_hundred(LANGUAGE_NAMES[language], part["kinds"])
    ]
    links = [element("a", LANGUAGE_NAMES[language], href=f"#{language}") for language in languages]
    links.append(element("a", "How this was measured", href="#measured"))
    return element(
        "header",
        element("h1", "Training report"),
        element("p", "Model ", element("code", model), class_="quiet"),
        *leads,
        element("nav", *links, aria_label="Parts of this page"),
    )


def _language(language: str, part: Mapping[str, Any], report: Mapping[str, Any]) -> Markup:
    name = LANGUAGE_NAMES[language]
    heading = element("h2", name, id=f"{language}-name")
    tried = "question" in part["kinds"]
    content = _parts(language, part, report) if tried else [element("p", "No question in it was there to be tried.")]
    return element("section", heading, *content, id=language, aria_labelledby=f"{language}-name")


def _parts(language: str, part: Mapping[str, Any], report: Mapping[str, Any]) -> list[Markup]:
    name, kinds, targets = LANGUAGE_NAMES[language], part["kinds"], part["targets"]
    threshold = part["thresholds"]["answer"]
    return [
        _part(
            "What becomes of a message",
            element("ul", *(element("li", line) for line in in_a_hundred(name, kinds)[1:]), class_="words"),
            _bars(language, kinds),
            _scrolling(f"{name}: messages by kind and what became of them", _kinds(kinds)),
        ),
        _part("Thresholds, and the targets they rest on", _thresholds(part["thresholds"]), _targets(kinds, targets)),
        element(
            "div",
            _part("Is it as often right as it is sure?", *_sure(language, part["reliability"], threshold)),
            _part("What would more answers cost?", *_cost(language, part, targets)),
            class_="two",
        ),
        _part("Topics, worst first", *_topics(name, part["topics"])),
        _part("Articles that are mixed up", *_mixed_up(language, part["mixed_up"], report["articles"])),
    ]


def _method() -> Markup:
    said = (
        "Every message was judged by a model that had not seen it.",
        "Questions an article answers: a fifth of them is held out at a time; the right article is known.",
        "Only a topic: examples such as “vpn” that fit several articles; an article of the topic counts as right.",
        "Article missing: whole articles or topics are held out, so nothing is right; best is a person, then an offer.",
        "About something else: examples of what the first line does not answer; best is a person.",
        "Real visitors word things differently: expect somewhat worse, and look at what is handed over.",
    )
    return element(
        "section",
        element("h2", "How this was measured", id="measured-name"),
        element("ul", *(element("li", line) for line in said), class_="words"),
        id="measured",
        aria_labelledby="measured-name",
    )


def _part(title: str, *content: str) -> Markup:
    return element("div", element("h3", title), *content, class_="part")


def _bars(language: str, kinds: Mapping[str, Mapping[str, int]]) -> Markup:
    rows = []
    for kind, said in KINDS.items():
        if kind in kinds:
            name = element("span", said, element("span", f" {kinds[kind]['messages']:,}", class_="quiet"))
            rows.append(element("li", name, bar(f"{language}-{kind}", said, parts_of(kinds[kind]))))
    return element("figure", element("ul", *rows, class_="bars"), element("figcaption", _key(LEGEND)))


def _kinds(kinds: Mapping[str, Mapping[str, int]]) -> Markup:
    rows = [
        _row(said, [f"{kinds[kind].get(name, 0):,}" for name in _COUNTS])
        for kind, said in KINDS.items()
        if kind in kinds
    ]
    return _table("Counted, in messages", ("Kind", *_HEADS), rows)


def _thresholds(thresholds: Mapping[str, float]) -> Markup:
    said = [
        element("li", THRESHOLDS.get(name, f"{name.replace('_', ' ')}:"), " ", element("strong", percent(value)))
        for name, value in thresholds.items()
    ]
    return joined(
        [element("p", "A message is …"), element("ul", *said), element("p", "… and else handed to a person.")]
    )


def _targets(kinds: Mapping[str, Any], targets: Mapping[str, float]) -> Markup:
    rows = []
    for name, (said, measured) in reached(kinds).items():
        if name in targets:
            rows.append(_row(said, [percent(targets[name]), percent(measured)]))
    return _scrolling("Targets", _table("The lowest thresholds that keep these", ("", "At most", "Measured"), rows))


def _sure(language: str, bins: Mapping[str, Sequence[Mapping[str, float]]], threshold: float) -> Iterable[Markup]:
    name = LANGUAGE_NAMES[language]
    drawn = reliability(f"{language}-sure", f"{name}: how sure, and how often right", bins, threshold)
    caption = element(
        "figcaption",
        _key({"article": "sure of the article", "topic": "sure of its topic"}),
        "On the dashed diagonal it is exactly as often right as it is sure. "
        "The columns below show of how many questions it was how sure of the topic.",
    )
    yield element("figure", drawn, caption)
    rows = [
        _row(
            f"{percent(article['from'])} and more",
            [f"{article['messages']:,}", _rate(article), f"{topic['messages']:,}", _rate(topic)],
        )
        for article, topic in zip(bins["article"], bins["topic"], strict=True)
    ]
    heads = ("Confidence", "Sure of the article", "Article right", "Sure of the topic", "Topic right")
    yield _numbers(f"{name}: confidence and share right", _table("Questions by confidence", heads, rows))


def _key(colours: Mapping[str, str]) -> Markup:
    """Say what the colours of a picture mean."""
    items = [element("li", element("span", class_=f"swatch {colour}"), said) for colour, said in colours.items()]
    return element("ul", *items, class_="legend")


def _rate(held: Mapping[str, float]) -> str:
    return percent(held["right"] / held["messages"]) if held["messages"] else "none"


def _cost(language: str, part: Mapping[str, Any], targets: Mapping[str, float]) -> Iterable[Markup]:
    name, counts = LANGUAGE_NAMES[language], part["kinds"]["question"]
    lines = (
        Line("wrong", "another article (of the answers)", "article", targets.get("wrong")),
        Line("off_topic", "another topic (of the questions)", "topic", targets.get("off_topic")),
    )
    here = {
        "answered": share_of(counts, "answered", "messages"),
        "wrong": share_of(counts, "answered_wrong", "answered"),
        "off_topic": share_of(counts, "off_topic", "messages") if "off_topic" in counts else 0.0,
    }
    drawn = trade(
        f"{language}-cost", f"{name}: questions answered, and answers that are wrong", part["curve"], here, lines
    )
    said = (
        "The dashed lines are the targets. The lower the threshold, the further right, and the more answers are wrong. "
        f"The rings show the thresholds in use: {percent(here['answered'])} answered."
    )
    key = _key({line.colour: line.name for line in lines})
    yield element("figure", drawn, element("figcaption", key, said))
    rows = [
        _row(
            percent(point["confidence"]), [percent(point.get(field, 0)) for field in ("answered", "wrong", "off_topic")]
        )
        for point in part["curve"]
    ]
    heads = ("Threshold", "Answered", "Another article (of the answers)", "Another topic (of the questions)")
    yield _numbers(f"{name}: thresholds and wrong answers", _table("For each threshold", heads, rows))


def _topics(name: str, topics: Mapping[str, Mapping[str, int]]) -> Iterable[Markup]:
    worst = sorted(topics.items(), key=lambda item: missed(item[1]), reverse=True)
    rows = [
        _row(topic.replace("_", " "), [*(f"{counts.get(field, 0):,}" for field in _COUNTS), _meter(missed(counts))])
        for topic, counts in worst
    ]
    yield element("p", "Missed: the right article was neither the answer nor offered.")
    caption = f"Questions in {name} by topic"
    yield _scrolling(caption, _table(caption, ("Topic", *_HEADS, "Missed"), rows))


def _meter(share: float) -> Markup:
    width = f"width: {100 * share:.0f}%"
    return joined([percent(share), element("span", style=width, class_="meter", aria_hidden="true")])


def _mixed_up(
    language: str, pairs: Sequence[Mapping[str, Any]], articles: Mapping[str, Mapping[str, str]]
) -> Iterable[Markup]:
    if not pairs:
        yield element("p", "None.")
        return
    yield element(
        "p",
        "Wrong answers first, then the most frequent. Where people mean the first article, add what they ask to its "
        "questions; where both answers fit, make one article of the two.",
    )
    items = [_pair(language, pair, articles) for pair in pairs]
    yield element("ol", *items[:_SHOWN_AT_ONCE], class_="pairs")
    if rest := items[_SHOWN_AT_ONCE:]:
        listed = element("ol", *rest, class_="pairs", start=_SHOWN_AT_ONCE + 1)
        yield element("details", element("summary", f"{len(rest)} more"), listed)


def _pair(language: str, pair: Mapping[str, Any], articles: Mapping[str, Mapping[str, str]]) -> Markup:
    times, answered = pair["times"], pair["answered"]
    count = "once" if times == 1 else f"{times} times"
    became = f"{count}, as the answer {answered} of {times}" if answered else f"{count}, never as the answer"
    said = [element("q", sample, lang=language) for sample in pair["samples"]]
    return element(
        "li",
        element(
            "dl",
            element("dt", "Asked for"),
            _article(pair["asked"], language, articles),
            element("dt", "Got"),
            _article(pair["given"], language, articles),
            element("dt", "How often"),
            element("dd", became),
            *([element("dt", "Asked as"), element("dd", *said)] if said else []),
        ),
    )


def _article(article: str, language: str, articles: Mapping[str, Mapping[str, str]]) -> Markup:
    found = articles[article]
    return element(
        "dd",
        element("strong", found[language], lang=language),
        " ",
        element("code", f"{found['topic']}/{article}"),
    )


def _numbers(name: str, table: Markup) -> Markup:
    return element("details", element("summary", "The numbers"), _scrolling(name, table))


def _scrolling(name: str, table: Markup) -> Markup:
    """Let a table that is wider than the screen scroll by itself, by keyboard too."""
    return element("div", table, role="region", aria_label=name, tabindex=0, class_="scrolling")


def _table(caption: str, heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    first, *others = heads
    top = [element("th", first, scope="col") if first else element("td")]
    top.extend(element("th", head, scope="col") for head in others)
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *top)),
        element("tbody", *rows),
    )


def _row(name: str, cells: Iterable[str]) -> Markup:
    return element(
        "tr",
        element("th", name, scope="row"),
        *(element("td", cell, class_="none" if cell == "0" else None) for cell in cells),
    )

"""Draws the training report's pictures as SVG: each has a title, a description, and colours from the page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.report_markup import Markup, element, percent

Point = Mapping[str, float]

_LEFT, _RIGHT, _TOP, _BOTTOM = 42.0, 340.0, 28.0, 232.0
_STRIP_TOP, _STRIP_BOTTOM = 242.0, 276.0
_WIDTH = 360
_TENTHS = 5


@dataclass(frozen=True)
class Part:
    """A part of a bar: its colour's name, what it means, and how many it counts."""

    colour: str
    meaning: str
    count: int


@dataclass(frozen=True)
class Line:
    """A curve of the wrong answers: the field of the points, its name and colour, and the share not to exceed."""

    field: str
    name: str
    colour: str
    target: float | None


def bar(name: str, title: str, parts: Sequence[Part]) -> Markup:
    """Draw one bar as wide as the page, split by how many each part counts."""
    total = max(1, sum(part.count for part in parts))
    said = "; ".join(f"{part.meaning}: {percent(part.count / total)}" for part in parts if part.count)
    shapes, start = [], 0.0
    for part in parts:
        share = 100 * part.count / total
        if part.count:
            shapes.append(element("rect", x=f"{start:.2f}%", width=f"{share:.2f}%", height="100%", class_=part.colour))
        start += share
    return _picture(name, title, f"{said}.", shapes, class_="bar", height=22)


def reliability(name: str, title: str, bins: Mapping[str, Sequence[Point]], threshold: float) -> Markup:
    """Draw how often article and topic were right against how sure the bot was, and below how often it was so sure."""
    article, topic = ([held for held in bins[name] if held["messages"]] for name in ("article", "topic"))
    said = "; ".join(
        f"{percent(held['confidence'])} sure, {percent(held['right'] / held['messages'])} right" for held in topic
    )
    shapes = [
        *_frame(1.0, "how often it was right"),
        element("line", x1=_LEFT, y1=_BOTTOM, x2=_RIGHT, y2=_TOP, class_="even"),
        *_from(threshold),
        *_dotted(article, "article"),
        *_dotted(topic, "topic"),
        *_strip(bins["topic"]),
        *_below("how sure the bot was", _STRIP_BOTTOM),
    ]
    return _picture(name, title, f"Of the topic: {said}.", shapes, viewBox=f"0 0 {_WIDTH} 312", class_="chart")


def trade(name: str, title: str, curve: Sequence[Point], here: Point, lines: Sequence[Line]) -> Markup:
    """Draw the share of wrong answers against the share of questions answered, and where the threshold puts it."""
    drawn = [line for line in lines if all(line.field in point for point in curve)]
    points = [point for point in curve if point["answered"]]
    highest = max([point[line.field] for line in drawn for point in points] + [line.target or 0 for line in drawn])
    top = (int(highest * 10 - 1e-9) + 1) / 10
    shapes = _frame(top, "wrong, of the direct answers")
    for line in drawn:
        shapes.extend(_curve(points, here, line, top))
    shapes.extend(_below("questions answered directly", _BOTTOM))
    said = "; ".join(f"{line.name} {percent(here[line.field])} of the answers" for line in drawn)
    said = f"With the thresholds in use {percent(here['answered'])} of the questions are answered; {said}."
    return _picture(name, title, said, shapes, viewBox=f"0 0 {_WIDTH} 268", class_="chart")


def _picture(name: str, title: str, said: str, shapes: Sequence[str], **attributes: str | float) -> Markup:
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", said, id=f"{name}-desc"),
        *shapes,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        **attributes,
    )


def _x(share: float) -> float:
    return _LEFT + share * (_RIGHT - _LEFT)


def _y(share: float, top: float = 1.0) -> float:
    return _BOTTOM - share / top * (_BOTTOM - _TOP)


def _frame(top: float, name: str) -> list[Markup]:
    """Draw the lines behind a picture, each with its percentage on the left."""
    shapes = []
    for number in range(_TENTHS + 1):
        share = number / _TENTHS * top
        y = _y(share, top)
        shapes.append(element("line", x1=_LEFT, y1=y, x2=_RIGHT, y2=y, class_="base" if not number else "grid"))
        shapes.append(element("text", percent(share), x=_LEFT - 6, y=y + 4, class_="end"))
    shapes.append(element("text", name, x=0, y=12))
    return shapes


def _below(name: str, y: float) -> Iterator[Markup]:
    for number in range(_TENTHS + 1):
        share = number / _TENTHS
        yield element("text", percent(share), x=_x(share), y=y + 15, class_="middle")
    yield element("text", name, x=(_LEFT + _RIGHT) / 2, y=y + 32, class_="middle")


def _from(threshold: float) -> Iterator[Markup]:
    x = _x(min(threshold, 1.0))
    yield element("line", x1=x, y1=_TOP, x2=x, y2=_STRIP_BOTTOM, class_="threshold")
    yield element("text", f"answers from {percent(threshold)}", x=x - 5, y=_BOTTOM - 8, class_="end strong halo")


def _dotted(held: Sequence[Point], colour: str) -> Iterator[Markup]:
    places = [(_x(point["confidence"]), _y(point["right"] / point["messages"])) for point in held]
    yield element("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places), class_=f"curve {colour}")
    for x, y in places:
        yield element("circle", cx=x, cy=y, r=4, class_=f"dot {colour}")


def _strip(bins: Sequence[Point]) -> Iterator[Markup]:
    """Draw how many messages each bin holds, the fullest as high as the strip."""
    fullest, width = max(1, *(held["messages"] for held in bins)), (_RIGHT - _LEFT) / len(bins)
    for held in bins:
        height = held["messages"] / fullest * (_STRIP_BOTTOM - _STRIP_TOP)
        x = _x(held["from"]) + 2
        yield element("rect", x=x, y=_STRIP_BOTTOM - height, width=width - 4, height=height, class_="count")
    yield element("line", x1=_LEFT, y1=_STRIP_BOTTOM, x2=_RIGHT, y2=_STRIP_BOTTOM, class_="base")


def _curve(points: Sequence[Point], here: Point, line: Line, top: float) -> Iterator[Markup]:
    places = " ".join(f"{_x(point['answered']):.1f},{_y(point[line.field], top):.1f}" for point in points)
    yield element("polyline", points=places, class_=f"curve {line.colour}")
    if line.target is not None:
        limit = _y(line.target, top)
        yield element("line", x1=_LEFT, y1=limit, x2=_RIGHT, y2=limit, class_=f"limit {line.colour}")
        said = f"at most {percent(line.target)}"
        yield element("text", said, x=_RIGHT, y=limit + 13, class_=f"end halo name {line.colour}")
    x, y = _x(here["answered"]), _y(here[line.field], top)
    yield element("circle", cx=x, cy=y, r=6, class_=f"here {line.colour}")


def share_of(counts: Mapping[str, Any], part: str, whole: str) -> float:
    """Give the share one count is of another; 0 of nothing is 0."""
    share: float = counts[part] / max(1, counts[whole])
    return share

"""Reads YAML as an editor means it: every value is text, and every value knows its line."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.problems import KnowledgeBaseBroken, Problem

Place = tuple[str, ...]


@dataclass
class Source:
    """One YAML file: its content with every scalar as text, and the line of each place in it."""

    file: str
    content: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """Give the line of a place, or of the nearest place around it that exists."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, sentence: str) -> Problem:
        """Name a place of this file and what is to be done there."""
        return Problem(self.file, self.line(place), ".".join(place), sentence)


def read(path: Path, file: str) -> Source:
    """Read one file; `file` is the name shown to the editor.

    "no" stays "no", 0123 stays "0123" and a date stays as written: articles hold texts.
    Raises KnowledgeBaseBroken if the file is not YAML or not UTF-8.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        raise KnowledgeBaseBroken([Problem(file, 1, "", "is not UTF-8 text: save it as UTF-8.")]) from error
    except yaml.YAMLError as error:
        raise KnowledgeBaseBroken([_not_yaml(file, error)]) from error
    source = Source(file)
    if node is not None:
        source.content = _value(node, (), source)
    return source


def _not_yaml(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    hint = "put a text that contains ': ' or starts with { [ * & ! % @ or ` in double quotes"
    return Problem(file, (mark.line if mark else 0) + 1, "", f"is not valid YAML ({reason}): {hint}.")


def _value(node: yaml.Node, place: Place, source: Source) -> Any:
    source.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, source)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, str(index + 1)), source) for index, item in enumerate(node.value)]
    return node.value


def _mapping(node: yaml.MappingNode, place: Place, source: Source) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        source.lines[(*place, key)] = key_node.start_mark.line + 1
        if key in mapping:
            source.problems.append(source.problem((*place, key), "stands here twice: keep one."))
        mapping[key] = _value(value_node, (*place, key), source)
    return mapping

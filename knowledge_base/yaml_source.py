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
    content = path.read_bytes()
    try:
        node = yaml.compose(content.decode("utf-8"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        problem = Problem(file, _line(content, error.start), "", "is not UTF-8 text: save it as UTF-8.")
        raise KnowledgeBaseBroken([problem]) from error
    except yaml.reader.ReaderError as error:
        sentence = f"has an invisible control character (#x{error.character:02x}): delete it."
        raise KnowledgeBaseBroken([Problem(file, _line(content, error.position), "", sentence)]) from error
    except yaml.YAMLError as error:
        raise KnowledgeBaseBroken([_not_yaml(file, error)]) from error
    source = Source(file)
    if node is not None:
        source.content = _Values(source).of(node, ())
    return source


def _line(content: bytes, position: int) -> int:
    return content.count(b"\n", 0, position) + 1


def _not_yaml(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error).splitlines()[0]
    hint = "put a text that contains ': ' or starts with { [ * & ! % @ or ` in double quotes"
    return Problem(file, (mark.line if mark else 0) + 1, "", f"is not valid YAML ({reason}): {hint}.")


class _Values:
    """Takes YAML nodes apart into lists, mappings and texts, and notes where each stood."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: set[int] = set()

    def of(self, node: yaml.Node, place: Place) -> Any:
        self._source.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if id(node) in self._seen:  # an alias: it could hold itself, or multiply without end
            self._report(place, "repeats another part with `*`: write it out.")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        return [self.of(item, (*place, str(number))) for number, item in enumerate(node.value, start=1)]

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._report(place, "has a list or a mapping where a name belongs: put texts in double quotes.")
                continue
            key = key_node.value
            self._source.lines[(*place, key)] = key_node.start_mark.line + 1
            if key in mapping:
                self._report((*place, key), "stands here twice: keep one.")
            mapping[key] = self.of(value_node, (*place, key))
        return mapping

    def _report(self, place: Place, sentence: str) -> None:
        self._source.problems.append(self._source.problem(place, sentence))

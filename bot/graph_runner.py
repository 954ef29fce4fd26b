"""Runs a loaded Rasa graph node by node: the nodes of Rasa's runner, without a scheduler at every message."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner


class SequentialGraphRunner:
    """Takes over the nodes of Rasa's own runner and runs those a target needs, each after what it needs."""

    def __init__(self, loaded: DaskGraphRunner) -> None:
        self._nodes = loaded._instantiated_nodes  # noqa: SLF001
        self._schema = loaded._graph_schema  # noqa: SLF001
        self._order = cache(self._ordered)

    @property
    def components(self) -> list[Any]:
        """Give what the nodes hold."""
        return [node._component for node in self._nodes.values()]  # noqa: SLF001

    def node(self, name: str) -> Any:
        """Give how a node is described: what it `uses` and `needs`."""
        return self._schema.nodes[name]

    def run(self, inputs: Mapping[str, Any] | None = None, targets: Sequence[str] | None = None) -> dict[str, Any]:
        """Give the output of each target; `inputs` stand for the graph's placeholders."""
        wanted = tuple(targets or self._schema.target_names)
        outputs = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._order(wanted):
            outputs[name] = self._nodes[name](*(outputs[need] for need in needs))
        return {name: outputs[name][1] for name in wanted}

    def _ordered(self, targets: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found: dict[str, tuple[str, ...]] = {}

        def visit(name: str) -> None:
            if name in found or name not in self._schema.nodes:
                return
            needs = tuple(self._schema.nodes[name].needs.values())
            for need in needs:
                visit(need)
            found[name] = needs

        for target in targets:
            visit(target)
        return tuple(found.items())

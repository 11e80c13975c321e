"""Parts that several expressions share, computed once.

Expressions are trees that share nodes; written out as SQL every use of a shared node would be written, and computed, again.
Here shared nodes become columns of a stage before, so that the text stays as small as the graph.
"""

from __future__ import annotations

from collections.abc import Mapping

from forbear.columns.expression import Column, as_column, column
from forbear.columns.relation import Relation

# A shared node with fewer nodes below it is cheaper to repeat than to carry from stage to stage.
SMALLEST_SHARED = 6


def derive_shared(relation: Relation, expressions: Mapping[str, Column]) -> Relation:
    """``relation.derive(**expressions)``, with the parts that the expressions share derived in stages before.

    Aggregates and windows are not for this.
    """
    graph = _Graph(expressions)
    before = list(relation.schema)
    stages = graph.stages()
    for stage in stages:
        relation = relation.derive(**{graph.names[id(node)]: graph.rewritten(node) for node in stage})
    final = {name: graph.final(as_column(value)) for name, value in expressions.items()}
    return relation.select(*(name for name in before if name not in final), **final)


class _Graph:
    def __init__(self, expressions: Mapping[str, Column]) -> None:
        self._uses: dict[int, int] = {}
        self._nodes: dict[int, Column] = {}
        self._sizes: dict[int, int] = {}
        for expression in expressions.values():
            self._count(as_column(expression))
        shared = [
            node for key, node in self._nodes.items() if self._uses[key] > 1 and self._sizes[key] >= SMALLEST_SHARED
        ]
        self.names = {id(node): f"shared§{number}" for number, node in enumerate(shared)}
        self._levels: dict[int, int] = {}

    def stages(self) -> list[list[Column]]:
        """The shared nodes in stages: each reads only earlier ones."""
        levels: dict[int, list[Column]] = {}
        for key in self.names:
            levels.setdefault(self._level(self._nodes[key]), []).append(self._nodes[key])
        return [levels[level] for level in sorted(levels)]

    def rewritten(self, node: Column) -> Column:
        """The node itself over columns of earlier stages."""
        return Column(node.op, tuple(self._rewrite_in(child) for child in node.args), node.dtype)

    def final(self, node: Column) -> Column:
        """An expression over the stages' columns."""
        return self._rewrite_in(node)  # type: ignore[return-value]

    def _rewrite_in(self, node: object) -> object:
        if isinstance(node, tuple):
            return tuple(self._rewrite_in(child) for child in node)
        if not isinstance(node, Column) or node.op in ("literal", "column"):
            return node
        name = self.names.get(id(node))
        return column(name, node.dtype) if name is not None else self.rewritten(node)

    def _count(self, node: Column) -> int:
        key = id(node)
        self._uses[key] = self._uses.get(key, 0) + 1
        if key not in self._nodes:
            self._nodes[key] = node
            self._sizes[key] = 1 + sum(self._count(child) for child in _children(node))
        return self._sizes[key]

    def _level(self, node: Column) -> int:
        key = id(node)
        if key not in self._levels:
            below = max((self._level(child) for child in _children(node)), default=0)
            self._levels[key] = below + (key in self.names)
        return self._levels[key]


def _children(node: Column) -> list[Column]:
    found: list[Column] = []
    for child in node.args:
        found += (
            [child]
            if isinstance(child, Column)
            else [each for each in child if isinstance(each, Column)]
            if isinstance(child, tuple)
            else []
        )
    return found

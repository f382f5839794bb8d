"""Effects upward: what a change in a lower room means for a higher one, in the same transaction.

The one table of them stands in `ranevents/app.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

Effect = Callable[..., None]
_table: Mapping[Any, Sequence[Effect]] = {}
_concerned: Mapping[Any, Callable[[Any], int]] = {}


def declare(table: Mapping[Any, Sequence[Effect]], concerned: Mapping[Any, Callable[[Any], int]]) -> None:
    """Set the tables: which effects follow which happening, in order; and who counts the people it would concern."""
    global _table, _concerned
    _table, _concerned = table, concerned


def people_concerned(happening: StrEnum, subject: Any) -> int:
    """How many people would be told if it happened: pages say so before the button is pressed."""
    return _concerned[happening](subject) if happening in _concerned else 0


def follow(happening: StrEnum, subject: Any, **told: Any) -> None:
    """Let everything happen that follows from `happening` to `subject`."""
    for effect in _table.get(happening, ()):
        effect(subject, **told)

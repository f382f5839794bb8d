"""Effects upward: what a change in a lower room means for a higher one, in the same transaction.

The one table of them stands in `ranevents/app.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

Effect = Callable[..., None]
_table: Mapping[Any, Sequence[Effect]] = {}


def declare(table: Mapping[Any, Sequence[Effect]]) -> None:
    """Set the table: which effects follow which happening, in order."""
    global _table  # noqa: PLW0603 - one table for the house is the point
    _table = table


def follow(happening: StrEnum, subject: Any, **told: Any) -> None:
    """Let everything happen that follows from `happening` to `subject`."""
    for effect in _table.get(happening, ()):
        effect(subject, **told)

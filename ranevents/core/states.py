"""Lives of records: one enumeration of states, one of steps, one table of allowed moves, one gate.

A model that lives has a class attribute `life`, a column `state`, and `id`. Nothing but the gate in this file sets
`state` (a test of the house looks for it).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from ranevents.core import audit
from ranevents.core.db import db, flush
from ranevents.core.errors import Refused


@dataclass(frozen=True)
class Life:
    """The moves that a kind of record may make.

    `moves` maps (state, step) to the next state; `silent` names the steps that send no mail; `trail` is False where
    another table keeps the history of each move.
    """

    name: str
    moves: Mapping[tuple[StrEnum, StrEnum], StrEnum]
    silent: frozenset[StrEnum] = frozenset()
    trail: bool = True
    mails: dict[StrEnum, Callable[..., None]] = field(default_factory=dict, compare=False)

    def after(self, state: StrEnum, step: StrEnum) -> StrEnum:
        """The state that `step` leads to; raises Refused where the table has no such move."""
        try:
            return self.moves[state, step]
        except KeyError:
            raise Refused from None

    def allows(self, state: StrEnum, step: StrEnum) -> bool:
        """Whether the table has this move; pages show their buttons by it."""
        return (state, step) in self.moves

    def mail(self, step: StrEnum) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Declare the function that writes the step's mail: called with the record and what the verb passes on."""

        def declare(function: Callable[..., None]) -> Callable[..., None]:
            self.mails[step] = function
            return function

        return declare


class Living(Protocol):
    """A record that has a life."""

    id: Any
    state: Any
    life: ClassVar[Any]


def take(record: Living, step: StrEnum, *, by: audit.Actor, why: str = "", **told: Any) -> None:
    """Take one step in a record's life: check the table, set the state, leave the trail, queue the step's mail.

    `told` is passed on to the function that writes the mail. Raises Refused where the table has no such move.
    """
    life: Life = record.life
    before = record.state
    record.state = life.after(before, step)
    db.session.add(record)
    flush()
    if life.trail:
        audit.record(record, step, by=by, why=why, before=before, after=record.state)
    if step not in life.silent:
        life.mails[step](record, **told)

"""The verb that gives a list out of the house: the trail says who took how much of it."""

import tempfile
from dataclasses import dataclass
from typing import IO, Any

from ranevents.core import audit, clock
from ranevents.core.audit import Actor
from ranevents.core.spreadsheets import Kind, write
from ranevents.events.models import Event
from ranevents.registrations import export_queries
from ranevents.registrations.export_rules import Scope
from ranevents.registrations.list_rules import Asked


@dataclass(frozen=True)
class Exported:
    """A file that has no name on any disk, and goes when it is closed."""

    content: IO[bytes]
    name: str
    kind: Kind


def export(event: Event, asked: Asked, *, kind: Kind, scope: Scope, with_special: bool, by: Actor) -> Exported:
    """Write what is asked for into a file, and into the trail who did it, with how many rows and which columns."""
    if scope is Scope.PARTICIPANTS:
        table = export_queries.for_participants(event, asked)
    else:
        table = export_queries.for_team(event, asked, with_special=with_special)
    content = tempfile.TemporaryFile(prefix="ranevents-export-")  # noqa: SIM115 - the answer closes it
    try:
        count = write(kind, content, event.title, table.head, table.rows)
        content.seek(0)
    except BaseException:
        content.close()
        raise
    day = clock.now().astimezone(event.zone).date().isoformat()
    special = "yes" if with_special and scope is Scope.TEAM else "no"
    told: dict[str, Any] = {"registrations": count, "kind": kind, "columns": len(table.head), "special": special}
    audit.record(event, "export", by=by, scope=scope, **told)
    return Exported(content, f"{event.slug}-{scope}-{day}.{kind}", kind)

"""The history of a record as the person concerned may read it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from ranevents.core import audit
from ranevents.core.audit import ActorKind, AuditEntry
from ranevents.core.db import Model


@dataclass(frozen=True)
class Happened:
    """One line of the history; who acted is told by their part alone."""

    at: datetime
    step: str
    what: str
    who: str
    why: str


def history(record: Model, told: Callable[[str], str]) -> list[Happened]:
    """What happened to a record, oldest first; `told` puts a step into words."""
    return [_happened(entry, told) for entry in audit.history(record)]


def _happened(entry: AuditEntry, told: Callable[[str], str]) -> Happened:
    parts = {ActorKind.PERSON: _("You"), ActorKind.ORGANISER: _("The organisers"), ActorKind.SYSTEM: _("The system")}
    return Happened(entry.at, entry.step, told(entry.step), str(parts[entry.actor_kind]), entry.why)

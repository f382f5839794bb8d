"""Setting what mix of people an event aims at."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete

from ranevents.core import audit
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.overview import balance_queries
from ranevents.overview.balance_rules import Dimension
from ranevents.overview.models import Aim


@dataclass(frozen=True)
class AimedAt:
    """What an aim is about."""

    of: Dimension
    kind: str = ""
    question_id: int | None = None


def set_aims(event: Event, wanted: Mapping[AimedAt, int], *, by: Actor) -> bool:
    """Aim at exactly this from now on; whether anything was different."""
    db.session.refresh(event.pool, with_for_update=True)
    before = {AimedAt(aim.of, aim.kind, aim.question_id): aim.least for aim in balance_queries.aims(event)}
    if before == wanted:
        return False
    db.session.execute(delete(Aim).where(Aim.event_id == event.id))
    for about, least in wanted.items():
        db.session.add(Aim(event_id=event.id, of=about.of, kind=about.kind, question_id=about.question_id, least=least))
    audit.record(event, "set_aims", by=by, aims=len(wanted))
    return True

"""What the address of a trail asks for; whatever it can't mean is left aside."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from ranevents.accounts.queries import TrailAsked
from ranevents.accounts.trail import KINDS
from ranevents.core.audit import ActorKind
from ranevents.core.paging import asked_day


@dataclass(frozen=True)
class TrailFilter:
    """Of what kind, by whom (a kind of actor, or an organiser's id), from which day to which."""

    kind: str
    actor: str
    first_on: date | None
    last_on: date | None

    @classmethod
    def of(cls, sent: MultiDict[str, str]) -> "TrailFilter":
        """What the query of an address says."""
        kind, actor = sent.get("kind", ""), sent.get("actor", "")
        is_actor = actor in (ActorKind.PERSON, ActorKind.SYSTEM) or re.fullmatch("[1-9][0-9]{0,8}", actor)
        return cls(
            kind if kind in KINDS else "",
            actor if is_actor else "",
            asked_day(sent.get("from")),
            asked_day(sent.get("to")),
        )

    def asked(self, zone: ZoneInfo) -> TrailAsked:
        """The same as values; days are days in that zone."""
        is_organiser = self.actor.isdigit()
        return TrailAsked(
            kind=self.kind,
            actor_kind=ActorKind.ORGANISER if is_organiser else ActorKind(self.actor) if self.actor else None,
            actor_id=int(self.actor) if is_organiser else None,
            since=datetime.combine(self.first_on, time(), zone) if self.first_on else None,
            until=datetime.combine(self.last_on + timedelta(days=1), time(), zone) if self.last_on else None,
        )

    def query(self) -> dict[str, str]:
        """The same as the query of an address."""
        days = {"from": self.first_on, "to": self.last_on}
        said = {"kind": self.kind, "actor": self.actor}
        return {name: value for name, value in said.items() if value} | {
            name: day.isoformat() for name, day in days.items() if day
        }

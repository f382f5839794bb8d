"""Pure decisions about events: values in, values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.core import names
from ranevents.events.details import EventDetails, Format
from ranevents.events.states import EventState

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_PLACES = 10_000
MOST_OFFER_HOURS = 720
LONGEST_SLUG = 80
RESERVED_SLUGS = frozenset({"new"})
MOVES_PEOPLE: Mapping[str, Any] = {
    "title": _l("title"),
    "city": _l("city"),
    "country": _l("country"),
    "venue": _l("venue"),
    "time_zone": _l("time zone"),
    "first_on": _l("first day"),
    "last_on": _l("last day"),
}
"""What those who are registered have in their calendars, and what it is called when they are told that it changed."""
SHOWN_IN_ENTRY = MOVES_PEOPLE.keys() | {"slug", "theme", "host", "contact_address"}
"""What a calendar entry is made of: its sequence rises when any of it changes, whether or not people are told."""
ALIKE = 0.5
"""From this likeness on (0 to 1), a changed line is taken for the same topic under a new name."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field, and what to do."""

    field: str
    message: str


class Registering(StrEnum):
    """How the public registration stands."""

    CANCELLED = "cancelled"
    OVER = "over"
    NOT_PUBLIC = "not_public"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    WAITING_LIST = "waiting_list"
    OPEN = "open"


def registering(
    *,
    state: EventState,
    is_open: bool,
    opens_at: datetime,
    closes_at: datetime,
    ends_at: datetime,
    free_places: int,
    at: datetime,
) -> Registering:
    """How the public registration of an event stands at a moment."""
    told = (
        (state is EventState.CANCELLED, Registering.CANCELLED),
        (state in (EventState.FINISHED, EventState.ARCHIVED) or at >= ends_at, Registering.OVER),
        (not is_open, Registering.NOT_PUBLIC),
        (at < opens_at, Registering.NOT_YET),
        (at >= closes_at, Registering.CLOSED),
        (free_places <= 0, Registering.WAITING_LIST),
    )
    return next((stand for holds, stand in told if holds), Registering.OPEN)


def moved(changed: Iterable[str]) -> LazyString | None:
    """Those of the changed fields that move people, named in the language of whoever reads it; None without any."""
    names = [MOVES_PEOPLE[field] for field in changed if field in MOVES_PEOPLE]
    return LazyString(lambda: ", ".join(str(name) for name in names)) if names else None


def propose_slug(*words: str, country: str = "") -> str:
    """An address made of the words, spelled as the country spells: a-z, digits and hyphens, at most 60 characters."""
    slug = "-".join(names.fold(names.latin(" ".join(words), country)).split()) or "event"
    if len(slug) > 60:
        slug = slug[:60].rsplit("-", 1)[0]
    return f"{slug}-1" if slug in RESERVED_SLUGS else slug


def first_free(proposed: str, taken: set[str]) -> str:
    """The proposed address, or the first of `proposed-2`, `proposed-3` … that is not taken."""
    number, slug = 1, proposed
    while slug in taken:
        number += 1
        slug = f"{proposed}-{number}"
    return slug


def is_in_range(day: date) -> bool:
    """Whether a day lies in the years that we plan for."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def faults(details: EventDetails, *, is_published: bool = False) -> list[Fault]:
    """Everything that is wrong with what was said about an event; empty when it can be saved."""
    found = [*_faults_of_days(details), *_faults_of_registration(details)]
    if not details.contact_address.rpartition("@")[0].isascii():
        # Answers to mails go there: many mail servers take no other letters (RFC 6531 is optional).
        found.append(Fault("contact_address", _("Before the @, please use only letters without accents, and digits.")))
    if details.slug in RESERVED_SLUGS:
        found.append(Fault("slug", _("This address is taken by a page of ours. Please choose another.")))
    if is_published:
        found += [Fault(field, _("A published event needs this.")) for field in missing(details)]
    return found


def _faults_of_days(details: EventDetails) -> list[Fault]:
    out_of_range = _("Please give a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
    found = [
        Fault(field, out_of_range) for field in ("first_on", "last_on") if not is_in_range(getattr(details, field))
    ]
    if not found and details.last_on < details.first_on:
        found.append(Fault("last_on", _("The last day can't be before the first day.")))
    return found


def _faults_of_registration(details: EventDetails) -> list[Fault]:
    found = []
    if not (details.is_by_invitation or details.is_by_delegation or details.is_open):
        found.append(Fault("is_open", _("Please tick at least one way in.")))
    if not 1 <= details.capacity <= MOST_PLACES:
        found.append(Fault("capacity", _("Please give a number of places from 1 to %(most)s.", most=MOST_PLACES)))
    if not 1 <= details.offer_hours <= MOST_OFFER_HOURS:
        found.append(
            Fault("offer_hours", _("Please give a number of hours from 1 to %(most)s.", most=MOST_OFFER_HOURS))
        )
    if details.registration_closes_at <= details.registration_opens_at:
        found.append(Fault("registration_closes_at", _("Registration must close after it opens.")))
    elif is_in_range(details.last_on) and details.registration_closes_at > _end_of(details):
        found.append(
            Fault("registration_closes_at", _("Registration must close before the end of the event's last day."))
        )
    return found


def _end_of(details: EventDetails) -> datetime:
    return datetime.combine(details.last_on + timedelta(days=1), time(), ZoneInfo(details.time_zone))


def needed(format: Format) -> tuple[str, ...]:
    """The names of the fields without which an event of this format can't be published."""
    place = () if format is Format.ONLINE else ("venue",)
    return ("description", "host", "city", *place, "languages", "contact_address", "privacy_notice")


def missing(details: EventDetails) -> list[str]:
    """The names of the fields that must be filled in before the event can be published."""
    return [field for field in needed(details.format) if not getattr(details, field)]


def match_topics(old: dict[int, str], lines: list[str]) -> list[int | None]:
    """Which existing topic each line continues; None for a new one.

    A line that reads the same keeps its topic wherever it stands; of the rest, the most alike are matched first.
    """
    left = dict(old)
    matched: list[int | None] = [None] * len(lines)
    for at, line in enumerate(lines):
        same = next((id for id, name in left.items() if names.fold(name) == names.fold(line)), None)
        if same is not None:
            matched[at] = same
            del left[same]
    for likeness, at, id in _likenesses(left, lines, matched):
        if likeness >= ALIKE and matched[at] is None and id in left:
            matched[at] = id
            del left[id]
    return matched


def _likenesses(left: dict[int, str], lines: list[str], matched: list[int | None]) -> list[tuple[float, int, int]]:
    pairs = [
        (SequenceMatcher(None, name.casefold(), line.casefold()).ratio(), at, id)
        for at, line in enumerate(lines)
        if matched[at] is None
        for id, name in left.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2]))

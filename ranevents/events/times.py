"""Days and instants as people read them: in the reader's language, in the event's zone, the zone named."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

from babel import Locale, dates
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.core.errors import DomainError


class NoSuchTime(DomainError):
    """A local time that never comes, because the clocks are put forward over it."""

    message = _l("This time does not exist at the event's place: the clocks are put forward. Please choose another.")


def days(first_on: date, last_on: date) -> str:
    """'4 April 2018', or '4–5 April 2018'."""
    locale = _reader()
    if first_on == last_on:
        return _day(first_on)
    # CLDR has few intervals with the month's whole name: where it has none, that of its short name is spelled out.
    patterns = locale.interval_formats.get("yMMMMd") or locale.interval_formats["yMMMd"]
    differing = next(part for part, one in _PARTS if one(first_on) != one(last_on))
    told = zip((first_on, last_on), patterns[differing], strict=True)
    days = (dates.format_date(day, re.sub("M{3,}", "MMMM", pattern), locale=locale) for day, pattern in told)
    return "".join(_as_in_a_sentence(day) for day in days)


_PARTS: tuple[tuple[str, Callable[[date], int]], ...] = (
    ("y", attrgetter("year")),
    ("M", attrgetter("month")),
    ("d", attrgetter("day")),
)


def short_day(day: date) -> str:
    """'3 Apr': a day where there is little room, its year being plain."""
    return str(dates.format_skeleton("MMMd", day, locale=_reader()))


def day_of(at: datetime, zone: ZoneInfo) -> str:
    """'3 April 2018': the day of an instant, in the zone."""
    return _day(at.astimezone(zone).date())


def instant(at: datetime, zone: ZoneInfo) -> str:
    """'3 April 2018, 18:00 (Sofia time)'."""
    local = at.astimezone(zone)
    day = _day(local.date())
    hour = dates.format_time(local.timetz(), "HH:mm", locale=_reader())
    city = dates.get_timezone_name(local, "long", locale=_reader()) if str(zone) == "UTC" else _city(zone)
    return str(_("%(day)s, %(hour)s (%(zone)s)", day=day, hour=hour, zone=city))


def _day(day: date) -> str:
    return _as_in_a_sentence(dates.format_date(day, "long", locale=_reader()))


def _as_in_a_sentence(day: str) -> str:
    """A day as it can stand anywhere in a sentence.

    French counts the first day of a month, and only that: '1er avril' (Interinstitutional Style Guide, 10.2.1).
    Bulgarian shortens the word for year: its point and the sentence's full stop would be two, so it is written out.
    """
    if _reader().language == "fr":
        return re.sub(r"^1\b", "1er", day)
    return re.sub(r"г\.", "година", day) if _reader().language == "bg" else day


def _city(zone: ZoneInfo) -> str:
    place = dates.get_timezone_location(zone, locale=_reader(), return_city=True)
    return str(_("%(city)s time", city=place))


def local_of(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at an instant, to the minute, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which the clock on the wall shows `local`; the first where it shows it twice.

    Raises NoSuchTime where it never does.
    """
    at = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise NoSuchTime
    return at


def comes_twice(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock on the wall shows `local` twice, because it is put back."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def _reader() -> Locale:
    """The reader's locale; English as the European institutions write it, the day before the month."""
    locale = get_locale() or Locale("en")
    return Locale("en", "GB") if locale == Locale("en") else locale

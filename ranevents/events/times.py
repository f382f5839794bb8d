"""Days and instants as people read them: in the reader's language, in the event's zone, the zone named."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import dates
from flask_babel import get_locale
from flask_babel import gettext as _


def days(first_on: date, last_on: date) -> str:
    """'4 April 2018', or '4–5 April 2018'."""
    locale = get_locale() or "en"
    if first_on == last_on:
        return dates.format_date(first_on, "long", locale=locale)
    return dates.format_interval(first_on, last_on, skeleton="yMMMMd", locale=locale)


def instant(at: datetime, zone: ZoneInfo) -> str:
    """'3 April 2018, 18:00 (Sofia time)'."""
    locale = get_locale() or "en"
    local = at.astimezone(zone)
    day = dates.format_date(local.date(), "long", locale=locale)
    hour = dates.format_time(local.timetz(), "HH:mm", locale=locale)
    city = dates.get_timezone_name(local, "long", locale=locale) if str(zone) == "UTC" else _city(zone)
    return str(_("%(day)s, %(hour)s (%(zone)s)", day=day, hour=hour, zone=city))


def _city(zone: ZoneInfo) -> str:
    place = dates.get_timezone_location(zone, locale=get_locale() or "en", return_city=True)
    return str(_("%(city)s time", city=place))

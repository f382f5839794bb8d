"""Calendar entries (RFC 5545, RFC 5546): one UID for life, a SEQUENCE that rises with each change.

A UID is a bare UUID (RFC 7986, 5.3).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText


class Method(StrEnum):
    """What a calendar is to do with the entry."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Entry:
    """A whole-day entry, from `first_on` to `last_on` inclusive: a day is the same day in every zone."""

    uid: str
    sequence: int
    title: str
    first_on: date
    last_on: date
    place: str
    description: str
    url: str
    organiser_name: str
    organiser_address: str
    changed_at: datetime


def write(entry: Entry, method: Method) -> str:
    """The entry as an iCalendar text; CANCEL takes it out of calendars that hold its UID."""
    calendar = Calendar()
    calendar.add("prodid", "-//ranevents//Policy and Practice Events//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(_component(entry, method))
    return str(calendar.to_ical().decode())


def _component(entry: Entry, method: Method) -> Event:
    component = Event()
    component.add("uid", entry.uid)
    component.add("sequence", entry.sequence)
    component.add("dtstamp", entry.changed_at)
    component.add("summary", entry.title)
    component.add("dtstart", entry.first_on)
    component.add("dtend", entry.last_on + timedelta(days=1))
    component.add("location", entry.place)
    component.add("description", entry.description)
    component.add("url", entry.url)
    component.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    component.add("transp", "OPAQUE")
    organiser = vCalAddress(f"mailto:{entry.organiser_address}")
    organiser.params["cn"] = vText(entry.organiser_name)
    component["organizer"] = organiser
    return component

"""Calendar entries, read back by a calendar."""

from datetime import UTC, date, datetime

from icalendar import Calendar

from ranevents.core.calendar import Entry, Method, write

ENTRY = Entry(
    uid="0b1c@events.example.org",
    sequence=2,
    title="Partnerships; prevention, and “trust”",
    first_on=date(2018, 4, 4),
    last_on=date(2018, 4, 5),
    place="Национален дворец на културата, Sofia",
    description="Two days.\nBring your badge; code: 7.",
    url="https://events.example.org/events/sofia",
    organiser_name="Ministry of Interior, Sofia",
    organiser_address="secretariat@example.org",
    changed_at=datetime(2018, 3, 1, 9, 0, tzinfo=UTC),
)


def test_a_calendar_reads_what_we_meant() -> None:
    calendar = Calendar.from_ical(write(ENTRY, Method.PUBLISH))
    (event,) = calendar.walk("VEVENT")

    assert {
        "method": str(calendar["method"]),
        "version": str(calendar["version"]),
        "uid": str(event["uid"]),
        "sequence": int(event["sequence"]),
        "summary": str(event["summary"]),
        "begins": event["dtstart"].dt,
        "ends before": event["dtend"].dt,
        "location": str(event["location"]),
        "description": str(event["description"]),
        "url": str(event["url"]),
        "status": str(event["status"]),
        "organizer": (str(event["organizer"]), str(event["organizer"].params["cn"])),
        "stamp": event["dtstamp"].dt,
    } == {
        "method": "PUBLISH",
        "version": "2.0",
        "uid": ENTRY.uid,
        "sequence": 2,
        "summary": ENTRY.title,
        "begins": date(2018, 4, 4),
        "ends before": date(2018, 4, 6),
        "location": ENTRY.place,
        "description": ENTRY.description,
        "url": ENTRY.url,
        "status": "CONFIRMED",
        "organizer": ("mailto:secretariat@example.org", "Ministry of Interior, Sofia"),
        "stamp": ENTRY.changed_at,
    }
    assert calendar.errors == event.errors == []


def test_a_cancellation_names_the_same_entry() -> None:
    calendar = Calendar.from_ical(write(ENTRY, Method.CANCEL))
    (event,) = calendar.walk("VEVENT")

    assert (str(calendar["method"]), str(event["uid"]), str(event["status"])) == ("CANCEL", ENTRY.uid, "CANCELLED")


def test_lines_are_folded_and_ended_as_the_standard_asks() -> None:
    raw = write(ENTRY, Method.PUBLISH).encode()

    lines = raw.split(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75

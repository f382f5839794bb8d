"""The public side: the calendar, an event's page, its calendar entry."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from ranevents.accounts.models import Role
from ranevents.core.db import db
from ranevents.events.states import EventState
from tests import builders
from tests.client import Client
from tests.conftest import Clock
from tests.statements import count_statements


def titles(html: str) -> list[str]:
    """The titles of the events on a page, in order."""
    return [part.split("</a>")[0].split(">")[-1] for part in html.split('<article class="event-card">')[1:]]


def test_an_empty_calendar_says_so(client: Client) -> None:
    page = client.get("/")

    assert page.status == 200
    assert page.heading == "Calendar"
    assert "No event is announced at the moment." in page.text


def test_the_calendar_shows_what_comes_first_by_series_then_what_is_past_and_no_draft(client: Client) -> None:
    practice, cities = builders.a_series(name="Practice 2018"), builders.a_series(name="Cities")
    builders.an_event(series=practice, title="Later", first_on=date(2018, 9, 1), last_on=date(2018, 9, 2))
    builders.an_event(series=cities, title="Sooner", first_on=date(2018, 3, 20), last_on=date(2018, 3, 20))
    builders.an_event(series=practice, title="Soon", first_on=date(2018, 5, 1), last_on=date(2018, 5, 1))
    builders.an_event(series=practice, title="Past", first_on=date(2018, 1, 1), last_on=date(2018, 1, 2))
    builders.an_event(series=practice, title="Draft", state=EventState.DRAFT)
    db.session.commit()

    page = client.get("/")

    assert titles(page.html) == ["Sooner", "Soon", "Later", "Past"]
    assert page.text.index("Cities") < page.text.index("Practice 2018") < page.text.index("Past events")


def test_a_cancelled_event_is_marked_and_one_that_was_never_published_is_not_shown(client: Client) -> None:
    builders.an_event(title="Called off", state=EventState.CANCELLED, cancellation_reason="A storm.")
    builders.an_event(title="Never seen", state=EventState.CANCELLED, published_at=None)
    db.session.commit()

    page = client.get("/")

    assert titles(page.html) == ["Called off"]
    assert "Called off Cancelled 4 April 2018" in page.text


def test_an_event_stays_upcoming_until_its_last_day_ends_at_its_place(client: Client, moment: Clock) -> None:
    builders.an_event(title="In Honolulu", time_zone="Pacific/Honolulu")
    builders.an_event(title="In Sofia", time_zone="Europe/Sofia")
    db.session.commit()

    moment.at = datetime(2018, 4, 4, 22, 0, tzinfo=UTC)
    page = client.get("/")

    assert titles(page.html) == ["In Honolulu", "In Sofia"]
    assert page.text.index("In Honolulu") < page.text.index("Past events") < page.text.index("In Sofia")


@pytest.mark.parametrize(
    ("given", "capacity", "words"),
    [
        ({}, 9, "Law enforcement and communities Registration open until 1 April 2018"),
        ({}, 0, "Law enforcement and communities Waiting list, open until 1 April 2018"),
        ({"registration_opens_at": datetime(2018, 3, 2, 22, tzinfo=UTC)}, 9, "communities Registration opens on 3 March 2018"),
        ({"registration_closes_at": datetime(2018, 3, 1, 9, tzinfo=UTC)}, 9, "communities Registration closed"),
        ({"is_open": False, "is_by_invitation": True, "is_by_delegation": True}, 9, "communities By invitation · By delegation"),
        ({"state": EventState.CANCELLED, "cancellation_reason": "A storm."}, 9, "communities"),
        ({"first_on": date(2018, 1, 1), "last_on": date(2018, 1, 2)}, 9, "communities"),
    ],
)  # fmt: skip
def test_each_card_of_the_calendar_says_how_registration_stands(
    client: Client, given: dict, capacity: int, words: str
) -> None:
    builders.an_event(capacity=capacity, **given)
    db.session.commit()

    card = client.get("/").text.split(" Who comes to an event")[0]

    assert card.endswith(words)


def test_the_calendar_asks_the_same_number_of_questions_for_few_and_for_many_events(client: Client) -> None:
    def ask() -> int:
        with count_statements() as sent:
            client.get("/")
        return len(sent)

    def add(number: int) -> None:
        for _ in range(number):
            builders.an_event()
            builders.an_event(first_on=date(2017, 4, 4), last_on=date(2017, 4, 4))
        db.session.commit()
        db.session.remove()

    add(2)
    few = ask()
    add(15)

    assert ask() == few


def test_the_event_page_tells_what_one_needs_to_know(client: Client) -> None:
    event = builders.an_event(
        first_on=date(2018, 4, 4), last_on=date(2018, 4, 5), languages=["bg", "en"], description="One.\n\nTwo.\nThree."
    )
    db.session.commit()

    page = client.get(f"/events/{event.slug}")

    assert page.heading == "Partnerships in prevention"
    for words in (
        "Law enforcement and communities",
        "When 4–5 April 2018",
        "Where National Palace of Culture, Sofia, Bulgaria",
        "Host Ministry of Interior",
        "Format On site",
        "Languages Bulgarian, English",
        "How to take part Open to registration",
        "Contact secretariat@example.org",
        "Registration is open until 1 April 2018, 03:00 (Sofia time).",
    ):
        assert words in page.text
    assert "<p>One.</p>\n<p>Two.<br>Three.</p>" in page.html
    assert '<meta name="description" content="Law enforcement and communities">' in page.html
    assert f'href="/events/{event.slug}/register"' in page.html


@pytest.mark.parametrize(
    ("given", "capacity", "words", "is_button_there"),
    [
        ({"registration_opens_at": datetime(2018, 3, 2, 7, tzinfo=UTC)}, 9, "Registration opens on 2 March 2018, 09:00 (Sofia time).", False),
        ({"registration_closes_at": datetime(2018, 3, 1, 9, tzinfo=UTC)}, 9, "Registration closed on 1 March 2018, 11:00 (Sofia time).", False),
        ({"is_open": False, "is_by_invitation": True}, 9, "By invitation only", False),
        ({"is_open": False, "is_by_delegation": True}, 9, "By delegation only", False),
        ({}, 0, "You can still register: you will join the waiting list.", True),
        ({"state": EventState.FINISHED}, 9, "This event is over.", False),
        ({"state": EventState.CANCELLED, "cancellation_reason": "A storm."}, 9, "This event is cancelled A storm.", False),
    ],
)  # fmt: skip
def test_the_event_page_tells_how_registration_stands(
    client: Client, given: dict, capacity: int, words: str, is_button_there: bool
) -> None:
    event = builders.an_event(capacity=capacity, **given)
    db.session.commit()

    page = client.get(f"/events/{event.slug}")

    assert words in page.text
    assert (f"/events/{event.slug}/register" in page.html) is is_button_there


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, ("How to take part", "Registered? Have your personal link sent again", "Add to calendar")),
        (
            {"registration_closes_at": datetime(2018, 3, 1, 9, tzinfo=UTC)},
            ("How to take part", "Registered? Have your personal link sent again", "Add to calendar"),
        ),
        ({"is_open": False, "is_by_invitation": True}, ("How to take part", "Add to calendar")),
        ({"state": EventState.FINISHED}, ()),
        ({"state": EventState.CANCELLED, "cancellation_reason": "A storm."}, ()),
        ({"first_on": date(2018, 2, 1), "last_on": date(2018, 2, 1)}, ()),
    ],
)
def test_the_event_page_offers_what_still_makes_sense(client: Client, given: dict, shown: tuple[str, ...]) -> None:
    event = builders.an_event(**given)
    db.session.commit()

    page = client.get(f"/events/{event.slug}")

    offers = ("How to take part", "Registered? Have your personal link sent again", "Add to calendar")
    assert tuple(words for words in offers if words in page.text) == shown


def test_the_event_page_tells_what_its_series_is_about(client: Client) -> None:
    event = builders.an_event(series=builders.a_series(name="Six days", purpose="Exchange of what works."))
    db.session.commit()

    page = client.get(f"/events/{event.slug}")

    told = (
        "About the series: Six days Exchange of what works. Topics of the series Multi-agency work Local partnerships"
    )
    assert told in page.text


@pytest.mark.parametrize("path", ["register", "link"])
def test_from_each_form_of_an_event_a_link_leads_back_to_it(client: Client, path: str) -> None:
    event = builders.an_event()
    db.session.commit()

    page = client.get(f"/events/{event.slug}/{path}")

    assert f'<a href="/events/{event.slug}">Back to the event</a>' in page.html


def test_a_draft_is_there_for_its_team_only(app, client: Client) -> None:
    event = builders.an_event(state=EventState.DRAFT)
    reader = builders.a_user(Role.READER, event)
    outsider = builders.a_user()
    db.session.commit()

    seen = Client(app, reader).get(f"/events/{event.slug}")

    assert "This is a draft: only the event's team can see this page." in seen.text
    assert client.get(f"/events/{event.slug}").status == 404
    assert client.get(f"/events/{event.slug}/calendar.ics").status == 404
    assert Client(app, outsider).get(f"/events/{event.slug}").status == 404


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/events/SOFIA-2018", "/events/sofia-2018"),
        ("/events/Sofia-2018/register?from=a%20mail&from=b", "/events/sofia-2018/register?from=a%20mail&from=b"),
        ("/events/SOFIA-2018/calendar.ics", "/events/sofia-2018/calendar.ics"),
    ],
)
def test_an_address_in_great_letters_leads_to_the_events_own(client: Client, typed: str, meant: str) -> None:
    builders.an_event(slug="sofia-2018")
    db.session.commit()

    answer = client.http.get(typed)

    assert (answer.status_code, answer.headers["Location"]) == (308, meant)
    assert client.get(typed).status == 200


def test_an_address_in_great_letters_tells_nobody_of_a_draft(client: Client) -> None:
    builders.an_event(slug="sofia-2018", state=EventState.DRAFT)
    db.session.commit()

    assert client.get("/events/SOFIA-2018").status == 404


@pytest.mark.parametrize("path", ["/events/sofia-2018/", "/events/sofia-2018/register/", "/sign-in/", "/organise/"])
def test_a_stroke_at_the_end_of_an_address_does_no_harm(client: Client, path: str) -> None:
    builders.an_event(slug="sofia-2018")
    db.session.commit()

    assert client.get(path).status == 200


def test_search_engines_are_asked_to_leave_personal_links_and_organisers_pages_alone(client: Client) -> None:
    answer = client.http.get("/robots.txt")

    rules = "User-agent: *\nDisallow: /demo\nDisallow: /i/\nDisallow: /organise\nDisallow: /r/\nDisallow: /reset/\nDisallow: /welcome/\n"
    assert (answer.content_type, answer.text) == ("text/plain; charset=utf-8", rules)


def test_kosovo_carries_its_footnote(client: Client) -> None:
    event = builders.an_event(city="Pristina", country="XK", time_zone="Europe/Belgrade")
    db.session.commit()

    page = client.get(f"/events/{event.slug}")

    assert "Pristina, Kosovo*" in page.text
    assert "* This designation is without prejudice to positions on status" in page.text


def test_the_calendar_entry_can_be_read_and_keeps_its_uid(client: Client) -> None:
    event = builders.an_event(last_on=date(2018, 4, 5))
    db.session.commit()

    answer = client.get(f"/events/{event.slug}/calendar.ics").response
    calendar = Calendar.from_ical(answer.data)
    (entry,) = calendar.walk("VEVENT")

    assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
    assert calendar["METHOD"] == "PUBLISH"
    assert {
        "uid": str(entry["UID"]),
        "sequence": entry["SEQUENCE"],
        "summary": str(entry["SUMMARY"]),
        "first": entry.decoded("DTSTART"),
        "after": entry.decoded("DTEND"),
        "place": str(entry["LOCATION"]),
        "status": str(entry["STATUS"]),
    } == {
        "uid": event.uid,
        "sequence": 0,
        "summary": "Partnerships in prevention",
        "first": date(2018, 4, 4),
        "after": date(2018, 4, 6),
        "place": "National Palace of Culture, Sofia",
        "status": "CONFIRMED",
    }


def test_the_entry_of_a_cancelled_event_takes_it_out_of_calendars(client: Client) -> None:
    event = builders.an_event(state=EventState.CANCELLED, cancellation_reason="A storm.")
    db.session.commit()

    calendar = Calendar.from_ical(client.get(f"/events/{event.slug}/calendar.ics").response.data)

    assert calendar["METHOD"] == "CANCEL"
    assert [str(entry["STATUS"]) for entry in calendar.walk("VEVENT")] == ["CANCELLED"]


@pytest.mark.parametrize(
    "path", ["/events/%00", "/events/nothing", "/?page=0", "/?page=99999999999999999999", "/?page=x"]
)
def test_strange_addresses_do_no_harm(client: Client, path: str) -> None:
    assert client.get(path).status == (404 if path.startswith("/events") else 200)

"""Making and editing events, through the pages of an organiser."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import func, select

from ranevents.accounts.models import Membership, Role, User
from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.core.places import Pool
from ranevents.events.details import EventDetails, Format
from ranevents.events.models import Event, PrivacyNotice
from ranevents.events.states import EventState
from ranevents.mailing.models import Message
from ranevents.registrations.check import differences
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.client import Client, Page
from tests.conftest import Clock
from tests.events.gate import all_at_once

SAID = {
    "title": "Prisons and after",
    "slug": "lyon-2018",
    "theme": "From the prison to the town",
    "description": "One.\r\n\r\nTwo.",
    "host": "Ministère de la Justice",
    "format": "hybrid",
    "city": "Lyon",
    "country": "BG",
    "venue": "1 rue de la Paix",
    "time_zone": "",
    "first_on": "2018-10-29",
    "last_on": "2018-10-30",
    "capacity": "80",
    "is_open": "y",
    "is_by_invitation": "y",
    "needs_approval": "y",
    "offer_hours": "24",
    "registration_opens_at": "2018-03-10T08:00",
    "registration_closes_at": "2018-10-20T18:00",
    "languages": ["fr", "en"],
    "contact_address": "lyon@example.org",
    "privacy_notice": "We keep little.",
}


@pytest.fixture
def organiser(app: Flask) -> User:
    builders.a_series()
    user = builders.a_user(name="Olga Owner")
    db.session.commit()
    return user


def said(**given: Any) -> dict[str, Any]:
    return {**SAID, **given}


def make(client: Client, **given: Any) -> Page:
    return client.submit(client.get("/organise/events/new"), **said(**given))


def the_event() -> Event:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Event)).one()


def test_an_organiser_makes_a_draft_and_owns_it(app: Flask, organiser: User) -> None:
    client = Client(app, organiser)

    page = make(client)

    event = the_event()
    assert page.heading == "Prisons and after"
    assert "The draft is saved. Only your team can see it until you publish it." in page.text
    assert event.details == EventDetails(
        series_id=event.series_id,
        title="Prisons and after",
        slug="lyon-2018",
        theme="From the prison to the town",
        description="One.\n\nTwo.",
        host="Ministère de la Justice",
        city="Lyon",
        country="BG",
        venue="1 rue de la Paix",
        time_zone="Europe/Sofia",
        first_on=date(2018, 10, 29),
        last_on=date(2018, 10, 30),
        format=Format.HYBRID,
        capacity=80,
        is_by_invitation=True,
        is_by_delegation=False,
        is_open=True,
        needs_approval=True,
        offer_hours=24,
        registration_opens_at=datetime(2018, 3, 10, 6, 0, tzinfo=UTC),
        registration_closes_at=datetime(2018, 10, 20, 15, 0, tzinfo=UTC),
        languages=("en", "fr"),
        contact_address="lyon@example.org",
        privacy_notice="We keep little.",
    )
    assert (event.state, event.version, event.published_at) == (EventState.DRAFT, 1, None)
    assert [(one.user_id, one.role) for one in db.session.scalars(select(Membership))] == [(organiser.id, Role.OWNER)]
    assert "create" in [
        one.step for one in db.session.scalars(select(AuditEntry).where(AuditEntry.event_id == event.id))
    ]


def test_an_address_is_made_of_title_and_city_and_numbered_where_it_is_taken(app: Flask, organiser: User) -> None:
    client = Client(app, organiser)

    make(client, slug="")
    make(client, slug="")

    slugs = db.session.scalars(select(Event.slug).order_by(Event.id)).all()
    assert slugs == ["prisons-and-after-lyon", "prisons-and-after-lyon-2"]


def test_the_same_form_sent_twice_makes_one_event(app: Flask, organiser: User) -> None:
    client = Client(app, organiser)
    page = client.get("/organise/events/new")

    first = client.submit(page, **said(slug=""))
    second = client.submit(page, **said(slug=""))

    assert (first.heading, second.heading) == ("Prisons and after", "Prisons and after")
    assert db.session.scalar(select(func.count()).select_from(Event)) == 1


@pytest.mark.parametrize("slug", ["", "lyon-2018"])
def test_the_same_form_sent_several_times_at_once_makes_one_event(app: Flask, organiser: User, slug: str) -> None:
    client = Client(app, organiser)
    page = client.get("/organise/events/new")
    sent = {**page.forms[-1]["fields"], **{name: value for name, value in said(slug=slug).items() if value}}
    clients = [Client(app, organiser) for _ in range(4)]
    tokens = [one.get("/organise/events/new").forms[-1]["fields"]["csrf_token"] for one in clients]

    def send(number: int) -> tuple[int, str]:
        answer = clients[number].http.post("/organise/events/new", data={**sent, "csrf_token": tokens[number]})
        return answer.status_code, answer.location

    answers = set(all_at_once("events", len(clients), send))

    assert answers == {(303, f"/organise/events/{the_event().slug}")}
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 1
    assert db.session.scalar(select(func.count()).select_from(Pool)) == 1


def test_an_address_that_another_event_has_is_refused_beside_its_field(app: Flask, organiser: User) -> None:
    builders.an_event(slug="lyon-2018")
    db.session.commit()

    page = make(Client(app, organiser), title="Second in Lyon")

    assert page.status == 422
    assert 'id="slug-error"' in page.html
    assert "Address: Another event has this address already. Please choose another." in page.text
    assert page.forms[-1]["fields"]["title"] == "Second in Lyon"


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"title": "  \x00 "}, "title", "Please fill this in."),
        ({"title": ""}, "title", "Please give the event a title."),
        ({"title": "x" * 201}, "title", "Please use 200 characters at most."),
        ({"slug": "Lyon 2018"}, "slug", "Please use only small letters a to z, digits, and single hyphens"),
        ({"slug": "new"}, "slug", "This address is taken by a page of ours."),
        ({"slug": "ли-он"}, "slug", "Please use only small letters a to z"),
        ({"series_id": "999999999999"}, "series_id", "Please choose a series."),
        ({"series_id": "\x00"}, "series_id", "Please choose a series."),
        ({"country": "ZZ"}, "country", "Please choose a country."),
        ({"country": ""}, "country", "Please choose a country."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Please choose a time zone."),
        ({"country": "ES"}, "time_zone", "This country has several time zones. Please choose one."),
        ({"last_on": "2018-10-28"}, "last_on", "The last day can't be before the first day."),
        ({"first_on": "2018-02-30"}, "first_on", "Please give a day that exists, such as 2018-04-04."),
        ({"first_on": ""}, "first_on", "Please give the first day."),
        ({"first_on": "0001-01-01"}, "first_on", "Please give a year from 2000 to 2100."),
        ({"last_on": "9999-12-31"}, "last_on", "Please give a year from 2000 to 2100."),
        ({"registration_opens_at": "0001-01-01T00:00"}, "registration_opens_at", "Please give a year from 2000 to 2100."),
        ({"registration_opens_at": "soon"}, "registration_opens_at", "Please give a day and a time"),
        ({"registration_opens_at": "2018-03-25T03:30"}, "registration_opens_at", "This time does not exist at the event's place"),
        ({"registration_closes_at": "2018-03-10T08:00"}, "registration_closes_at", "Registration must close after it opens."),
        ({"registration_closes_at": "2018-10-31T00:01"}, "registration_closes_at", "Registration must close before the end of the event's last day."),
        ({"capacity": "0"}, "capacity", "Please give a number of places from 1 to 10000."),
        ({"capacity": "10001"}, "capacity", "Please give a number of places from 1 to 10000."),
        ({"capacity": "many"}, "capacity", "Please give a whole number, in digits."),
        ({"capacity": "9" * 5000}, "capacity", "Please give a whole number, in digits."),
        ({"offer_hours": "721"}, "offer_hours", "Please give a number of hours from 1 to 720."),
        ({"is_open": None, "is_by_invitation": None}, "is_open", "Please tick at least one way in."),
        ({"languages": ["xx"]}, "languages", "Please choose among these languages."),
        ({"contact_address": "nobody"}, "contact_address", "Please give an e-mail address such as name@example.org."),
        ({"contact_address": "josé@example.org"}, "contact_address", "Before the @, please use only letters without accents"),
        ({"format": "dream"}, "format", "Please choose where people meet."),
        ({"description": "x" * 20_001}, "description", "Please use 20000 characters at most."),
    ],
)  # fmt: skip
def test_what_can_t_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, organiser: User, given: dict[str, Any], field: str, words: str
) -> None:
    page = make(Client(app, organiser), **given)

    assert page.status == 422
    assert f'id="{field}-error"' in page.html
    assert words in page.text
    assert page.forms[-1]["fields"]["host"] == "Ministère de la Justice"
    assert db.session.scalar(select(func.count()).select_from(Event)) == 0


def test_control_characters_are_left_out(app: Flask, organiser: User) -> None:
    make(Client(app, organiser), title="Pri\x00sons\t and\nafter ", description="One\x00\x07.\r\rTwo.", slug="")

    assert (the_event().title, the_event().description) == ("Prisons and after", "One.\n\nTwo.")


def test_a_page_that_was_open_for_too_long_keeps_what_was_typed(app: Flask, organiser: User) -> None:
    page = make(Client(app, organiser), csrf_token="stale")

    assert page.status == 422
    assert "This page had been open for too long." in page.text
    assert page.forms[-1]["fields"]["title"] == "Prisons and after"


def test_of_an_hour_that_comes_twice_the_first_is_taken_and_the_organiser_is_told(app: Flask, organiser: User) -> None:
    page = make(Client(app, organiser), registration_closes_at="2018-10-28T03:30")

    assert the_event().registration_closes_at == datetime(2018, 10, 28, 0, 30, tzinfo=UTC)
    assert (
        "Registration closes: the clocks are put back that night and the hour comes twice. We took the first"
        in page.text
    )


def team(**given: Any) -> tuple[Event, User]:
    event = builders.an_event(**given)
    editor = builders.a_user(Role.EDITOR, event)
    db.session.commit()
    return event, editor


def edit(client: Client, event: Event, **given: Any) -> Page:
    return client.submit(client.get(f"/organise/events/{event.slug}/edit"), **{"languages": ["en"], **given})


def mails() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Message.mail)))


def test_a_form_saved_untouched_changes_nothing(app: Flask) -> None:
    event, editor = team(registration_closes_at=datetime(2018, 3, 31, 22, 59, 59, tzinfo=UTC))
    before = event.details

    page = edit(Client(app, editor), event)

    assert "Saved." in page.text
    assert (the_event().details, the_event().version) == (before, 1)
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_an_edit_leaves_a_trail_that_names_the_fields_only(app: Flask) -> None:
    event, editor = team()
    before = event.details

    edit(Client(app, editor), event, theme="Another", venue="Elsewhere")

    assert the_event().details == replace(before, theme="Another", venue="Elsewhere")
    assert the_event().version == 2
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.step, entry.actor_label, entry.details) == ("edit", editor.name, {"fields": "theme, venue"})


def test_a_zone_that_moves_keeps_the_printed_hour(app: Flask) -> None:
    event, editor = team(registration_closes_at=datetime(2018, 3, 28, 15, 0, tzinfo=UTC))

    edit(Client(app, editor), event, city="Lisbon", country="PT", time_zone="Europe/Lisbon")

    assert the_event().registration_closes_at == datetime(2018, 3, 28, 17, 0, tzinfo=UTC)


def test_a_changed_notice_is_a_new_version(app: Flask) -> None:
    event, editor = team()

    edit(Client(app, editor), event, privacy_notice="We keep nothing.\r\nReally.")

    assert [
        (one.version, one.text) for one in db.session.scalars(select(PrivacyNotice).order_by(PrivacyNotice.version))
    ] == [
        (1, "We keep your data for this event."),
        (2, "We keep nothing.\nReally."),
    ]


def test_the_address_of_a_published_event_is_fixed(app: Flask) -> None:
    event, editor = team(slug="sofia-2018")

    page = Client(app, editor).get("/organise/events/sofia-2018/edit")
    edit(Client(app, editor), event, slug="elsewhere")

    assert 'name="slug"' not in page.html
    assert the_event().slug == "sofia-2018"


def test_a_published_event_keeps_what_it_needs(app: Flask) -> None:
    event, editor = team()

    page = edit(Client(app, editor), event, venue="", languages=None)

    assert page.status == 422
    assert "Venue: A published event needs this." in page.text
    assert "Languages: A published event needs this." in page.text


def test_the_second_of_two_editors_is_told_and_may_then_insist(app: Flask) -> None:
    event, editor = team()
    client, other = Client(app, editor), Client(app, builders.a_user(Role.EDITOR, event))
    db.session.commit()
    page = client.get(f"/organise/events/{event.slug}/edit")

    edit(other, event, theme="Theirs")
    refused = client.submit(page, theme="Mine", languages=["en"])

    assert refused.status == 422
    assert "Somebody else has saved this event while you were editing it." in refused.text
    assert "It differs from theirs in: Theme." in refused.text
    assert refused.forms[-1]["fields"]["theme"] == "Mine"
    assert (the_event().theme, the_event().version) == ("Theirs", 2)

    client.submit(refused, languages=["en"])

    assert (the_event().theme, the_event().version) == ("Mine", 3)


def test_of_those_who_save_at_the_same_instant_one_wins_and_the_others_are_told(app: Flask) -> None:
    event, editor = team()
    path, clients = f"/organise/events/{event.slug}/edit", [Client(app, editor) for _ in range(5)]
    forms = [client.get(path).forms[-1]["fields"] for client in clients]
    db.session.remove()

    def save(number: int) -> int:
        return clients[number].http.post(path, data={**forms[number], "theme": f"Theme {number}"}).status_code

    with ThreadPoolExecutor(len(clients)) as threads:
        answers = sorted(threads.map(save, range(len(clients))))

    assert answers == [303, 422, 422, 422, 422]
    assert the_event().version == 2


@pytest.mark.parametrize("version", [None, "", "x", "99999999999999999999999"])
def test_a_form_without_its_version_saves_nothing(app: Flask, version: str | None) -> None:
    event, editor = team()

    page = edit(Client(app, editor), event, theme="Mine", version=version)

    assert page.status == 422
    assert the_event().theme == "Law enforcement and communities"


def test_fewer_places_than_are_held_are_refused_beside_the_field(app: Flask) -> None:
    event, editor = team(capacity=3)
    builders.a_registration(event)
    builders.a_registration(event)
    db.session.commit()

    refused = edit(Client(app, editor), event, capacity="1")
    accepted = edit(Client(app, editor), event, capacity="2")

    assert refused.status == 422
    assert "Places: 2 places are held already. Please give at least 2." in refused.text
    assert refused.forms[-1]["fields"]["capacity"] == "1"
    assert "Saved." in accepted.text
    assert (the_event().capacity, the_event().pool.held) == (2, 2)


def test_added_places_are_offered_to_those_who_wait(app: Flask) -> None:
    event, editor = team(capacity=1)
    builders.a_registration(event)
    first = builders.a_registration(event, state=RegistrationState.WAITLISTED)
    second = builders.a_registration(event, state=RegistrationState.WAITLISTED)
    db.session.commit()

    edit(Client(app, editor), event, capacity="2")

    states = dict(db.session.execute(select(Registration.id, Registration.state)).all())
    assert (states[first.id], states[second.id]) == (RegistrationState.OFFERED, RegistrationState.WAITLISTED)
    assert (the_event().capacity, the_event().pool.held) == (2, 2)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"venue": "Elsewhere"}, ["registrations/event_changed"]),
        ({"last_on": "2018-04-05"}, ["registrations/event_changed"]),
        ({"venue": "Elsewhere", "tells": None}, []),
        ({"theme": "Another"}, []),
    ],
)
def test_those_who_are_registered_are_told_of_what_moves_them(
    app: Flask, given: dict[str, Any], told: list[str]
) -> None:
    event, editor = team()
    builders.a_registration(event)
    builders.a_registration(event, state=RegistrationState.CANCELLED)
    db.session.commit()

    page = edit(Client(app, editor), event, **given)

    assert mails() == told
    assert ("Saved. 1 person is being told." in page.text) is bool(told)


def test_a_mail_about_a_moved_event_names_what_has_changed(app: Flask) -> None:
    event, editor = team()
    builders.a_registration(event)
    db.session.commit()

    edit(Client(app, editor), event, theme="Another", city="Plovdiv", venue="Elsewhere", last_on="2018-04-05")

    message = db.session.scalars(select(Message)).one()
    told = "What changed: city, venue, last day."
    assert [told in body for body in (message.text, message.html)] == [True, True]


def test_a_new_event_proposes_the_newest_series(app: Flask) -> None:
    builders.a_series(name="Aveiro")
    builders.a_series(name="Zadar")
    newest = builders.a_series(name="Middelburg")
    user = builders.a_user()
    db.session.commit()

    [form] = [form for form in Client(app, user).get("/organise/events/new").forms if "series_id" in form["fields"]]

    assert form["fields"]["series_id"] == str(newest.id)


def test_a_cancelled_event_can_t_be_edited(app: Flask) -> None:
    event, editor = team(state=EventState.CANCELLED, cancellation_reason="A storm.")

    page = edit(Client(app, editor), event, theme="Another")

    assert page.status == 422
    assert "This event is cancelled or archived and can't be changed any more." in page.text
    assert the_event().theme == "Law enforcement and communities"


def entry_of(event: Event, client: Client) -> tuple[str, int]:
    """UID and SEQUENCE of the event's calendar entry as it is now."""
    calendar = Calendar.from_ical(client.get(f"/events/{event.slug}/calendar.ics").response.data)
    (entry,) = calendar.walk("VEVENT")
    return str(entry["UID"]), entry["SEQUENCE"]


@pytest.mark.parametrize(
    ("given", "risen"),
    [
        ({"title": "Another"}, 1),
        ({"theme": "Another"}, 1),
        ({"host": "Another"}, 1),
        ({"city": "Plovdiv"}, 1),
        ({"venue": "Elsewhere"}, 1),
        ({"last_on": "2018-04-05"}, 1),
        ({"contact_address": "another@example.org"}, 1),
        ({"capacity": "11"}, 0),
        ({"description": "Another"}, 0),
    ],
)
def test_a_calendar_entry_keeps_its_uid_and_raises_its_sequence_with_what_it_shows_whoever_is_told(
    app: Flask, client: Client, given: dict[str, str], risen: int
) -> None:
    event, editor = team()
    before = entry_of(event, client)

    edit(Client(app, editor), event, tells=None, **given)

    assert before == (event.uid, 0)
    assert entry_of(event, client) == (event.uid, risen)
    assert the_event().entry_sequence == risen


def test_places_are_offered_again_when_an_event_that_had_begun_is_moved_later(app: Flask, moment: Clock) -> None:
    event, editor = team()
    waiting = builders.a_registration(event, state=RegistrationState.WAITLISTED)
    db.session.commit()
    moment.at = event.begins_at + timedelta(hours=8)

    edit(Client(app, editor), event, first_on="2018-06-04", last_on="2018-06-04", tells=None)

    db.session.refresh(waiting)
    assert (waiting.state, the_event().pool.held) == (RegistrationState.OFFERED, 1)
    db.session.rollback()
    assert not any("wait while" in line for line in differences(moment.at))


def test_a_zone_in_which_the_event_begins_later_offers_places_again(app: Flask, moment: Clock) -> None:
    event, editor = team()
    waiting = builders.a_registration(event, state=RegistrationState.WAITLISTED)
    db.session.commit()
    moment.at = event.begins_at + timedelta(hours=1)

    edit(Client(app, editor), event, country="PT", city="Lisbon", time_zone="Europe/Lisbon", tells=None)

    db.session.refresh(waiting)
    assert waiting.state is RegistrationState.OFFERED


def test_no_offer_stands_beyond_the_beginning_of_an_event_that_is_brought_forward(app: Flask, moment: Clock) -> None:
    event, editor = team(first_on=date(2018, 3, 10), last_on=date(2018, 4, 4))
    moment.at = event.begins_at - timedelta(hours=50)
    offered = builders.a_registration(event, state=RegistrationState.OFFERED)
    db.session.commit()

    edit(Client(app, editor), event, first_on="2018-03-09")

    db.session.refresh(offered)
    assert offered.offered_until == the_event().begins_at == datetime(2018, 3, 8, 22, 0, tzinfo=UTC)

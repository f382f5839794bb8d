"""What a person may do behind the personal link, and what nobody else may."""

from datetime import UTC, datetime

from icalendar import Calendar

from ranevents.core import audit
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.events.models import Event
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_person, a_registration, an_event
from tests.client import Client
from tests.conftest import Clock
from tests.registrations.journey import last_mail, mails, path_of, registrations, states


def a_place(event: Event, **person: object) -> Registration:
    registration = a_registration(event, a_person(**person))
    db.session.commit()
    return registration


def test_the_page_shows_all_that_is_stored_about_the_person(client: Client, event: Event) -> None:
    registration = a_place(event, email="maria@example.org")

    page = client.get(path_of(registration))

    shown = [registration.reference, "Мария Петрова", "maria@example.org", "Municipality of Plovdiv", "Bulgaria"]
    assert [text for text in shown if text not in page.text] == []
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"


def test_a_change_is_saved_and_leaves_a_trail_without_personal_data(client: Client, event: Event) -> None:
    registration = a_place(event, email="maria@example.org")

    page = client.submit(client.get(path_of(registration) + "/change"), position="Mayor", diet="vegan")

    assert "Your changes are saved." in page.text
    [registration] = registrations(event)
    assert (registration.person.position, registration.diet) == ("Mayor", "vegan")
    [entry] = audit.history(registration)
    assert (entry.step, entry.details, entry.actor_label) == ("change", {"fields": "position, diet"}, "participant")


def test_a_changed_name_is_found_by_its_new_spelling(client: Client, event: Event) -> None:
    registration = a_place(event)

    client.submit(client.get(path_of(registration) + "/change"), family_name="Ђорђевић", latin_family_name="Đorđević")

    assert "djordjevic" in registrations(event)[0].person.search_words


def test_a_new_address_gets_a_new_link_and_the_old_one_dies(client: Client, event: Event) -> None:
    registration = a_place(event, email="maria@example.org")
    old = path_of(registration)

    client.submit(client.get(old + "/change"), email="petrova@example.org")

    assert mails(event) == [("maria@example.org", "address_changed"), ("petrova@example.org", "link")]
    assert client.get(old).status == 404
    assert client.get(path_of(registrations(event)[0])).status == 200


def test_a_changed_form_with_an_error_keeps_what_was_entered(client: Client, event: Event) -> None:
    registration = a_place(event)

    answer = client.submit(client.get(path_of(registration) + "/change"), email="nonsense", position="Mayor")

    assert answer.status == 422
    assert answer.forms[-1]["fields"]["position"] == "Mayor"
    assert registrations(event)[0].person.position == "Social worker"


def test_cancelling_asks_first_and_then_frees_the_place(client: Client, event: Event) -> None:
    registration = a_place(event)

    asked = client.get(path_of(registration) + "/cancel")
    before = states(event)
    page = client.submit(asked)

    assert before == [RegistrationState.CONFIRMED]
    assert "This registration is cancelled." in page.text
    assert states(event) == [RegistrationState.CANCELLED]
    assert registrations(event)[0].event.pool.held == 0


def test_cancelling_twice_is_told_plainly(client: Client, event: Event) -> None:
    registration = a_place(event)
    asked = client.get(path_of(registration) + "/cancel")
    client.submit(asked)

    again = client.submit(asked)

    assert again.status == 409
    assert "This is no longer possible" in again.text
    assert len(mails(event)) == 1


def test_after_the_event_nothing_can_be_changed(client: Client, event: Event, moment: Clock) -> None:
    registration = a_place(event)
    changing, cancelling = client.get(path_of(registration) + "/change"), client.get(path_of(registration) + "/cancel")

    moment.at = datetime(2018, 4, 4, 21, 0, tzinfo=UTC)
    answers = [client.submit(changing, position="Mayor"), client.submit(cancelling)]

    assert [answer.status for answer in answers] == [422, 409]
    assert states(event) == [RegistrationState.CONFIRMED]
    assert registrations(event)[0].person.position == "Social worker"


def test_links_that_are_not_ours_open_nothing(client: Client, event: Event) -> None:
    registration = a_place(event)
    good = registration.link
    bad = [
        Link("delegation", good.record, good.version).sign(),
        Link(good.purpose, good.record, good.version + 1).sign(),
        Link(good.purpose, "ABCDEFGHJK", 1).sign(),
        good.sign()[:-1],
        "x" * 5000,
        "%00",
    ]

    answers = [client.get(f"/r/{token}{page}").status for token in bad for page in ("", "/change", "/cancel")]

    assert set(answers) == {404}


def test_a_link_ends_ninety_days_after_the_event(client: Client, event: Event, moment: Clock) -> None:
    path = path_of(a_place(event))

    moment.at = datetime(2018, 7, 3, 20, 59, tzinfo=UTC)
    still = client.get(path).status
    moment.move(minutes=1)

    assert (still, client.get(path).status) == (200, 404)


def test_no_usable_link_stands_in_the_stored_mail(client: Client, event: Event) -> None:
    registration = a_place(event, email="maria@example.org")
    token = path_of(registration).removeprefix("/r/")

    client.submit(client.get(path_of(registration) + "/cancel"))
    message = last_mail(event)

    assert token not in message.text + message.html + str(message.links)
    assert "personal-link:" in message.text


def test_my_calendar_entry_opens_in_a_calendar(client: Client, event: Event) -> None:
    registration = a_place(event)

    answer = client.http.get(path_of(registration) + "/calendar.ics")

    calendar = Calendar.from_ical(answer.get_data(as_text=True))
    [entry] = calendar.walk("VEVENT")
    assert (answer.mimetype, calendar["METHOD"], str(entry["SUMMARY"])) == ("text/calendar", "PUBLISH", event.title)
    assert "Мария" not in answer.get_data(as_text=True), "calendars are often shared"


def test_nobody_who_only_waits_gets_a_calendar_entry(client: Client, event: Event) -> None:
    registration = a_registration(event, state=RegistrationState.WAITLISTED)
    db.session.commit()

    assert client.http.get(path_of(registration) + "/calendar.ics").status_code == 404


def test_what_one_sees_never_includes_another(client: Client, event: Event) -> None:
    mine, other = (
        a_place(event, email="maria@example.org"),
        a_place(event, email="other@example.org", family_name="Чужд"),
    )
    elsewhere = an_event()
    a_registration(elsewhere, a_person(family_name="Далечен"))
    db.session.commit()

    page = client.get(path_of(mine))

    assert not {"other@example.org", "Чужд", "Далечен", other.reference} & set(page.text.split())


def test_an_entry_rises_with_every_change_of_what_it_shows(client: Client, event: Event) -> None:
    registration = a_place(event)
    path = path_of(registration) + "/calendar.ics"
    before = Calendar.from_ical(client.http.get(path).get_data(as_text=True)).walk("VEVENT")[0]
    event.theme, event.entry_sequence = "Another theme", event.entry_sequence + 1
    db.session.commit()

    after = Calendar.from_ical(client.http.get(path).get_data(as_text=True)).walk("VEVENT")[0]

    assert (after["UID"], after["SEQUENCE"]) == (before["UID"], before["SEQUENCE"] + 1)


def test_an_old_link_says_what_to_do(client: Client, event: Event) -> None:
    registration = a_place(event)
    old = path_of(registration)
    client.submit(client.get(old + "/change"), email="petrova@example.org")

    over, unknown = client.get(old), client.get("/r/nonsense")

    assert (over.status, unknown.status) == (404, 404)
    assert f'href="/events/{event.slug}/link"' in over.html
    assert event.title in over.text
    assert event.title not in unknown.text


def test_what_can_no_longer_be_changed_offers_no_form(client: Client, event: Event) -> None:
    registration = a_place(event)
    client.submit(client.get(path_of(registration) + "/cancel"))

    pages = [client.get(path_of(registration) + page) for page in ("/change", "/cancel")]

    assert {page.heading for page in pages} == {f"My registration: {event.title}"}
    assert "Change this" not in pages[0].text

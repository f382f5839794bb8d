"""Somebody fills in the public form."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from ranevents.core import countries
from ranevents.core.audit import PERSON
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event, PrivacyNotice
from ranevents.events.states import EventState
from ranevents.people.models import Person, Sector, Side
from ranevents.people.service import Particulars
from ranevents.registrations import service
from ranevents.registrations.models import Consent, Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_person, a_registration, an_event
from tests.client import Client
from tests.queue import work_off
from tests.registrations.conftest import MARIA, somebody
from tests.registrations.journey import last_mail, mails, register, registrations, states
from tests.statements import count_statements


def some_answers() -> service.Answers:
    particulars = Particulars(
        "Ana", "Horvat", "Ana", "Horvat", "", "ana@example.org", "Town", "Teacher", "HR",
        Sector.EDUCATION, Side.PRACTICE, "en",
    )  # fmt: skip
    return service.Answers(particulars, "", "", is_on_shared_list=False, allows_photographs=False)


CONFIRMED, WAITLISTED, PENDING = RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, RegistrationState.PENDING


def test_while_places_are_free_a_registration_is_confirmed(client: Client, event: Event) -> None:
    page = register(client, event, **MARIA)

    assert page.heading == "Thank you, Мария: we have your registration"
    assert states(event) == [CONFIRMED]
    assert mails(event) == [("maria@example.org", "confirmation")]
    assert registrations(event)[0].event.pool.held == 1


def test_when_all_places_are_held_a_registration_waits_in_order(client: Client, event: Event) -> None:
    for number in range(4):
        register(client, event, **somebody(number))

    assert states(event) == [CONFIRMED, CONFIRMED, WAITLISTED, WAITLISTED]
    assert [registration.rank for registration in registrations(event)] == [None, None, 1, 2]
    assert mails(event)[-1] == ("ana3@example.org", "waiting_list")
    assert "number 2 on the waiting list" in last_mail(event).text


def test_where_the_event_asks_for_approval_a_registration_is_pending(client: Client, event: Event) -> None:
    event.needs_approval = True
    db.session.commit()

    register(client, event, **MARIA)

    assert states(event) == [PENDING]
    assert mails(event) == [("maria@example.org", "receipt")]
    assert registrations(event)[0].event.pool.held == 0


def test_everything_entered_is_kept(client: Client, event: Event) -> None:
    register(client, event, **{**MARIA, "access_needs": "step-free", "is_on_shared_list": "y"})

    [registration] = registrations(event)
    person = registration.person
    assert (person.full_name, person.latin_name, person.form_of_address) == ("Мария Петрова", "Maria Petrova", "Ms")
    assert (person.email, person.organisation, person.position) == (
        "maria@example.org",
        "Municipality of Plovdiv",
        "Social worker",
    )
    assert (person.country, person.sector, person.side, person.language) == ("BG", "youth_social", "practice", "en")
    assert (registration.diet, registration.access_needs) == ("vegetarian", "step-free")
    assert (registration.is_on_shared_list, registration.allows_photographs) == (True, False)


def test_special_data_cannot_be_read_from_the_database(client: Client, event: Event) -> None:
    register(client, event, **{**MARIA, "diet": "gluten-free-secret"})

    row = db.session.execute(text("SELECT registrations::text, convert_from(diet, 'LATIN1') FROM registrations")).one()
    assert "gluten" not in row[0] + row[1]
    assert registrations(event)[0].diet == "gluten-free-secret"


def test_consents_name_the_version_of_the_notice_that_was_read(client: Client, event: Event, moment: object) -> None:
    event.notices.append(PrivacyNotice(version=2, text="New.", created_at=event.created_at))
    db.session.commit()

    register(client, event, **MARIA)

    given = [
        (one.kind, one.is_given, one.notice_version)
        for one in db.session.scalars(select(Consent).order_by(Consent.kind))
    ]
    assert given == [("photographs", False, 2), ("privacy_notice", True, 2), ("shared_list", False, 2)]


def test_a_notice_that_changed_while_the_form_was_open_must_be_read_again(client: Client, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")
    event.notices.append(PrivacyNotice(version=2, text="New.", created_at=event.created_at))
    db.session.commit()

    answer = client.submit(page, **MARIA)
    again = client.submit(answer, **MARIA)

    assert answer.status == 422
    assert "The privacy notice has changed" in answer.text
    assert again.heading.startswith("Thank you")
    assert states(event) == [CONFIRMED]


def test_the_same_form_sent_twice_is_one_registration(client: Client, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")

    client.submit(page, **MARIA)
    second = client.submit(page, **MARIA)

    assert second.heading == "Thank you, Мария: we have your registration"
    assert states(event) == [CONFIRMED]
    assert len(mails(event)) == 1


def test_the_same_form_corrected_and_sent_again_asks_before_it_registers_somebody_else(
    client: Client, event: Event
) -> None:
    page = client.get(f"/events/{event.slug}/register")
    client.submit(page, **MARIA)

    asked = client.submit(page, **{**MARIA, "email": "petrova@example.org"})
    registered = client.submit(asked)

    assert asked.status == 422
    assert "You have sent this form before" in asked.text
    assert registered.heading.startswith("Thank you")
    assert [one.person.email for one in registrations(event)] == ["maria@example.org", "petrova@example.org"]


def test_who_is_registered_already_gets_the_link_and_no_second_place(client: Client, event: Event) -> None:
    first = register(client, event, **MARIA)

    second = register(client, event, **{**MARIA, "email": "MARIA@example.org", "position": "Mayor"})

    assert states(event) == [CONFIRMED]
    assert [mail for _address, mail in mails(event)] == ["confirmation", "already_registered"]
    assert second.heading == first.heading, "the page must not tell who is registered"
    assert registrations(event)[0].person.position == "Social worker"


def test_two_people_may_share_an_address(client: Client, event: Event) -> None:
    register(client, event, **MARIA)
    register(client, event, **{**MARIA, "given_name": "Иван", "latin_given_name": "Ivan"})

    assert states(event) == [CONFIRMED, CONFIRMED]


def test_latin_letters_are_proposed_where_none_were_given(client: Client, event: Event) -> None:
    proposed = register(client, event, **{**MARIA, "latin_given_name": "", "latin_family_name": ""})
    accepted = client.submit(proposed)

    assert proposed.status == 422
    assert "We propose this spelling" in proposed.text
    assert accepted.heading.startswith("Thank you")
    assert registrations(event)[0].person.latin_name == "Maria Petrova"


def test_a_name_in_latin_letters_needs_no_second_spelling(client: Client, event: Event) -> None:
    register(client, event, **{**somebody(1), "given_name": "Zoë", "latin_given_name": "", "latin_family_name": ""})

    assert registrations(event)[0].person.latin_given_name == "Zoë"


def test_the_browser_is_told_a_spelling_while_the_form_is_filled_in(client: Client, event: Event) -> None:
    client.get(f"/events/{event.slug}/register")

    answer = client.post("/names/latin", given_name="Ђорђе", family_name="Ђорђевић", country="RS")

    assert answer.response.json == {"latin_given_name": "Đorđe", "latin_family_name": "Đorđević"}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("given_name", "", "Please enter your given name."),
        ("family_name", "  \x00 ", "Please enter your family name."),
        ("email", "maria", "it should look like name@example.org"),
        ("email", "", "Please enter your e-mail address."),
        ("organisation", "x" * 201, "Please use 200 characters at most."),
        ("country", "ZZ", "Not a valid choice"),
        ("sector", "", "Please choose the sector you work in."),
        ("side", None, "Please choose policy or practice."),
        ("has_read_notice", None, "Please read the privacy notice and tick this box."),
        ("latin_given_name", "Мария", "Please use Latin letters here."),
        ("diet", "x" * 501, "Please use 500 characters at most."),
    ],
)
def test_bad_input_is_named_beside_its_field_and_the_rest_is_kept(
    client: Client, event: Event, field: str, value: str | None, says: str
) -> None:
    answer = register(client, event, **{**MARIA, field: value})

    assert answer.status == 422
    assert says in answer.text
    assert f'href="#{field}' in answer.html
    kept = answer.forms[-1]["fields"]
    assert {name: kept.get(name) for name in MARIA if name != field} == {
        name: MARIA[name] for name in MARIA if name != field
    }
    assert registrations(event) == []


def test_a_stale_token_loses_nothing_that_was_entered(client: Client, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")
    client.http.delete_cookie("session")

    answer = client.submit(page, **MARIA)
    again = client.submit(answer)

    assert answer.status == 422
    assert "What you entered is still here" in answer.text
    assert again.heading.startswith("Thank you")
    assert states(event) == [CONFIRMED]


@pytest.mark.parametrize(
    "change",
    [
        {"is_open": False},
        {"registration_opens_at": datetime(2018, 3, 20, tzinfo=UTC)},
        {"registration_closes_at": datetime(2018, 2, 20, tzinfo=UTC)},
        {"state": EventState.CANCELLED},
        {"state": EventState.FINISHED},
    ],
)
def test_a_form_that_is_not_open_registers_nobody(client: Client, event: Event, change: dict[str, object]) -> None:
    page = client.get(f"/events/{event.slug}/register")
    for name, value in change.items():
        setattr(event, name, value)
    db.session.commit()

    late = client.submit(page, **MARIA)
    shown = client.get(f"/events/{event.slug}/register")

    assert late.status == 422
    assert "The event takes no registrations now" in late.text
    assert "Send registration" not in late.text
    assert late.forms[-1]["fields"]["given_name"] == "Мария", "nothing typed is lost"
    assert shown.heading == f"Registration is not open: {event.title}"
    assert registrations(event) == []


def test_a_draft_is_nobodys_business(client: Client, app: object) -> None:
    draft = an_event(state=EventState.DRAFT)
    db.session.commit()

    assert client.get(f"/events/{draft.slug}/register").status == 404


def test_kosovo_carries_its_footnote_where_it_is_offered(client: Client, event: Event) -> None:
    page = client.get(f"/events/{event.slug}/register")

    assert "Kosovo*" in page.html
    assert countries.footnote() in page.text


def test_a_lost_link_is_sent_again_and_nobody_learns_who_is_registered(
    app: Flask, client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_registration(event, a_person(email="maria@example.org"))
    db.session.commit()
    path = f"/events/{event.slug}/link"

    with count_statements() as for_known:
        known = client.submit(client.get(path), email="Maria@example.org")
    with count_statements() as for_unknown:
        unknown = client.submit(client.get(path), email="nobody@example.org")

    assert known.text == unknown.text
    assert for_known == for_unknown, "the page must take the same time for everybody"
    assert mails(event) == []
    assert work_off(app, monkeypatch, "registrations") == 2
    assert mails(event) == [("maria@example.org", "link")]


def test_one_address_cannot_be_flooded_with_mails(
    app: Flask, client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "LIMIT_PER_ADDRESS", "2 per hour")
    path = f"/events/{event.slug}/link"

    forms = [register(client, event, **somebody(number, email="victim@example.org")).status for number in range(3)]
    links = [client.submit(client.get(path), email=email).status for email in ["Victim@example.org"] * 3]

    assert (forms, links) == ([200, 200, 422], [200, 200, 422])
    assert len(mails(event)) == 2
    assert client.last is not None
    assert client.last.forms[-1]["fields"]["email"] == "Victim@example.org", "nothing typed is lost"


def test_the_page_after_the_form_is_for_this_event_and_shown_once(client: Client, event: Event) -> None:
    elsewhere = an_event()
    db.session.commit()
    page = client.get(f"/events/{event.slug}/register")
    client.submit(page, **MARIA, follow=False)

    foreign = client.get(f"/events/{elsewhere.slug}/registered")
    first = client.get(f"/events/{event.slug}/registered")
    second = client.get(f"/events/{event.slug}/registered")

    assert ["maria@example.org" in one.text for one in (foreign, first, second)] == [False, True, False]


def test_who_waited_for_others_gets_what_holds_now(app: Flask, event: Event) -> None:
    stale = db.session.get_one(Event, event.id)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE events SET venue = 'City Hall'")

    with unit_of_work():
        registration = service.register(stale, some_answers(), submission_id="a" * 64, by=PERSON)
        assert registration.state is CONFIRMED

    assert "City Hall" in last_mail(event).text
    assert "City Hall" in (last_mail(event).calendar or "")


def test_who_waited_while_registration_closed_is_told_so(app: Flask, event: Event) -> None:
    stale = db.session.get_one(Event, event.id)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE events SET registration_closes_at = '2018-02-20'")

    with pytest.raises(service.RegistrationClosed), unit_of_work():
        service.register(stale, some_answers(), submission_id="a" * 64, by=PERSON)


def test_nothing_is_left_of_a_registration_that_fails(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get(f"/events/{event.slug}/register")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE consents ADD CONSTRAINT nothing_goes CHECK (false) NOT VALID")
    try:
        answer = client.submit(page, **MARIA)
    finally:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE consents DROP CONSTRAINT nothing_goes")

    left = [db.session.scalar(select(func.count()).select_from(table)) for table in (Person, Registration)]
    assert answer.status == 500
    assert left == [0, 0]
    assert mails(event) == []

"""Whoever was named by somebody else fills in the form themselves, behind their personal link."""

from flask import Flask

from ranevents.core.db import db
from ranevents.registrations import queries
from ranevents.registrations.models import ConsentKind, Registration
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.client import Client
from tests.conftest import Clock


def a_named_one(**given: object) -> Registration:
    given = {"state": RegistrationState.OFFERED, "rank": None, "awaits_person": True, **given}
    registration = builders.a_registration(builders.an_event(), **given)  # type: ignore[arg-type]
    db.session.commit()
    return registration


def test_the_page_says_who_gave_us_the_name_and_offers_the_form(client: Client) -> None:
    token = a_named_one().link.sign()

    page = client.get(f"/r/{token}")

    assert "Somebody else gave us your name and address" in page.text
    assert f'href="/r/{token}/change"' in page.response.text
    assert "Accept the place" not in page.text


def test_filling_in_the_form_takes_the_place_and_gives_the_consents(client: Client) -> None:
    registration = a_named_one()
    token = registration.link.sign()

    page = client.submit(client.get(f"/r/{token}/change"), diet="Vegan", is_on_shared_list="y", has_read_notice="y")

    assert page.status == 200
    db.session.refresh(registration)
    assert (registration.state, registration.awaits_person) == (RegistrationState.CONFIRMED, False)
    given = {consent.kind: consent.is_given for consent in queries.consents(registration)}
    assert given[ConsentKind.PRIVACY_NOTICE]
    assert given[ConsentKind.SHARED_LIST]


def test_without_the_privacy_notice_read_nothing_is_taken(client: Client) -> None:
    registration = a_named_one()

    page = client.submit(client.get(f"/r/{registration.link.sign()}/change"), diet="Vegan")

    assert page.status == 422
    db.session.refresh(registration)
    assert registration.state is RegistrationState.OFFERED


def test_a_bare_accept_is_sent_to_the_form(client: Client) -> None:
    token = a_named_one().link.sign()

    page = client.post(f"/r/{token}/accept")

    assert page.status == 409
    assert "Please fill in the form first" in page.text


def test_after_the_date_the_place_is_no_longer_kept(app: Flask, client: Client, moment: Clock) -> None:
    registration = a_named_one()
    token = registration.link.sign()
    moment.move(hours=49)

    page = client.submit(client.get(f"/r/{token}/change"), has_read_notice="y")

    assert "The time for this answer is over" in page.text
    db.session.refresh(registration)
    assert registration.awaits_person


def test_whoever_has_a_place_already_keeps_it_and_completes_the_rest(client: Client) -> None:
    registration = a_named_one(state=RegistrationState.CONFIRMED, offered_until=None)

    client.submit(client.get(f"/r/{registration.link.sign()}/change"), has_read_notice="y", position="Head of unit")

    db.session.refresh(registration)
    assert not registration.awaits_person
    assert registration.person.position == "Head of unit"
    assert registration.state is RegistrationState.CONFIRMED


def test_a_correction_after_that_asks_for_no_notice(client: Client) -> None:
    registration = a_named_one(awaits_person=False, state=RegistrationState.CONFIRMED, offered_until=None)

    page = client.get(f"/r/{registration.link.sign()}/change")

    assert "has_read_notice" not in page.text

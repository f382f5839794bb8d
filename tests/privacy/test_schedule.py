"""How long what is kept: the owner's to say, within bounds, never longer than was promised."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from ranevents.accounts.models import Role
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.privacy import erasure_service
from ranevents.privacy.rules import answer_by
from ranevents.registrations.states import RegistrationState
from tests.builders import a_message, a_question, a_registration, a_user, an_answer
from tests.client import Client
from tests.conftest import Clock
from tests.registrations.conftest import somebody
from tests.statements import count_statements


@pytest.fixture
def owner(app: Flask, event: Event) -> Client:
    user = a_user(Role.OWNER, event)
    db.session.commit()
    return Client(app, user)


def pages(event: Event) -> str:
    return f"/organise/events/{event.slug}/privacy"


def kept(event: Event) -> tuple[int, int, int, int]:
    db.session.rollback()
    db.session.refresh(event)
    return event.special_kept_days, event.ended_kept_days, event.mails_kept_days, event.particulars_kept_days


def test_the_form_promises_what_the_owner_said(owner: Client, client: Client, event: Event) -> None:
    owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="1")

    assert "deleted 1 day after the event" in client.get(f"/events/{event.slug}/register").text
    assert kept(event) == (1, 90, 180, 365)


def test_times_may_be_lengthened_while_nobody_has_registered(owner: Client, event: Event) -> None:
    owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="60", particulars_kept_days="700")

    assert kept(event) == (60, 90, 180, 700)


def test_nothing_is_kept_longer_than_somebody_was_promised(owner: Client, event: Event) -> None:
    a_registration(event)
    db.session.commit()

    longer = owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="10", mails_kept_days="181")

    assert longer.status == 422
    assert "promised that this goes 180 days after the event. It can't be kept longer" in longer.text
    assert longer.forms[-1]["fields"]["mails_kept_days"] == "181"
    assert kept(event) == (30, 90, 180, 365)


def test_what_goes_sooner_is_told_before_it_is_saved(owner: Client, event: Event) -> None:
    a_registration(event, diet="vegan")
    a_registration(event, diet="halal")
    db.session.commit()

    asked = owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="10")
    before = kept(event)
    saved = owner.submit(asked)

    assert (asked.status, asked.heading) == (200, "Keep it less long?")
    assert "Diet and accessibility needs 2 15 April 2018 5 May 2018" in asked.text
    assert "Particulars" not in asked.text
    assert before == (30, 90, 180, 365)
    assert saved.heading == "Privacy"
    assert kept(event) == (10, 90, 180, 365)


def test_a_confirmed_form_that_is_refused_must_be_confirmed_again(owner: Client, event: Event) -> None:
    a_registration(event, diet="vegan")
    db.session.commit()
    asked = owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="10")

    refused = owner.submit(asked, mails_kept_days="181")
    again = owner.submit(refused, mails_kept_days="180")

    assert (refused.status, again.heading) == (422, "Keep it less long?")
    assert kept(event) == (30, 90, 180, 365)


def test_what_was_shortened_is_lengthened_again_up_to_what_was_promised(owner: Client, event: Event) -> None:
    a_registration(event, diet="vegan")
    db.session.commit()
    owner.submit(owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="10"))
    form = owner.get(f"{pages(event)}/schedule")

    too_long = owner.submit(form, special_kept_days="31")
    owner.submit(form, special_kept_days="30")

    assert "Diet and accessibility needs: at most 30 days" in form.text
    assert too_long.status == 422
    assert kept(event) == (30, 90, 180, 365)


def test_the_shortest_promise_to_anybody_who_is_still_kept_holds(owner: Client, event: Event, moment: Clock) -> None:
    a_registration(event, diet="vegan")
    db.session.commit()
    owner.submit(owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="10"))
    moment.move(hours=1)
    later = a_registration(event, diet="halal")
    db.session.commit()

    refused = owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="11")
    erasure_service.erase(later, by=SYSTEM)
    db.session.commit()
    owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="30")

    assert "promised that this goes 10 days after the event" in refused.text
    assert kept(event) == (30, 90, 180, 365)


@pytest.mark.parametrize("typed", ["0", "91", "-1", "x", "", "1e3", "99999999999999999999"])
def test_a_time_out_of_bounds_is_refused_beside_its_field(owner: Client, event: Event, typed: str) -> None:
    page = owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days=typed)

    assert page.status == 422
    assert 'id="special_kept_days-error"' in page.html
    assert kept(event) == (30, 90, 180, 365)


def test_the_page_tells_what_goes_when(owner: Client, event: Event) -> None:
    place = a_registration(event, diet="vegan")
    an_answer(place, a_question(event, kept_days=10), "Tram")
    a_registration(event, state=RegistrationState.REJECTED)
    db.session.commit()

    page = owner.get(pages(event)).text

    assert "15 April 2018 Answers to the event's own questions, with their files 1" in page
    assert "5 May 2018 Diet and accessibility needs 1" in page
    assert "4 July 2018 Registrations without a place in the end 1" in page
    assert "5 April 2019 Particulars of those who had a place 1" in page


def test_the_page_says_what_is_overdue(owner: Client, event: Event, moment: Clock) -> None:
    a_registration(event, diet="vegan")
    db.session.commit()
    nights = []

    for day in (4, 5, 6):
        moment.at = datetime(2018, 5, day, 12, tzinfo=UTC)
        nights.append("Overdue: goes tonight Diet and accessibility needs 1" in owner.get(pages(event)).text)

    assert nights == [False, True, True]


def test_everybody_is_counted_once(owner: Client, event: Event) -> None:
    for state in (RegistrationState.CONFIRMED, RegistrationState.CONFIRMED, RegistrationState.REJECTED):
        a_registration(event, state=state)
    db.session.commit()

    page = owner.get(pages(event)).text

    assert "Registrations without a place in the end 1" in page
    assert "Particulars of those who had a place 2" in page


def test_the_page_takes_the_same_statements_for_ten_and_for_a_thousand(owner: Client, event: Event) -> None:
    def many(number: int) -> None:
        event.pool.limit += number
        for _one in range(number):
            a_message(event, a_registration(event, diet="x").person)
        db.session.commit()

    def statements() -> int:
        db.session.rollback()
        owner.get(pages(event))
        with count_statements() as sent:
            owner.get(pages(event))
        return len(sent)

    many(10)
    few = statements()
    many(300)

    assert statements() == few


def test_a_change_of_the_times_stands_in_the_trail(owner: Client, event: Event) -> None:
    owner.submit(owner.get(f"{pages(event)}/schedule"), special_kept_days="7")

    trail = owner.get(f"/organise/events/{event.slug}/trail").text

    assert "special needs 7, registrations without a place 90, mails 180, particulars 365" in trail


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        (date(2018, 3, 1), date(2018, 4, 1)),
        (date(2018, 1, 31), date(2018, 2, 28)),
        (date(2018, 12, 15), date(2019, 1, 15)),
        (date(2020, 1, 30), date(2020, 2, 29)),
    ],
)
def test_a_wish_is_answered_within_a_month(asked: date, by: date) -> None:
    assert answer_by(asked) == by


def test_nobody_registers_between_the_look_and_the_change(owner: Client, client: Client, event: Event) -> None:
    """The form was opened while nobody had registered; then somebody does."""
    form = owner.get(f"{pages(event)}/schedule")
    client.submit(client.get(f"/events/{event.slug}/register"), **somebody(1))

    refused = owner.submit(form, special_kept_days="31")

    assert refused.status == 422
    assert kept(event)[0] == 30


def test_the_end_of_the_month_is_the_last_one(moment: Clock) -> None:
    assert answer_by(date(2018, 10, 31)) == date(2018, 11, 30)

"""What an invited person does behind the personal link, and what nobody else can."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core.audit import PERSON, SYSTEM
from ranevents.core.db import db
from ranevents.core.tokens import Link
from ranevents.events import service as events
from ranevents.events.models import Capacity, Event
from ranevents.invitations import reminder_service, service, substitute_service
from ranevents.invitations.models import Invitation, Substitute
from ranevents.invitations.states import InvitationState, SubstituteState
from ranevents.registrations import service as registering
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests.builders import a_person, a_question, a_registration, a_substitute, an_event, an_invitation
from tests.client import Client
from tests.conftest import Clock
from tests.house.world import everything
from tests.registrations.journey import mails, registrations, states

OTHER = {"given_name": "Ivan", "family_name": "Kolev", "latin_given_name": "", "latin_family_name": ""}
SENT = {"has_read_notice": "y"}


def path_of(invitation: Invitation) -> str:
    return f"/i/{invitation.link.sign()}"


def read(invitation: Invitation) -> Invitation:
    """The invitation as it stands now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Invitation, invitation.id)


def accept(client: Client, path: str, **given: Any) -> Any:
    return client.submit(client.get(f"{path}/register"), **{**SENT, **given})


def test_the_page_says_what_is_asked_and_opening_it_answers_nothing(client: Client, maria: Invitation) -> None:
    before = everything()

    page = client.get(path_of(maria))
    for deed in ("", "/register", "/decline", "/substitute"):
        client.get(path_of(maria) + deed)
        client.http.head(path_of(maria) + deed)

    shown = ["Мария Петрова, Ministry of Interior invites you", "It was good to meet you.", "15 March 2018, 11:00"]
    assert [text for text in shown if text not in page.text] == []
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert everything() == before


def test_accepting_leads_to_a_form_that_knows_the_person_and_gives_a_place(
    client: Client, event: Event, maria: Invitation
) -> None:
    form = client.get(path_of(maria) + "/register").forms[-1]["fields"]
    assert (form["given_name"], form["email"], form["country"]) == ("Мария", "maria@example.org", "BG")

    page = accept(client, path_of(maria), position="Mayor")

    assert "You have accepted, and you have a place." in page.text
    [registration] = registrations(event)
    assert (registration.person_id, registration.person.position) == (maria.person_id, "Mayor")
    assert registration.state is RegistrationState.CONFIRMED
    assert read(maria).registration is registration
    assert mails(event) == [("maria@example.org", "confirmation")]


def test_the_questions_for_the_capacity_are_asked_and_answered(client: Client, event: Event) -> None:
    question = a_question(event, capacities=["speaker"], labels={"en": "What will you speak about?"}, is_required=True)
    a_question(event, capacities=["observer"], labels={"en": "What will you observe?"})
    speaker = an_invitation(event, capacity=Capacity.SPEAKER)
    db.session.commit()

    page = client.get(path_of(speaker) + "/register")
    assert "What will you speak about?" in page.text
    assert "What will you observe?" not in page.text
    page = client.submit(page, **{**SENT, f"question-{question.id}": "Prevention"})

    assert registrations(event)[0].capacity is Capacity.SPEAKER


def test_a_forwarded_invitation_cannot_register_someone_else(client: Client, event: Event, maria: Invitation) -> None:
    page = accept(client, path_of(maria), **OTHER)

    assert page.status == 422
    assert "This invitation is for Мария Петрова alone." in page.text
    assert "secretariat@example.org" in page.text
    assert 'value="Kolev"' in page.html
    assert registrations(event) == []
    assert read(maria).state is InvitationState.SENT


@pytest.mark.parametrize(
    "given", [{"family_name": "Колева", "latin_family_name": "Koleva"}, {"email": "petrova@example.org"}]
)
def test_a_new_family_name_or_a_new_address_are_the_same_person(
    client: Client, event: Event, maria: Invitation, given: dict[str, str]
) -> None:
    accept(client, path_of(maria), **given)

    [registration] = registrations(event)
    assert registration.person_id == maria.person_id


def test_a_forwarded_invitation_registers_nobody_else_in_two_steps(
    client: Client, event: Event, maria: Invitation
) -> None:
    accept(client, path_of(maria), email="ivan@example.org")
    [registration] = registrations(event)
    path = f"/r/{registration.link.sign()}/change"

    other = {**OTHER, "latin_given_name": "Ivan", "latin_family_name": "Kolev"}
    page = client.submit(client.get(path), **other)

    assert page.status == 422
    assert "This place is for Мария Петрова, who was invited." in page.text
    assert "secretariat@example.org" in page.text
    assert 'value="Kolev"' in page.html
    assert registrations(event)[0].person.full_name == "Мария Петрова"


def readdress_by_accepting(client: Client, invitation: Invitation, _registration: Registration) -> None:
    accept(client, path_of(invitation), email="new@example.org")


def readdress_by_changing(client: Client, _invitation: Invitation, registration: Registration) -> None:
    client.submit(client.get(f"/r/{registration.link.sign()}/change"), email="new@example.org")


def readdress_by_organisers(_client: Client, invitation: Invitation, _registration: Registration) -> None:
    service.correct_address(invitation, "new@example.org", by=SYSTEM)
    db.session.commit()


@pytest.mark.parametrize("readdress", [readdress_by_accepting, readdress_by_changing, readdress_by_organisers])
def test_a_new_address_makes_every_link_anew_whichever_way_it_came(
    client: Client, event: Event, maria: Invitation, readdress: Callable[[Client, Invitation, Registration], None]
) -> None:
    elsewhere = a_registration(an_event(), maria.person)
    asked = an_invitation(an_event(), maria.person)
    db.session.commit()

    readdress(client, maria, elsewhere)

    read(maria)
    assert (elsewhere.person.email, elsewhere.link_version, asked.link_version) == ("new@example.org", 2, 2)
    assert mails(elsewhere.event) == [("maria@example.org", "address_changed"), ("new@example.org", "link")]
    assert mails(asked.event) == [("new@example.org", "invitation")]


def test_what_was_held_back_is_told_with_the_rest(client: Client, event: Event, maria: Invitation) -> None:
    reminder_service.hold_back(maria)
    db.session.commit()

    page = client.get(path_of(maria) + "/data")

    assert page.status == 200
    assert "Could not go out at its time" in page.text


def test_nothing_typed_is_lost_on_an_error(client: Client, event: Event, maria: Invitation) -> None:
    page = accept(client, path_of(maria), email="koleva", diet="vegan", has_read_notice=None)

    assert page.status == 422
    assert page.forms[-1]["fields"]["email"] == "koleva"
    assert page.forms[-1]["fields"]["diet"] == "vegan"


def test_the_same_form_twice_is_one_registration(client: Client, event: Event, maria: Invitation) -> None:
    form = client.get(path_of(maria) + "/register")

    client.submit(form, **SENT)
    page = client.submit(form, **SENT)

    assert "You have accepted, and you have a place." in page.text
    assert states(event) == [RegistrationState.CONFIRMED]


def test_a_second_browser_is_told_that_it_was_accepted(
    app: Flask, client: Client, event: Event, maria: Invitation
) -> None:
    other = Client(app)
    theirs = other.get(path_of(maria) + "/register")
    accept(client, path_of(maria))

    page = other.submit(theirs, **SENT, position="Mayor")

    assert page.status == 422
    assert "This invitation has been accepted already" in page.text
    assert states(event) == [RegistrationState.CONFIRMED]


def test_whoever_registered_by_the_public_form_gets_no_second_place(app: Flask, client: Client) -> None:
    event = an_event()
    registration = a_registration(event, a_person(email="maria@example.org"))
    invitation = an_invitation(event, a_person(email="maria@example.org"))
    db.session.commit()

    page = accept(client, path_of(invitation))

    assert page.status == 422
    assert "is registered already" in page.text
    assert registrations(event) == [registration]


def test_declining_takes_one_question_and_is_thanked_for(client: Client, event: Event, maria: Invitation) -> None:
    page = client.submit(client.get(path_of(maria) + "/decline"), reason="On parental leave.")

    assert "You have declined." in page.text
    assert (read(maria).state, maria.reason) == (InvitationState.DECLINED, "On parental leave.")
    assert mails(event) == [("maria@example.org", "declined")]
    assert client.get(path_of(maria) + "/register").heading.startswith("Your invitation")


def test_proposing_somebody_changes_nothing_until_an_organiser_decides(
    client: Client, event: Event, maria: Invitation
) -> None:
    page = client.submit(
        client.get(path_of(maria) + "/substitute"),
        given_name="Ivan",
        family_name="Kolev",
        email="ivan@example.org",
        organisation="Municipality of Plovdiv",
    )

    assert "You have proposed Ivan Kolev in your place." in page.text
    [substitute] = db.session.scalars(select(Substitute))
    assert (substitute.state, substitute.email) == (SubstituteState.PROPOSED, "ivan@example.org")
    assert read(maria).state is InvitationState.SENT
    assert mails(event) == []


def test_whoever_is_replaced_by_whom_they_proposed_does_not_read_that_they_declined(
    client: Client, event: Event, maria: Invitation
) -> None:
    substitute_service.approve(a_substitute(maria), by=SYSTEM)
    db.session.commit()

    page = client.get(path_of(maria))

    assert "Somebody else is invited in your place, as you proposed." in page.text
    assert "You have declined" not in page.text


def test_nobody_is_proposed_where_the_organiser_does_not_allow_it(client: Client, event: Event) -> None:
    invitation = an_invitation(event)
    db.session.commit()

    assert "Propose" not in client.get(path_of(invitation)).text
    assert client.get(path_of(invitation) + "/substitute").heading.startswith("Your invitation")


def withdraw(invitation: Invitation) -> None:
    service.revoke(invitation, by=SYSTEM, tell=False)


def call_off(invitation: Invitation) -> None:
    events.cancel(invitation.event, by=SYSTEM, reason="A storm.")


def let_it_expire(invitation: Invitation) -> None:
    invitation.answer_by -= timedelta(days=20)
    service.expire(invitation, at=datetime(2018, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("happened", "told"),
    [
        (withdraw, "The organisers have withdrawn this invitation."),
        (call_off, "The event has been cancelled. A storm."),
        (let_it_expire, "The date for the answer was 23 February 2018, 11:00 (Sofia time)."),
        (lambda invitation: service.decline(invitation, by=PERSON), "You have declined."),
    ],
)
def test_what_can_no_longer_be_answered_says_what_happened_and_what_to_do(
    client: Client, event: Event, maria: Invitation, happened: Callable[[Invitation], None], told: str
) -> None:
    form = client.get(path_of(maria) + "/register")
    happened(maria)
    db.session.commit()

    page = client.get(path_of(maria))
    sent = client.submit(form, **SENT)

    assert told in page.text
    assert "secretariat@example.org" in page.text
    assert "Accept" not in page.text
    assert sent.status == 422
    assert registrations(event) == []


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (RegistrationState.CONFIRMED, "You have accepted, and you have a place."),
        (RegistrationState.WAITLISTED, "you are on the waiting list"),
        (RegistrationState.CANCELLED, "your registration has been cancelled since"),
        (RegistrationState.LAPSED, "was not taken in time"),
    ],
)
def test_an_accepted_invitation_says_what_came_of_it(
    client: Client, event: Event, state: RegistrationState, told: str
) -> None:
    registration = a_registration(event, state=state)
    invitation = an_invitation(event, registration.person, state=InvitationState.ACCEPTED, registration=registration)
    db.session.commit()

    page = client.get(path_of(invitation))

    assert told in page.text
    assert ("Send me that link again" in page.text) is state.is_live


def test_the_registrations_link_is_sent_again_when_asked_for(client: Client, event: Event, maria: Invitation) -> None:
    page = accept(client, path_of(maria))

    client.post(f"{path_of(maria)}/link")

    assert [mail for _to, mail in mails(event)] == ["confirmation", "link"]
    assert "on its way" in client.get(path_of(maria)).text or page.status == 200


@pytest.mark.parametrize("token", ["nonsense", "WyJYIiwxXQ.AAAA", "%00"])
def test_a_guessed_token_meets_the_plain_page(client: Client, token: str) -> None:
    page = client.get(f"/i/{token}")

    assert (page.status, page.heading) == (404, "This link does not open anything")


def test_a_registrations_link_opens_no_invitation(client: Client, event: Event, maria: Invitation) -> None:
    token = Link("registration", maria.reference, maria.link_version).sign()

    assert client.get(f"/i/{token}").status == 404


def test_whoever_tries_links_out_is_slowed_down(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LIMIT_UNKNOWN_LINKS", "2 per minute")

    assert [client.get(f"/i/guess{number}").status for number in range(3)] == [404, 404, 429]


def test_a_link_closes_with_the_event_and_an_older_one_with_the_newer(
    client: Client, event: Event, maria: Invitation, moment: Clock
) -> None:
    old = path_of(maria)
    service.correct_address(maria, "petrova@example.org", by=SYSTEM)
    db.session.commit()

    assert "A newer one has taken its place" in client.get(old).text
    moment.at = datetime(2018, 4, 4, 20, tzinfo=UTC)
    assert client.get(path_of(maria)).status == 200
    moment.at = datetime(2018, 4, 5, tzinfo=UTC)
    assert client.get(path_of(maria)).status == 404


def test_the_page_speaks_the_persons_language(client: Client, event: Event) -> None:
    invitation = an_invitation(event, a_person(language="fr"))
    db.session.commit()

    assert '<html lang="fr"' in client.get(path_of(invitation)).html


Deed = Callable[[Client, Callable[[], object]], object]
"""What somebody does: prepared in a browser of their own, then, after the call, done when all others are ready too."""


def at_once(app: Flask, *deeds: Deed) -> list[object]:
    """Several do something in the same moment."""
    barrier = Barrier(len(deeds), timeout=30)

    def do(deed: Deed) -> object:
        with app.app_context():
            try:
                return deed(Client(app), barrier.wait)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [one.result() for one in [pool.submit(do, deed) for deed in deeds]]


def accepts(path: str) -> Deed:
    """Has the form open already, and sends it."""

    def deed(client: Client, all_are_ready: Callable[[], object]) -> object:
        page = client.get(f"{path}/register")
        all_are_ready()
        return client.submit(page, **SENT)

    return deed


def test_accepting_in_two_windows_at_once_is_one_registration(app: Flask, event: Event, maria: Invitation) -> None:
    path = path_of(maria)
    db.session.remove()

    at_once(app, *[accepts(path)] * 4)

    [registration] = registrations(event)
    assert registration.state is RegistrationState.CONFIRMED
    assert registration.event.pool.held == 1


def test_the_last_place_goes_to_one_and_the_others_wait(app: Flask) -> None:
    event = an_event(capacity=1)
    paths = [path_of(an_invitation(event, a_person(email=f"guest{number}@example.org"))) for number in range(3)]
    db.session.commit()
    other = {**OTHER, "latin_given_name": "Ivan", "latin_family_name": "Kolev", "email": "ivan@example.org",
             "organisation": "X", "position": "Y", "country": "BG", "sector": "police", "side": "policy",
             "language": "en", **SENT}  # fmt: skip

    def by_form(client: Client, all_are_ready: Callable[[], object]) -> object:
        page = client.get(f"/events/{event.slug}/register")
        all_are_ready()
        return client.submit(page, **other)

    at_once(app, by_form, *[accepts(path) for path in paths])

    assert sorted(states(event)) == ["confirmed", "waitlisted", "waitlisted", "waitlisted"]
    db.session.rollback()
    assert event.pool.held == 1


@pytest.mark.parametrize("_time", range(3))
def test_accepting_while_the_organiser_withdraws_is_one_or_the_other(
    app: Flask, event: Event, maria: Invitation, _time: int
) -> None:
    id, path = maria.id, path_of(maria)
    db.session.remove()

    def organiser(_client: Client, all_are_ready: Callable[[], object]) -> object:
        all_are_ready()
        try:
            service.revoke(db.session.get_one(Invitation, id), by=SYSTEM, tell=True)
        except service.Refused:
            return "refused"
        db.session.commit()
        return "withdrawn"

    _page, told = at_once(app, accepts(path), organiser)

    found = db.session.get_one(Invitation, id)
    if told == "withdrawn":
        assert (found.state, states(event)) == (InvitationState.REVOKED, [])
    else:
        assert (found.state, states(event)) == (InvitationState.ACCEPTED, [RegistrationState.CONFIRMED])


def test_who_accepted_and_cancels_later_has_still_accepted(client: Client, event: Event, maria: Invitation) -> None:
    accept(client, path_of(maria))
    [registration] = registrations(event)
    registering.cancel(registration, by=PERSON)
    db.session.commit()

    assert "your registration has been cancelled since" in client.get(path_of(maria)).text
    assert read(maria).state is InvitationState.ACCEPTED

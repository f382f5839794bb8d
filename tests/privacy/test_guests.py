"""What is held about people who were invited and never registered; and that it goes, when they ask or the time is over."""

import json

from flask import Flask
from sqlalchemy import select

from ranevents.core.audit import PERSON, SYSTEM
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations import service, substitute_service
from ranevents.invitations.models import Guest, Invitation
from ranevents.invitations.states import InvitationState
from ranevents.invitations.substitute_service import Proposed
from ranevents.mailing.models import Message
from ranevents.people.models import Person
from ranevents.privacy import erasure_service
from ranevents.privacy.jobs import purge_all
from ranevents.privacy.rules import DataKind
from tests.builders import a_guest, a_person, a_registration, a_substitute, an_event, an_invitation
from tests.client import Client
from tests.conftest import Clock
from tests.statements import count_statements

IVAN = Proposed("Ivan", "Kolev", "ivan@example.org", "Municipality of Plovdiv", "Deputy")


def invited(event: Event, **given: object) -> Invitation:
    """Somebody who was asked, was reminded, and proposed a substitute."""
    invitation = an_invitation(event, a_person(email="maria@example.org"), allows_substitute=True, **given)
    service.remind(invitation, occasion="hand:1", by=SYSTEM)
    substitute_service.propose(invitation, IVAN, by=PERSON)
    db.session.commit()
    return invitation


def path_of(invitation: Invitation) -> str:
    return f"/i/{invitation.link.sign()}"


def persons() -> list[str]:
    """Everybody's address, read afresh."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Person.email).order_by(Person.id)))


def test_the_page_and_the_file_tell_all_that_is_held(client: Client, event: Event) -> None:
    invitation = invited(event, note="It was good to meet you.")

    page = client.get(path_of(invitation) + "/data")
    document = json.loads(client.get(path_of(invitation) + "/data.json").response.text)

    shown = [
        "maria@example.org",
        "Entered by hand",
        "It was good to meet you.",
        "Ivan Kolev",
        "Reminder sent",
        "Reminder:",
    ]
    assert [text for text in shown if text not in page.text] == []
    assert (document["guest_list"]["origin"], document["invitations"][0]["state"]) == ("entered", "sent")
    assert document["proposed_substitutes"][0]["email"] == "ivan@example.org"
    assert len(document["invitation_reminders"]) == len(document["mails"]) == 1
    assert [one["kind"] for one in document["kept"]] == ["mails", "guests"]
    assert invitation.reference not in json.dumps(document)


def test_whoever_registered_finds_the_invitation_among_the_rest(client: Client, event: Event) -> None:
    registration = a_registration(event)
    an_invitation(
        event, registration.person, state=InvitationState.ACCEPTED, registration=registration, note="Welcome!"
    )
    db.session.commit()
    path = f"/r/{registration.link.sign()}/data"

    assert "Welcome!" in client.get(path).text
    assert json.loads(client.get(path + ".json").response.text)["invitations"][0]["note"] == "Welcome!"


def test_being_taken_off_erases_at_once_and_closes_the_link(client: Client, event: Event) -> None:
    invitation = invited(event, note="It was good to meet you.")
    path, reference = path_of(invitation), invitation.reference
    db.session.commit()

    page = client.submit(client.get(path + "/data/erasure"))

    assert "Done: you are taken off" in page.text
    assert persons() == [""]
    assert db.session.scalars(select(Guest)).all() == []
    assert (invitation.state, invitation.note) == (InvitationState.REVOKED, "")
    assert invitation.reference != reference
    assert [(one.to_address, one.text) for one in db.session.scalars(select(Message))] == [("", "")]
    assert client.get(path).status == 404


def test_the_link_of_one_event_takes_nobody_off_another(client: Client, event: Event) -> None:
    invitation = invited(event)
    guest = a_guest(an_event(), invitation.person)
    elsewhere = an_invitation(guest.event, invitation.person)
    db.session.commit()

    asked = client.get(path_of(invitation) + "/data/erasure")
    client.submit(asked)

    assert "Other events keep what they hold" in asked.text
    assert persons() == ["maria@example.org"]
    assert db.session.scalars(select(Guest)).all() == [guest]
    assert elsewhere.erased_at is None
    assert invitation.erased_at is not None


def test_whoever_is_registered_elsewhere_stays_known_there_alone(client: Client, app: Flask, event: Event) -> None:
    invitation = invited(event)
    a_registration(an_event(), invitation.person)
    db.session.commit()

    client.submit(client.get(path_of(invitation) + "/data/erasure"))

    assert persons() == ["maria@example.org"]
    assert db.session.scalars(select(Guest)).all() == []


def test_whoever_is_registered_here_is_sent_to_their_registration(client: Client, event: Event) -> None:
    registration = a_registration(event)
    invitation = an_invitation(event, registration.person, state=InvitationState.ACCEPTED, registration=registration)
    db.session.commit()

    page = client.get(path_of(invitation) + "/data/erasure")

    assert page.heading == "What we hold about you"
    assert "please ask behind the personal link of your registration" in page.text


def test_erasing_a_registration_erases_the_invitation_that_led_to_it(app: Flask, event: Event) -> None:
    registration = a_registration(event)
    invitation = an_invitation(
        event, registration.person, state=InvitationState.ACCEPTED, registration=registration, note="Welcome!"
    )
    substitute = a_substitute(invitation)

    erasure_service.erase(registration, by=SYSTEM)

    assert (invitation.state, invitation.note) == (InvitationState.ACCEPTED, "")
    assert invitation.erased_at is not None
    assert (substitute.full_name, substitute.email) == ("", "")
    assert registration.person.erased_at is not None


def test_guests_who_never_registered_go_with_the_particulars(app: Flask, event: Event, moment: Clock) -> None:
    invited(event)
    a_guest(event)
    registered = a_registration(event)
    a_guest(event, registered.person)
    db.session.commit()

    moment.at = moment.at.replace(year=2019, month=4, day=4)
    assert DataKind.GUESTS not in {kind for _slug, kind in purge_all()}
    moment.move(days=1)
    gone = purge_all()

    assert gone[event.slug, DataKind.GUESTS] == 2
    assert persons() == ["", "", ""]
    assert purge_all() == {}


def test_the_owner_sees_when_guests_go(client: Client, app: Flask, event: Event, organiser: Client) -> None:
    invited(event)

    page = organiser.get(f"/organise/events/{event.slug}/privacy")

    assert "Guests and invited people who never registered" in page.text


def test_what_is_held_is_read_in_as_many_statements_whatever_is_held(client: Client, event: Event) -> None:
    invitation = invited(event)
    with count_statements() as few:
        client.get(path_of(invitation) + "/data")
    for number in range(20):
        service.remind(invitation, occasion=f"hand:{number + 2}", by=SYSTEM)
    db.session.commit()

    with count_statements() as many:
        client.get(path_of(invitation) + "/data")

    assert len(many) == len(few)

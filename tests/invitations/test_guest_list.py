"""The guest list: found in any spelling, filtered, entered by hand, brought from earlier events, taken as a file."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.accounts.models import Membership, Role, User
from ranevents.core import audit, clock
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.invitations import guest_queries
from ranevents.invitations.guest_lists import GuestsAsked, Standing
from ranevents.invitations.models import Guest, GuestOrigin
from ranevents.invitations.states import InvitationState
from ranevents.people import service as people
from ranevents.people.models import Person, Sector, Side
from tests.builders import a_guest, a_person, a_registration, a_user, an_event, an_invitation
from tests.client import Client, Page
from tests.statements import count_statements

SVEN = {
    "given_name": "Ђорђе",
    "family_name": "Ђорђевић",
    "latin_given_name": "Đorđe",
    "latin_family_name": "Đorđević",
    "email": "djordje@example.org",
    "country": "RS",
    "sector": "police",
    "side": "practice",
    "language": "en",
}


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event()
    db.session.commit()
    return event


@pytest.fixture
def editor(event: Event) -> User:
    user = a_user(Role.EDITOR, event)
    db.session.commit()
    return user


@pytest.fixture
def organiser(app: Flask, editor: User) -> Client:
    return Client(app, editor)


def at(event: Event, rest: str = "") -> str:
    return f"/organise/events/{event.slug}/guests{rest}"


def named(name: str, **given: object) -> Person:
    given = {"given_name": "Ana", "family_name": name, "latin_given_name": "Ana", "latin_family_name": name, **given}
    person = a_person(**given)
    person.index_name()
    return person


def may(user: User, event: Event, role: Role) -> None:
    db.session.add(Membership(user_id=user.id, event_id=event.id, role=role))
    db.session.commit()


def listed(page: Page) -> list[str]:
    """The family names in the list, in its order."""
    rows = page.html.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:] if "<tbody>" in page.html else []
    return [row.split('<th scope="row">')[1].split(",")[0].rpartition(">")[2].strip() for row in rows]


def one_of_each(event: Event) -> None:
    """Somebody who stands in each way."""
    a_guest(event, named("Newman", country="RO", side=Side.POLICY))
    an_invitation(event, named("Draft"), state=InvitationState.DRAFT)
    an_invitation(event, named("Silent", country="FR", sector=Sector.RESEARCH))
    an_invitation(event, named("Bounced"), bounced_at=clock.now())
    an_invitation(event, named("Declined", country="RO"), state=InvitationState.DECLINED)
    an_invitation(event, named("Expired"), state=InvitationState.EXPIRED)
    an_invitation(event, named("Revoked"), state=InvitationState.REVOKED)
    db.session.commit()


def test_a_name_is_found_in_any_spelling(organiser: Client, event: Event) -> None:
    a_guest(event, named("Đorđević", family_name="Ђорђевић"))
    a_guest(event, named("Petrova"))
    db.session.commit()

    for spelling in ("Dordevic", "djordjevic", "Ђорђевић"):
        assert listed(organiser.get(at(event, f"?search={spelling}"))) == ["Đorđević"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("standing=not_invited", ["Newman"]),
        ("standing=draft", ["Draft"]),
        ("standing=silent", ["Silent"]),
        ("standing=bounced", ["Bounced"]),
        ("standing=declined&standing=expired", ["Declined", "Expired"]),
        ("standing=revoked", ["Revoked"]),
        ("standing=silent&country=RO", []),
        ("country=RO", ["Declined", "Newman"]),
        ("country=RO&side=policy", ["Newman"]),
        ("sector=research", ["Silent"]),
        ("origin=imported", []),
        ("sort=-name&standing=draft&standing=silent", ["Silent", "Draft"]),
        ("standing=nonsense", ["Bounced", "Declined", "Draft", "Expired", "Newman", "Revoked", "Silent"]),
    ],
)
def test_filters_combine(organiser: Client, event: Event, asked: str, found: list[str]) -> None:
    one_of_each(event)

    assert listed(organiser.get(at(event, f"?{asked}"))) == found


@pytest.mark.parametrize("column", ["name", "standing", "organisation", "country", "sector", "side", "answer_by"])
def test_the_list_is_sorted_by_every_column_and_back(organiser: Client, event: Event, column: str) -> None:
    one_of_each(event)

    forward = listed(organiser.get(at(event, f"?sort={column}")))

    assert listed(organiser.get(at(event, f"?sort=-{column}"))) == forward[::-1]
    assert len(forward) == 7


def test_guests_of_other_events_are_not_in_the_list(organiser: Client, event: Event) -> None:
    other = an_event()
    an_invitation(other, person := named("Elsewhere"))
    a_guest(event, person)
    db.session.commit()

    page = organiser.get(at(event))

    assert listed(page) == ["Elsewhere"]
    assert "Not invited" in page.text


def test_of_several_invitations_the_one_that_stands_counts(event: Event) -> None:
    person = named("Again")
    an_invitation(event, person)
    an_invitation(event, person, state=InvitationState.REVOKED)

    assert guest_queries.counts_by_standing(event)[Standing.SILENT] == 1
    assert sum(guest_queries.counts_by_standing(event).values()) == 1


def test_a_person_is_entered_by_hand_and_nothing_is_sent(organiser: Client, event: Event) -> None:
    done = organiser.submit(organiser.get(at(event, "/new")), **SVEN)

    [guest] = db.session.scalars(select(Guest))
    assert (guest.person.full_name, guest.origin) == ("Ђорђе Ђорђевић", GuestOrigin.ENTERED)
    assert "Ђорђе Ђорђевић is on the guest list." in done.text
    assert listed(done) == ["Đorđević"]


def test_what_is_wrong_with_a_person_is_told_and_nothing_typed_is_lost(organiser: Client, event: Event) -> None:
    page = organiser.submit(organiser.get(at(event, "/new")), **{**SVEN, "email": "nowhere", "given_name": ""})

    assert page.status == 422
    assert "Please enter the given name." in page.text
    assert 'value="Ђорђевић"' in page.html
    assert db.session.scalars(select(Guest)).all() == []


def test_people_of_an_earlier_event_are_brought_once(organiser: Client, event: Event, editor: User) -> None:
    earlier = an_event(title="Earlier")
    both = a_guest(earlier, named("Both")).person
    a_registration(earlier, both)
    a_registration(earlier, named("Registered"))
    a_registration(earlier, named("Erased there"), erased_at=clock.now())
    a_registration(earlier, gone := named("Gone"))
    people.erase(gone)
    a_guest(event, named("Here"))
    db.session.commit()
    assert "There is no other event of yours." in organiser.get(at(event, "/earlier")).text
    may(editor, earlier, Role.EDITOR)

    first = organiser.submit(organiser.get(at(event, "/earlier")), source=earlier.slug)
    second = organiser.submit(organiser.get(at(event, "/earlier")), source=earlier.slug)

    assert "2 people are new on the list." in first.text
    assert "0 people are new on the list." in second.text
    assert listed(second) == ["Both", "Here", "Registered"]


@pytest.mark.parametrize("role", [None, Role.READER, Role.DESK])
def test_an_event_that_one_may_not_edit_is_no_source(
    organiser: Client, event: Event, editor: User, role: Role | None
) -> None:
    foreign = an_event()
    a_guest(foreign)
    may(editor, foreign, role) if role else None
    may(editor, an_event(), Role.EDITOR)

    page = organiser.submit(organiser.get(at(event, "/earlier")), source=foreign.slug)

    assert page.status == 422
    assert db.session.scalars(select(Guest).where(Guest.event_id == event.id)).all() == []


def test_every_event_that_one_may_edit_is_a_source(organiser: Client, event: Event, editor: User) -> None:
    others = [an_event() for _number in range(52)]
    for one in others:
        may(editor, one, Role.EDITOR)

    page = organiser.get(at(event, "/earlier"))

    assert all(f'value="{one.slug}"' in page.html for one in others)
    assert f'value="{event.slug}"' not in page.html


def test_the_same_form_twice_enters_one_person(organiser: Client, event: Event) -> None:
    form = organiser.get(at(event, "/new"))

    for _press in range(2):
        assert "Ђорђе Ђорђевић is on the guest list." in organiser.submit(form, **SVEN).text
    organiser.submit(organiser.get(at(event, "/new")), **SVEN, who="new")

    assert len(db.session.scalars(select(Guest)).all()) == 2


def test_who_may_be_known_already_is_shown_and_the_organiser_says_who_it_is(
    organiser: Client, event: Event, editor: User
) -> None:
    own, foreign = an_event(), an_event()
    may(editor, own, Role.EDITOR)
    a_guest(own, secretary := named("Office", email="DJORDJE@example.org", organisation="Ministry"))
    a_guest(own, namesake := named("Đorđević", latin_given_name="Đorđe", email="other@example.org"))
    a_guest(foreign, named("Unseen", email="djordje@example.org"))
    namesake.index_name()
    db.session.commit()

    asked = organiser.submit(organiser.get(at(event, "/new")), **SVEN)
    assert db.session.scalars(select(Guest).where(Guest.event_id == event.id)).all() == []
    nonsense = organiser.submit(asked, **SVEN, who="999")
    same = organiser.submit(asked, **SVEN, who=str(secretary.id))
    other = organiser.submit(asked, **SVEN, who="new")

    assert asked.status == nonsense.status == 422
    assert "Somebody alike is known already. Please say who it is." in asked.text
    assert asked.html.count("The same person: ") == 2
    assert asked.html.index(f'value="{namesake.id}"') < asked.html.index(f'value="{secretary.id}"')
    assert "Unseen" not in asked.text
    assert 'value="Ђорђевић"' in asked.html
    assert listed(same) == ["Office"]
    assert listed(other) == ["Đorđević", "Office"]


def test_who_is_known_by_erased_records_alone_is_forgotten(organiser: Client, event: Event) -> None:
    guest, other = a_guest(event), an_event()
    a_registration(other, guest.person, erased_at=clock.now())
    db.session.commit()
    id = guest.person.id

    organiser.post(at(event, f"/{guest.id}/remove"))

    db.session.expire_all()
    assert db.session.get_one(Person, id).erased_at is not None


def test_who_was_never_invited_is_taken_off_and_forgotten(organiser: Client, event: Event) -> None:
    guest, known = a_guest(event), a_guest(event)
    a_guest(an_event(), known.person)
    db.session.commit()
    ids = (guest.person.id, known.person.id)

    for one in (guest.id, known.id):
        organiser.post(at(event, f"/{one}/remove"))

    assert db.session.scalars(select(Guest).where(Guest.event_id == event.id)).all() == []
    db.session.expire_all()
    assert [db.session.get_one(Person, id).erased_at is None for id in ids] == [False, True]


def test_who_was_invited_stays_on_the_list(organiser: Client, event: Event) -> None:
    invitation = an_invitation(event, state=InvitationState.REVOKED)
    db.session.commit()
    [guest] = db.session.scalars(select(Guest))

    page = organiser.post(at(event, f"/{guest.id}/remove"))

    assert "has been invited, so they stay on the list" in page.text
    assert db.session.scalars(select(Guest.person_id)).all() == [invitation.person_id]


def test_the_list_is_taken_as_a_file_in_its_order_and_the_trail_knows(organiser: Client, event: Event) -> None:
    one_of_each(event)

    page = organiser.post(at(event, "/export?country=RO"), follow=False, kind="csv")

    rows = list(csv.reader(io.StringIO(page.response.get_data().decode("utf-8-sig")), delimiter=";"))
    assert [row[4] for row in rows] == ["Family name", "Declined", "Newman"]
    assert [row[0] for row in rows[1:]] == ["Declined", "Not invited"]
    entry = audit.history(event)[-1]
    assert (entry.step, entry.details) == ("export_guests", {"guests": "2", "kind": "csv"})


def test_the_list_takes_the_same_statements_for_ten_and_for_a_thousand(organiser: Client, event: Event) -> None:
    queries = ("", "?search=petrova", "?standing=silent", "/ask?which=page", "/remind?which=page")

    def counted() -> list[int]:
        found = []
        for query in queries:
            db.session.expire_all()
            with count_statements() as sent:
                organiser.get(at(event, query))
            found.append(len(sent))
        return found

    def more(number: int) -> None:
        for one in range(number):
            an_invitation(event) if one % 2 else a_guest(event)
        db.session.commit()

    more(10)
    few = counted()
    more(990)

    assert counted() == few
    assert guest_queries.count(event, GuestsAsked()) == 1000

"""The directory shows the people whom one's events know, and nobody else."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import insert, select

from ranevents.accounts.models import Role
from ranevents.core import clock
from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.directory import queries
from ranevents.directory.people_rules import Column, PeopleAsked
from ranevents.directory.queries import Sight
from ranevents.events.models import Event
from ranevents.invitations.models import Guest, GuestOrigin
from ranevents.mailing.models import Message
from ranevents.people.models import Person, Sector, Side
from ranevents.registrations.states import RegistrationState
from tests.builders import a_guest, a_message, a_person, a_registration, a_user, an_event, an_invitation
from tests.client import Client, Page
from tests.statements import count_statements

PAGE = "/organise/people"


def somebody(family: str, **given: object) -> Person:
    own = {"given_name": "Ana", "family_name": family, "latin_given_name": "Ana", "latin_family_name": family}
    return a_person(**{**own, **given})


def organiser(app: Flask, event: Event | None, role: Role | None = Role.EDITOR, **given: object) -> Client:
    user = a_user(role if event else None, event, **given)
    db.session.commit()
    return Client(app, user)


def listed(page: Page) -> list[str]:
    """The family names in the list, from above."""
    return re.findall(r'<th scope="row"><a [^>]*>([^,<]+),', page.html)


def test_one_sees_whoever_is_registered_invited_or_on_a_guest_list_of_ones_events(app: Flask, event: Event) -> None:
    a_registration(event, somebody("Registered"))
    an_invitation(event, somebody("Invited"))
    a_guest(event, somebody("Guest"))
    a_registration(an_event(), somebody("Foreign"))
    a_person()

    page = organiser(app, event, Role.READER).get(PAGE)

    assert listed(page) == ["Guest", "Invited", "Registered"]


def test_an_administrator_sees_everybody_who_was_not_erased(app: Flask, event: Event) -> None:
    a_registration(event, somebody("Known"))
    somebody("Alone")
    somebody("Gone", erased_at=clock.now())

    assert listed(organiser(app, None, is_administrator=True).get(PAGE)) == ["Alone", "Known"]


def test_a_registration_of_which_all_went_makes_nobody_known(app: Flask, event: Event) -> None:
    person = somebody("Elsewhere")
    a_registration(event, person, erased_at=clock.now())
    a_registration(an_event(), person)
    client = organiser(app, event)

    assert listed(client.get(PAGE)) == []
    assert client.get(f"{PAGE}/{person.id}").status == 404


@pytest.mark.parametrize("deed", ["", "/change"])
def test_a_foreign_person_is_not_found(app: Flask, event: Event, deed: str) -> None:
    person = a_registration(an_event(), somebody("Foreign")).person

    assert organiser(app, event, Role.OWNER).get(f"{PAGE}/{person.id}{deed}").status == 404


def test_who_may_only_read_may_not_correct(app: Flask, event: Event) -> None:
    person = a_registration(event, somebody("Known")).person
    client = organiser(app, event, Role.DESK)

    assert "Correct the particulars" not in client.get(f"{PAGE}/{person.id}").text
    assert client.get(f"{PAGE}/{person.id}/change").status == 403
    assert client.post(f"{PAGE}/{person.id}/change", family_name="Other").status == 403


def test_filters_combine_and_stand_in_the_address(app: Flask, event: Event) -> None:
    other = an_event(slug="paris")
    wanted = {"country": "FR", "sector": Sector.POLICE, "side": Side.POLICY, "organisation": "Préfecture"}
    a_guest(event, somebody("Wanted", **wanted, address_failed_at=clock.now()))
    a_guest(event, somebody("Healthy", **wanted))
    a_guest(event, somebody("German", **{**wanted, "country": "DE"}))
    a_guest(other, somebody("Parisian", **wanted, address_failed_at=clock.now()))
    client = organiser(app, None, is_administrator=True)
    query = f"?country=FR&sector=police&side=policy&organisation=prefecture&failed=yes&event={event.slug}"

    page = client.get(PAGE + query)

    assert listed(page) == ["Wanted"]
    assert "Organisation: prefecture" in page.text
    assert listed(client.get(f"{PAGE}?event=paris")) == ["Parisian"]


def test_what_an_address_cannot_mean_is_named_and_left_out(app: Flask, event: Event) -> None:
    a_guest(event, somebody("Known"))
    foreign = an_event()

    page = organiser(app, event).get(f"{PAGE}?event={foreign.slug}&country=ZZ&sort=shoes&page=999999999999")

    assert listed(page) == ["Known"]
    assert f"event={foreign.slug}, country=ZZ" in page.text


@pytest.mark.parametrize("typed", ["Георгиева", "georgieva", "GEORGI", "Geo ana"])
def test_a_search_finds_across_scripts(app: Flask, event: Event, typed: str) -> None:
    a_guest(event, somebody("Other"))
    a_guest(
        event,
        a_person(given_name="Ана", family_name="Георгиева", latin_given_name="Ana", latin_family_name="Georgieva"),
    )

    assert listed(organiser(app, event).get(f"{PAGE}?search={typed}")) == ["Georgieva"]


def test_the_list_is_in_the_order_of_the_readers_alphabet(app: Flask, event: Event) -> None:
    """By Latin letters Tsonev stands before Zhelev; in the Bulgarian alphabet Желев comes first, Österreicher after."""
    for own, latin in (("Цонев", "Tsonev"), ("Желев", "Zhelev"), ("Österreicher", "Österreicher")):
        a_guest(event, a_person(family_name=own, latin_family_name=latin))
    db.session.commit()

    def names() -> list[str]:
        page = queries.listing(Sight(frozenset([event.id]), frozenset()), PeopleAsked(), [], 1)
        return [person.latin_family_name for person in page.rows]

    assert names() == ["Österreicher", "Tsonev", "Zhelev"]
    with force_locale("bg"):
        assert names() == ["Zhelev", "Tsonev", "Österreicher"]


@pytest.mark.parametrize("column", list(Column))
def test_each_column_sorts_both_ways(app: Flask, event: Event, column: Column) -> None:
    a_guest(event, somebody("A", country="AT", organisation="a", sector=Sector.EDUCATION, side=Side.POLICY))
    a_guest(event, somebody("B", country="SE", organisation="B", sector=Sector.YOUTH_SOCIAL, side=Side.PRACTICE))
    client = organiser(app, event)

    assert listed(client.get(f"{PAGE}?sort={column}")) == ["A", "B"]
    assert listed(client.get(f"{PAGE}?sort=-{column}")) == ["B", "A"]


def test_the_history_tells_of_ones_own_events_only(app: Flask, event: Event) -> None:
    person = somebody("Known")
    foreign = an_event(title="A secret meeting")
    for one in (event, foreign):
        a_registration(one, person, state=RegistrationState.PENDING)
        an_invitation(one, person)
        a_message(one, person, subject=f"About {one.title}")

    page = organiser(app, event, Role.READER).get(f"{PAGE}/{person.id}")

    assert "Awaiting approval" in page.text or "pending" in page.html
    assert "About Partnerships in prevention" in page.text
    assert "secret" not in page.html


def test_a_correction_holds_everywhere_and_renews_every_link(app: Flask, event: Event) -> None:
    person = somebody("Old", email="old@example.org", address_failed_at=clock.now())
    other = an_event(title="Another event")
    registration, elsewhere = a_registration(event, person), a_registration(other, person)
    past = a_registration(
        an_event(first_on=event.first_on - timedelta(days=60), last_on=event.first_on - timedelta(days=60)), person
    )
    invitation = an_invitation(an_event(), person)
    client = organiser(app, event)
    form = client.get(f"{PAGE}/{person.id}/change")

    page = client.submit(form, family_name="New", latin_family_name="New", email="new@example.org")

    db.session.expire_all()
    assert "New personal links are on their way" in page.text
    assert (person.family_name, person.email, person.address_failed_at) == ("New", "new@example.org", None)
    assert [one.link_version for one in (registration, elsewhere, past, invitation)] == [2, 2, 2, 2]
    sent = sorted(db.session.execute(select(Message.mail, Message.to_address)).all())
    assert [tuple(one) for one in sent] == [
        ("invitations/invitation", "new@example.org"),
        ("registrations/address_changed", "old@example.org"),
        ("registrations/address_changed", "old@example.org"),
        ("registrations/link", "new@example.org"),
        ("registrations/link", "new@example.org"),
    ]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.step == "change")).all()
    assert {(one.record_type, one.details["fields"]) for one in entries} == {
        ("persons", "family_name, latin_family_name, email"),
        ("registrations", "family_name, latin_family_name, email"),
    }
    assert listed(client.get(f"{PAGE}?search=new")) == ["New"]


def test_a_correction_of_nothing_changes_nothing(app: Flask, event: Event) -> None:
    person = a_registration(event, somebody("Same")).person
    client = organiser(app, event)

    page = client.submit(client.get(f"{PAGE}/{person.id}/change"))

    assert "Nothing was different" in page.text
    assert db.session.scalars(select(AuditEntry)).all() == []
    assert db.session.scalars(select(Message)).all() == []


def test_what_is_typed_wrong_is_said_beside_it_and_nothing_is_lost(app: Flask, event: Event) -> None:
    person = a_registration(event, somebody("Same")).person
    client = organiser(app, event)

    page = client.submit(client.get(f"{PAGE}/{person.id}/change"), email="nobody", position="Head of unit")

    assert page.status == 422
    assert "it should look like name@example.org" in page.text
    assert 'value="Head of unit"' in page.html


def many_guests(event: Event, number: int) -> None:
    people = [
        {
            "given_name": "Ана", "family_name": f"Петрова{one}", "latin_given_name": "Ana", "form_of_address": "",
            "latin_family_name": f"Petrova{one}", "email": f"a{one}@example.org", "organisation": f"Office {one % 300}",
            "position": "", "country": ("BG", "FR", "DE")[one % 3], "sector": list(Sector)[one % 13],
            "side": list(Side)[one % 2], "language": "en", "sort_key": f"petrova{one}, ana", "created_at": clock.now(),
            "own_sort_key": f"0петрова{one}, ана", "organisation_key": f"office {one % 300}",
            "search_words": f"ana petrova{one} office {one % 300}",
        }
        for one in range(number)
    ]  # fmt: skip
    ids = db.session.scalars(insert(Person).returning(Person.id), people).all()
    rows = [
        {"event_id": event.id, "person_id": id, "origin": GuestOrigin.IMPORTED, "added_at": clock.now()} for id in ids
    ]
    db.session.execute(insert(Guest), rows)
    db.session.commit()


def statements(client: Client, path: str) -> int:
    db.session.expire_all()
    with count_statements() as counted:
        assert client.get(path).status == 200
    return len(counted)


def test_the_directory_takes_the_same_statements_for_ten_and_for_many(app: Flask, event: Event) -> None:
    client = organiser(app, event)
    paths = [PAGE + query for query in ("", "?search=ana", "?sort=-country&side=policy", f"?event={event.slug}")]
    many_guests(event, 10)
    few = [statements(client, path) for path in paths]

    many_guests(event, 1000)

    assert [statements(client, path) for path in paths] == few


def test_a_persons_page_takes_the_same_statements_whatever_there_is(app: Flask, event: Event) -> None:
    person = a_registration(event, somebody("Busy")).person
    a_message(event, person)
    client = organiser(app, None, is_administrator=True)
    few = statements(client, f"{PAGE}/{person.id}")

    for _one in range(12):
        more = an_event()
        a_registration(more, person)
        an_invitation(more, person)
        a_message(more, person)
    db.session.commit()

    assert statements(client, f"{PAGE}/{person.id}") == few

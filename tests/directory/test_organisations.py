"""Organisations: one line however the name is spelled, and one spelling for all of whom one may change."""

import re

from flask import Flask
from sqlalchemy import select

from ranevents.accounts.models import Membership, Role
from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.registrations.models import Registration
from tests.builders import a_guest, a_registration, an_event
from tests.client import Client
from tests.directory.test_people import many_guests, organiser, somebody, statements

PAGE = "/organise/people/organisations"


def test_one_line_for_each_name_and_country_however_it_is_spelled(app: Flask, event: Event) -> None:
    for number, spelled in enumerate(
        ("Ministère de l’Intérieur", "Ministere de l'interieur", "Ministère de l’Intérieur")
    ):
        a_guest(event, somebody(f"French{number}", organisation=spelled, country="FR"))
    a_guest(event, somebody("Belgian", organisation="Ministère de l’Intérieur", country="BE"))
    a_guest(an_event(), somebody("Foreign", organisation="Nobody’s business", country="FR"))

    page = organiser(app, event, Role.READER).get(PAGE)

    lines = [
        re.sub("<[^>]+>", " ", row).split() for row in re.findall(r"(?s)<tr>\s*<th scope=\"row\">.*?</tr>", page.html)
    ]
    assert [(" ".join(line[:-3]), line[-3:]) for line in lines] == [
        ("Ministère de l’Intérieur", ["Belgium", "1", "1"]),
        ("Ministère de l’Intérieur", ["France", "3", "2"]),
    ]


def test_a_search_and_the_badly_spelled_narrow_the_list(app: Flask, event: Event) -> None:
    for family, spelled in (("A", "Préfecture"), ("B", "PREFECTURE"), ("C", "Police"), ("D", "")):
        a_guest(event, somebody(family, organisation=spelled))
    client = organiser(app, event)

    assert "Police" not in client.get(f"{PAGE}?search=prefect").text
    assert "Police" not in client.get(f"{PAGE}?spelled=differently").text
    assert "None was found." in client.get(f"{PAGE}?search=zzz").text
    assert "2 organisations" in client.get(PAGE).text


def renamed(client: Client, path: str, name: str) -> str:
    """Ask for the preview, then confirm it; the words of the preview."""
    preview = client.submit(client.get(path), name=name)
    assert preview.status == 200
    done = client.submit(preview)
    assert "written so now" in done.text
    return preview.text


def test_one_spelling_for_all_whom_one_may_change_after_a_look(app: Flask, event: Event) -> None:
    only_seen = an_event()
    first, second = (somebody(name, organisation=f"{name[0]}refecture", country="FR") for name in ("Pone", "pTwo"))
    right = somebody("Right", organisation="Préfecture", country="FR")
    seen = somebody("Seen", organisation="PREFECTURE", country="FR")
    foreign = somebody("Foreign", organisation="PREFECTURE", country="FR")
    a_guest(only_seen, seen)
    a_guest(an_event(), foreign)
    registration = a_registration(event, first)
    for person in (second, right):
        a_guest(event, person)
    client = organiser(app, event)
    user = db.session.scalars(select(Membership.user_id).order_by(Membership.id.desc())).first()
    db.session.add(Membership(user_id=user, event_id=only_seen.id, role=Role.READER))
    db.session.commit()

    preview = renamed(client, f"{PAGE}/{first.id}", "Préfecture de Paris")

    db.session.expire_all()
    assert "3 persons" in preview
    assert {one.organisation for one in (first, second, right)} == {"Préfecture de Paris"}
    assert (seen.organisation, foreign.organisation) == ("PREFECTURE", "PREFECTURE")
    assert db.session.get_one(Registration, registration.id).organisation_key == "prefecture de paris"
    entries = db.session.scalars(select(AuditEntry)).all()
    assert {(one.record_type, one.step, one.details["fields"]) for one in entries} == {
        ("persons", "change", "organisation")
    }
    assert len(entries) == 3


def test_nothing_is_renamed_before_it_was_confirmed_nor_without_a_name(app: Flask, event: Event) -> None:
    person = somebody("One", organisation="Old")
    a_guest(event, person)
    client = organiser(app, event)
    path = f"{PAGE}/{person.id}"

    client.submit(client.get(path), name="New")
    empty = client.submit(client.get(path), name=" ")

    db.session.expire_all()
    assert empty.status == 422
    assert person.organisation == "Old"


def test_an_organisation_that_has_become_another_is_not_renamed(app: Flask, event: Event) -> None:
    person = somebody("One", organisation="Old")
    a_guest(event, person)
    client = organiser(app, event)
    preview = client.submit(client.get(f"{PAGE}/{person.id}"), name="New")
    person.organisation = "Another"
    person.index_name()
    db.session.commit()

    assert "something has changed" in client.submit(preview).text
    assert person.organisation == "Another"


def test_readers_rename_nothing_and_foreign_organisations_are_not_found(app: Flask, event: Event) -> None:
    person, foreign = somebody("One", organisation="Old"), somebody("Two", organisation="Old")
    a_guest(event, person)
    a_guest(an_event(), foreign)
    client = organiser(app, event, Role.READER)

    assert client.post(f"{PAGE}/{person.id}", name="New").status == 403
    assert client.get(f"{PAGE}/{foreign.id}").status == 404
    assert "Two" not in client.get(f"{PAGE}/{person.id}").text


def test_organisations_take_the_same_statements_for_ten_and_for_many(app: Flask, event: Event) -> None:
    client = organiser(app, event)
    first = somebody("First", organisation="Office 1", country="FR")
    a_guest(event, first)
    many_guests(event, 10)
    paths = [PAGE, f"{PAGE}?search=office", f"{PAGE}/{first.id}"]
    few = [statements(client, path) for path in paths]

    many_guests(event, 1000)

    assert [statements(client, path) for path in paths] == few

"""Series and their topics."""

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.events.models import Series, Topic
from tests import builders
from tests.client import Client
from tests.events.gate import all_at_once


@pytest.fixture
def administrator(app: Flask) -> Client:
    user = builders.a_user(is_administrator=True)
    db.session.commit()
    return Client(app, user)


def topics() -> list[tuple[int, int, str]]:
    db.session.rollback()
    return [(one.id, one.position, one.name) for one in db.session.scalars(select(Topic).order_by(Topic.position))]


def test_an_administrator_makes_a_series_with_topics_in_their_order(administrator: Client) -> None:
    page = administrator.get("/organise/series/new")

    done = administrator.submit(
        page, name="Policy and Practice 2018", purpose="To\r\nmeet.", topics=" Police \r\n\r\nPrisons\x00\r\n"
    )

    series = db.session.scalars(select(Series)).one()
    assert (series.name, series.slug, series.purpose) == (
        "Policy and Practice 2018",
        "policy-and-practice-2018",
        "To\nmeet.",
    )
    assert [(position, name) for _id, position, name in topics()] == [(1, "Police"), (2, "Prisons")]
    assert [one.step for one in db.session.scalars(select(AuditEntry))] == ["create"]
    assert "Policy and Practice 2018 0 events To meet. Topics Police Prisons" in done.text


def test_the_same_form_sent_twice_or_several_times_at_once_makes_one_series(app: Flask, administrator: Client) -> None:
    page = administrator.get("/organise/series/new")
    sent = {**page.forms[-1]["fields"], "name": "Practice"}
    clients = [Client(app, builders.a_user(is_administrator=True)) for _ in range(4)]
    db.session.commit()
    tokens = [one.get("/organise/series/new").forms[-1]["fields"]["csrf_token"] for one in clients]

    def send(number: int) -> int:
        data = {**sent, "csrf_token": tokens[number]}
        return clients[number].http.post("/organise/series/new", data=data).status_code

    answers = all_at_once("series", len(clients), send)
    again = administrator.submit(page, name="Practice")

    assert (answers, again.heading) == ([303] * 4, "All series")
    assert db.session.scalars(select(Series.slug)).all() == ["practice"]


def test_the_second_of_two_who_edit_a_series_is_told_and_may_then_insist(app: Flask, administrator: Client) -> None:
    series = builders.a_series()
    other = Client(app, builders.a_user(is_administrator=True))
    db.session.commit()
    path = f"/organise/series/{series.id}/edit"
    page = administrator.get(path)

    other.submit(other.get(path), purpose="Theirs.", topics="Theirs")
    refused = administrator.submit(page, purpose="Mine.")
    db.session.refresh(series)
    kept = series.purpose
    administrator.submit(refused)

    assert refused.status == 422
    assert "Somebody else has saved this series while you were editing it." in refused.text
    assert "It differs from theirs in: Purpose, Topics." in refused.text
    assert kept == "Theirs."
    db.session.refresh(series)
    assert (series.purpose, series.version, [one.name for one in series.topics]) == (
        "Mine.",
        3,
        ["Multi-agency work", "Local partnerships"],
    )


def test_topics_that_are_renamed_or_moved_stay_the_same_topics(administrator: Client) -> None:
    series = builders.a_series()
    db.session.commit()
    work, local = (id for id, _position, _name in topics())

    page = administrator.get(f"/organise/series/{series.id}/edit")
    administrator.submit(page, topics="Local partnerships\r\nSchools\r\nWork of many agencies\r\nMulti-agency working")

    found = topics()
    assert page.forms[-1]["fields"]["topics"] == "Multi-agency work\nLocal partnerships"
    assert [name for _id, _position, name in found] == [
        "Local partnerships",
        "Schools",
        "Work of many agencies",
        "Multi-agency working",
    ]
    assert (found[0][0], found[3][0]) == (local, work)
    assert {found[1][0], found[2][0]} & {work, local} == set()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": " "}, "Name: Please fill this in."),
        ({"slug": "taken"}, "Address: Another series has this address already. Please choose another."),
        ({"topics": "One\nTwo\nOne"}, "Topics: This topic stands here twice: One"),
        ({"topics": "x" * 201}, "Topics: Please keep each topic to 200 characters."),
        ({"topics": "\n".join(map(str, range(101)))}, "Topics: Please name at most 100 topics."),
    ],
)
def test_what_can_t_be_is_refused_and_nothing_typed_is_lost(
    administrator: Client, given: dict[str, str], words: str
) -> None:
    builders.a_series(slug="taken")
    db.session.commit()

    page = administrator.submit(
        administrator.get("/organise/series/new"), **{"name": "A", "purpose": "B", "topics": "C", **given}
    )

    assert page.status == 422
    assert words in page.text
    assert page.forms[-1]["fields"]["purpose"] == "B"
    assert len(db.session.scalars(select(Series)).all()) == 1


def test_an_organiser_sees_the_series_but_does_not_change_them(app: Flask) -> None:
    series = builders.a_series()
    organiser = builders.a_user()
    db.session.commit()
    client = Client(app, organiser)

    page = client.get("/organise/series")

    assert "Policy and Practice Events 2018 0 events Exchange." in page.text
    assert f"/organise/series/{series.id}/edit" not in page.html
    assert client.get(f"/organise/series/{series.id}/edit").status == 403
    assert client.get("/organise/series/new").status == 403


@pytest.mark.parametrize("id", ["0", "99999999999", "9" * 30])
def test_a_series_that_is_not_there_is_not_found(administrator: Client, id: str) -> None:
    assert administrator.get(f"/organise/series/{id}/edit").status == 404

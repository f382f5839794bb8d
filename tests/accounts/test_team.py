"""Who may do what: teams, administrators, the trail."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from ranevents.accounts import queries, rules, service, trail
from ranevents.accounts.models import Membership, Role, User
from ranevents.core import audit
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event
from ranevents.mailing.models import Message
from tests.accounts.cast import ANOTHER, an_organiser, sign_in
from tests.accounts.test_passwords import link_in
from tests.builders import a_user, an_event
from tests.client import Client


@pytest.fixture
def event(app: Flask) -> Event:
    event = an_event()
    db.session.commit()
    return event


def a_member(event: Event, role: Role, **given: Any) -> User:
    user = a_user(role, event, **given)
    db.session.commit()
    return user


def membership(user: User, event: Event) -> Membership:
    found = queries.membership_of(user, event.id)
    assert found is not None
    return found


def team(event: Event) -> list[tuple[str, Role]]:
    db.session.expire_all()
    return [(member.user.name, member.role) for member in queries.team_of(event.id)]


def mailed() -> list[tuple[str, str]]:
    return [(one.mail, one.to_address) for one in db.session.scalars(db.select(Message).order_by(Message.id))]


def test_an_owner_takes_a_newcomer_into_the_team_who_then_chooses_a_password(app: Flask, event: Event) -> None:
    owner = Client(app, a_member(event, Role.OWNER, name="Anna"))
    address = f"/organise/events/{event.slug}/team"

    page = owner.submit(owner.get(address), email="new@example.org", name="Boris", role="editor")

    assert "Added to the team and told by mail: new@example.org" in page.text
    assert team(event) == [("Anna", Role.OWNER), ("Boris", Role.EDITOR)]
    assert mailed() == [("accounts/invitation", "new@example.org")]

    newcomer = Client(app)
    link = link_in("accounts/invitation")
    newcomer.submit(newcomer.get(link), password=ANOTHER, again=ANOTHER)

    assert sign_in(newcomer, "new@example.org", ANOTHER).status == 303
    assert newcomer.get(link).status == 404
    assert newcomer.get(address).status == 403


def test_an_invitation_is_good_for_seven_days(app: Flask, event: Event, client: Client, moment: Any) -> None:
    with unit_of_work():
        service.invite("new@example.org", "Boris", is_administrator=False, by=SYSTEM)
    link = link_in("accounts/invitation")

    moment.move(days=7)
    assert client.get(link).status == 200
    moment.move(seconds=1)

    assert client.get(link).status == 404


def test_who_has_an_account_is_told_of_the_new_team_and_the_page_is_the_same(app: Flask, event: Event) -> None:
    an_organiser()
    owner = Client(app, a_member(event, Role.OWNER, name="Anna"))
    address = f"/organise/events/{event.slug}/team"

    page = owner.submit(owner.get(address), email="ELENA@example.org", name="Elena", role="desk")

    assert "Added to the team and told by mail: ELENA@example.org" in page.text
    assert team(event) == [("Anna", Role.OWNER), ("Elena", Role.DESK)]
    assert mailed() == [("accounts/joined", "elena@example.org")]


def test_nobody_is_in_the_team_twice_and_what_was_typed_stays(app: Flask, event: Event) -> None:
    an_organiser()
    owner = Client(app, a_member(event, Role.OWNER, name="Anna", email="anna@example.org"))
    address = f"/organise/events/{event.slug}/team"

    page = owner.submit(owner.get(address), email="anna@example.org", name="Anna again", role="desk")

    assert page.status == 422
    assert "This person is in the team already." in page.text
    typed = page.forms[-1]["fields"]
    assert (typed["email"], typed["name"], typed["role"]) == ("anna@example.org", "Anna again", "desk")
    assert team(event) == [("Anna", Role.OWNER)]


def test_a_role_is_changed_and_a_member_removed(app: Flask, event: Event) -> None:
    owner = Client(app, a_member(event, Role.OWNER, name="Anna"))
    boris = a_member(event, Role.READER, name="Boris")
    row = f"/organise/events/{event.slug}/team/{membership(boris, event).id}"

    changed = owner.post(f"{row}/role", role="editor")

    assert "Boris is now: Editor" in changed.text
    assert team(event) == [("Anna", Role.OWNER), ("Boris", Role.EDITOR)]

    owner.post(f"{row}/remove")

    assert team(event) == [("Anna", Role.OWNER)]
    assert Client(app, boris).get(f"/organise/events/{event.slug}/trail").status == 404


@pytest.mark.parametrize("change", [{"path": "role", "role": "editor"}, {"path": "remove"}])
def test_the_last_owner_stays(app: Flask, event: Event, change: dict[str, str]) -> None:
    anna = a_member(event, Role.OWNER, name="Anna")
    a_member(event, Role.OWNER, name="Boris", is_active=False)
    administrator = Client(app, a_user(is_administrator=True))
    db.session.commit()
    row = f"/organise/events/{event.slug}/team/{membership(anna, event).id}"

    page = administrator.post(f"{row}/{change.pop('path')}", **change)

    assert "An event always keeps at least one active owner." in page.text
    assert team(event) == [("Anna", Role.OWNER), ("Boris", Role.OWNER)]


def test_two_owners_cannot_step_down_at_the_same_moment(app: Flask, event: Event) -> None:
    owners = [membership(a_member(event, Role.OWNER), event).id for _ in range(2)]

    def step_down(number: int) -> str:
        with app.app_context(), unit_of_work():
            leaving = db.session.get(Membership, number)
            assert leaving is not None
            try:
                service.remove_member(leaving, by=SYSTEM)
            except rules.LastOwner:
                return "stays"
            return "goes"

    with ThreadPoolExecutor(2) as together:
        outcomes = sorted(together.map(step_down, owners))

    assert outcomes == ["goes", "stays"]
    assert len(team(event)) == 1


def test_a_membership_of_another_event_is_out_of_reach(app: Flask, event: Event) -> None:
    other = an_event()
    boris = a_member(other, Role.OWNER, name="Boris")
    owner = Client(app, a_member(event, Role.OWNER))
    foreign = membership(boris, other).id
    owner.get(f"/organise/events/{event.slug}/team")

    answers = [
        owner.post(f"/organise/events/{event.slug}/team/{number}/remove").status
        for number in (foreign, 0, 2147483647, 10**30)
    ]

    assert answers == [404] * 4
    assert team(other) == [("Boris", Role.OWNER)]


def test_a_role_that_does_not_exist_is_refused(app: Flask, event: Event) -> None:
    owner = Client(app, a_member(event, Role.OWNER))
    boris = a_member(event, Role.READER)

    page = owner.post(f"/organise/events/{event.slug}/team/{membership(boris, event).id}/role", role="emperor")

    assert page.status == 400


@pytest.mark.parametrize(
    ("role", "status"), [(Role.READER, 403), (Role.DESK, 403), (Role.EDITOR, 403), (Role.OWNER, 200)]
)
def test_only_owners_see_team_and_trail(app: Flask, event: Event, role: Role, status: int) -> None:
    client = Client(app, a_member(event, role))

    for page in ("team", "trail"):
        assert client.get(f"/organise/events/{event.slug}/{page}").status == status


def test_the_trail_tells_who_did_what_in_words(app: Flask, event: Event) -> None:
    owner = Client(app, a_member(event, Role.OWNER, name="Anna"))
    boris = a_member(event, Role.READER, name="Boris")
    row = f"/organise/events/{event.slug}/team/{membership(boris, event).id}"
    owner.get(f"/organise/events/{event.slug}/team")
    owner.post(f"{row}/role", role="editor")
    owner.post(f"{row}/remove")
    audit.record(event, "cancel", by=SYSTEM, why="The hall is flooded.")
    audit.record(event, "an_unknown_step", by=audit.PERSON)
    db.session.commit()

    told = [(line.who, line.what, line.why) for line in trail.lines(queries.trail_of(event.id, 1))]
    page = owner.get(f"/organise/events/{event.slug}/trail")

    assert told == [
        ("By personal link or form", f"events {event.id}: an unknown step", ""),
        ("The system", "Event cancelled", "The hall is flooded."),
        ("Anna", "Boris left the team (was Editor)", ""),
        ("Anna", "Boris changed from Reader to Editor", ""),
    ]
    assert "1 March 2018, 11:00 (Sofia time) Anna Boris left the team (was Editor)" in page.text


def test_a_long_trail_is_paged(app: Flask, event: Event) -> None:
    owner = Client(app, a_member(event, Role.OWNER))
    for number in range(120):
        audit.record(event, "edit", by=SYSTEM, why=f"Change {number}.")
    db.session.commit()
    address = f"/organise/events/{event.slug}/trail"

    pages = [owner.get(f"{address}?page={number}").text for number in ("1", "3", "99", "-5", "x", "9" * 40)]

    assert ["Change 119." in page for page in pages] == [True, False, False, True, True, False]
    assert ["Change 0." in page for page in pages] == [False, True, True, False, False, True]


def test_the_memberships_of_an_organiser_are_known_by_event(app: Flask, event: Event) -> None:
    other = an_event()
    user = a_member(event, Role.READER)
    outsider = a_user()

    with unit_of_work():
        service.make_owner(user, other.id, by=user.as_actor)

    assert queries.memberships_of(user) == {event.id: Role.READER, other.id: Role.OWNER}
    assert queries.memberships_of(outsider) == {}
    assert [queries.role_at(user, other.id), queries.role_at(outsider, other.id)] == [Role.OWNER, None]


def test_an_administrator_invites_and_looks_after_organisers(app: Flask) -> None:
    administrator = Client(app, a_user(is_administrator=True, name="Root"))
    db.session.commit()

    page = administrator.submit(administrator.get("/organise/organisers"), email="new@example.org", name="Boris")
    boris = queries.by_email("new@example.org")
    assert boris is not None
    for step in ("invite", "deactivate", "activate", "make-administrator", "unmake-administrator"):
        page = administrator.post(f"/organise/organisers/{boris.id}/{step}")

    assert page.heading == "Organisers"
    assert mailed() == [("accounts/invitation", "new@example.org")] * 2
    assert [entry.step for entry in audit.history(boris)] == [
        "create", "invite", "deactivate", "activate", "make_administrator", "unmake_administrator",
    ]  # fmt: skip
    assert (boris.is_active, boris.is_administrator) == (True, False)


def test_who_deactivates_an_account_is_told_which_events_are_left_without_an_owner(app: Flask) -> None:
    administrator = Client(app, a_user(is_administrator=True))
    alone, shared, left, read = (an_event(title=title) for title in ("Alone", "Shared", "Left before", "Read"))
    anna = a_member(alone, Role.OWNER)
    for event in (shared, left):
        db.session.add(Membership(user_id=anna.id, event_id=event.id, role=Role.OWNER))
    db.session.add(Membership(user_id=anna.id, event_id=read.id, role=Role.READER))
    a_member(alone, Role.EDITOR)
    a_member(shared, Role.OWNER)
    a_member(left, Role.OWNER, is_active=False)
    boris = a_member(shared, Role.READER)

    told = administrator.post(f"/organise/organisers/{anna.id}/deactivate")
    quiet = administrator.post(f"/organise/organisers/{boris.id}/deactivate")

    assert (
        "These events now have no owner who may sign in: Alone; Left before. Name one on each team page." in told.text
    )
    assert "no owner who may sign in" not in quiet.text


def test_an_address_that_has_an_account_is_not_invited_again(app: Flask) -> None:
    administrator = Client(app, a_user(is_administrator=True))
    elena = an_organiser()

    page = administrator.submit(administrator.get("/organise/organisers"), email="Elena@EXAMPLE.org", name="E.")
    again = administrator.post(f"/organise/organisers/{elena.id}/invite")

    assert page.status == 422
    assert "E-mail address: There is an account with this address already." in page.text
    assert "no longer possible" in again.text
    assert mailed() == []


@pytest.mark.parametrize("step", ["deactivate", "unmake-administrator"])
def test_the_last_administrator_stays(app: Flask, step: str) -> None:
    root = a_user(is_administrator=True)
    a_user(is_administrator=True, is_active=False)
    db.session.commit()
    administrator = Client(app, root)
    administrator.get("/organise/organisers")

    page = administrator.post(f"/organise/organisers/{root.id}/{step}")

    assert "At least one active administrator must remain." in page.text
    db.session.refresh(root)
    assert (root.is_active, root.is_administrator) == (True, True)


def test_the_page_of_organisers_is_for_administrators(app: Flask, event: Event) -> None:
    owner = Client(app, a_member(event, Role.OWNER))

    assert owner.get("/organise/organisers").status == 403
    assert owner.post(f"/organise/organisers/{1}/make-administrator").status == 403
    assert Client(app).get("/organise/organisers").heading == "Sign in"

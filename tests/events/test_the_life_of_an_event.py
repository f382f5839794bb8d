"""Publishing, cancelling, finishing and putting away, through the pages of each role."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.accounts.models import Role
from ranevents.core.audit import AuditEntry
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.events.states import LIFE, EventState, EventStep
from ranevents.mailing.models import Message
from ranevents.mailing.states import MessageState
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.client import Client
from tests.conftest import Clock
from tests.statements import count_statements


def state_of(event: Event) -> EventState:
    db.session.rollback()
    db.session.refresh(event)
    return event.state


def trail_of(event: Event) -> list[tuple[str, str]]:
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.record_type == "events").order_by(AuditEntry.id))
    return [(entry.step, entry.why) for entry in entries if entry.record_id == event.id]


def owner_of(app: Flask, event: Event) -> Client:
    owner = builders.a_user(Role.OWNER, event)
    db.session.commit()
    return Client(app, owner)


def test_a_draft_is_published_and_everybody_sees_it(app: Flask, client: Client, moment: Clock) -> None:
    event = builders.an_event(state=EventState.DRAFT)
    owner = owner_of(app, event)

    page = owner.submit(owner.get(f"/organise/events/{event.slug}"))

    assert "The event is published. Everybody can see its page." in page.text
    assert (state_of(event), event.published_at) == (EventState.PUBLISHED, moment.at)
    assert trail_of(event) == [("publish", "")]
    assert client.get(f"/events/{event.slug}").heading == event.title


def test_a_draft_that_lacks_something_is_not_published_and_says_what_it_lacks(app: Flask) -> None:
    event = builders.an_event(state=EventState.DRAFT, venue="", description="", languages=[])
    event.notice.text = ""
    owner = owner_of(app, event)

    page = owner.get(f"/organise/events/{event.slug}")
    owner.post(f"/organise/events/{event.slug}/publish")

    assert "Before this event can be published, it needs: Description Venue Languages Privacy notice" in page.text
    assert f"/organise/events/{event.slug}/publish" not in page.html
    assert state_of(event) is EventState.DRAFT


def test_an_online_event_needs_no_venue(app: Flask) -> None:
    event = builders.an_event(state=EventState.DRAFT, venue="", format="online")
    owner = owner_of(app, event)

    owner.post(f"/organise/events/{event.slug}/publish")

    assert state_of(event) is EventState.PUBLISHED


def test_cancelling_says_how_many_will_be_told_asks_for_the_reason_and_tells_them(app: Flask, client: Client) -> None:
    event = builders.an_event(capacity=2)
    kept = builders.a_registration(event, state=RegistrationState.REJECTED)
    live = [
        builders.a_registration(event),
        builders.a_registration(event, state=RegistrationState.OFFERED),
        builders.a_registration(event, state=RegistrationState.WAITLISTED),
    ]
    owner = owner_of(app, event)

    page = owner.get(f"/organise/events/{event.slug}/cancel")
    empty = owner.submit(page, reason=" \x00 ")
    done = owner.submit(page, reason="A storm.\r\n\r\nWe are sorry.")

    assert "3 people are registered or invited and will be told by mail, with your reason." in page.text
    assert (empty.status, "Please fill this in." in empty.text) == (422, True)
    assert done.heading == event.title
    assert (state_of(event), event.cancellation_reason) == (EventState.CANCELLED, "A storm.\n\nWe are sorry.")
    assert trail_of(event) == [("cancel", "A storm.\n\nWe are sorry.")]
    states = {one.id: one.state for one in db.session.scalars(select(Registration))}
    assert states == {kept.id: RegistrationState.REJECTED} | {one.id: RegistrationState.CANCELLED for one in live}
    assert event.pool.held == 0
    assert db.session.scalars(select(Message.mail)).all() == ["registrations/event_cancelled"] * 3
    assert "This event is cancelled A storm. We are sorry." in client.get(f"/events/{event.slug}").text


def test_one_person_is_one_person_and_nobody_is_nobody(app: Flask) -> None:
    event, empty = builders.an_event(), builders.an_event()
    builders.a_registration(event)
    administrator = builders.a_user(is_administrator=True)
    db.session.commit()
    client = Client(app, administrator)

    assert (
        "1 person is registered or invited and will be told" in client.get(f"/organise/events/{event.slug}/cancel").text
    )
    assert (
        "Nobody is registered or invited, so nobody will be told."
        in client.get(f"/organise/events/{empty.slug}/cancel").text
    )


def test_an_event_is_finished_from_its_last_day_on_as_the_day_begins_at_its_place(app: Flask, moment: Clock) -> None:
    event = builders.an_event(last_on=date(2018, 4, 5))
    owner = owner_of(app, event)
    path = f"/organise/events/{event.slug}"

    moment.at = datetime(2018, 4, 4, 20, 59, 59, tzinfo=UTC)
    early = owner.get(path)
    owner.post(f"{path}/finish")
    before = state_of(event)
    moment.at = datetime(2018, 4, 4, 21, 0, tzinfo=UTC)
    late = owner.get(path)
    owner.post(f"{path}/finish")

    assert (f"{path}/finish" in early.html, f"{path}/finish" in late.html) == (False, True)
    assert (before, state_of(event)) == (EventState.PUBLISHED, EventState.FINISHED)
    assert trail_of(event) == [("finish", "")]


@pytest.mark.parametrize("state", list(EventState))
@pytest.mark.parametrize("step", list(EventStep))
def test_every_step_is_taken_where_the_table_has_it_and_refused_elsewhere(
    app: Flask, moment: Clock, state: EventState, step: EventStep
) -> None:
    event = builders.an_event(state=state, cancellation_reason="Old." if state is EventState.CANCELLED else "")
    owner = owner_of(app, event)
    moment.at = event.begins_at

    fields = {"reason": "A storm."} if step is EventStep.CANCEL else {}
    owner.post(f"/organise/events/{event.slug}/{step}", **fields)

    assert state_of(event) is LIFE.moves.get((state, step), state)
    assert (event.cancellation_reason == "A storm.") is (LIFE.allows(state, step) and step is EventStep.CANCEL)


@pytest.mark.parametrize(
    ("role", "buttons"),
    [(Role.READER, []), (Role.DESK, []), (Role.EDITOR, ["edit"]), (Role.OWNER, ["edit", "cancel", "finish"])],
)
def test_each_role_sees_the_figures_and_the_ways_and_buttons_that_are_its_own(
    app: Flask, moment: Clock, role: Role, buttons: list[str]
) -> None:
    event = builders.an_event(capacity=3)
    builders.a_registration(event)
    user = builders.a_user(role, event)
    db.session.commit()
    moment.at = event.begins_at

    page = Client(app, user).get(f"/organise/events/{event.slug}")

    shown = [one for one in ("edit", "publish", "cancel", "finish", "archive") if f'/{event.slug}/{one}"' in page.html]
    assert (sorted(shown), page.heading) == (sorted(buttons), event.title)
    assert "Places held 1 Capacity 3 Free 2" in page.text
    places = ("registrations", "mails", *(("team", "trail") if role is Role.OWNER else ()))
    listed = ("registrations", "mails", "team", "trail")
    assert tuple(one for one in listed if f'href="/organise/events/{event.slug}/{one}"' in page.html) == places


def test_an_organiser_sees_their_own_events_and_an_administrator_all(app: Flask) -> None:
    mine, other = builders.an_event(title="Mine", capacity=7), builders.an_event(title="Another's")
    builders.a_registration(mine)
    organiser, administrator = builders.a_user(Role.EDITOR, mine), builders.a_user(is_administrator=True)
    nobody = builders.a_user()
    db.session.commit()

    seen = Client(app, organiser).get("/organise")
    all_seen = Client(app, administrator).get("/organise")
    nothing = Client(app, nobody).get("/organise")

    assert "Mine Sofia · Policy and Practice Events 2018 4 April 2018 Published 1 of 7 Editor" in seen.text
    assert "Another's" not in seen.text
    assert 'href="/organise/organisers"' not in seen.html
    assert 'href="/organise/organisers"' in all_seen.html
    assert "Mine" in all_seen.text
    assert other.title in all_seen.text
    assert "You have no event yet." in nothing.text


def test_the_organisers_list_asks_the_same_number_of_questions_for_few_and_for_many_events(app: Flask) -> None:
    administrator = builders.a_user(is_administrator=True)
    db.session.commit()
    client = Client(app, administrator)

    def ask() -> int:
        db.session.remove()
        with count_statements() as sent:
            client.get("/organise")
        return len(sent)

    counts = []
    for _ in range(2):
        for _ in range(8):
            builders.an_event()
        db.session.commit()
        counts.append(ask())

    assert counts[0] == counts[1]


def test_mails_that_could_not_be_delivered_are_told_at_the_events_home(app: Flask) -> None:
    event = builders.an_event()
    quiet = owner_of(app, event).get(f"/organise/events/{event.slug}")
    builders.a_message(event, builders.a_person(), state=MessageState.FAILED)
    db.session.commit()

    told = owner_of(app, event).get(f"/organise/events/{event.slug}")

    assert "could not be delivered" not in quiet.text
    assert "1 mail could not be delivered." in told.text


def test_who_moves_the_last_day_reads_that_data_are_kept_longer_and_the_trail_says_so(app: Flask) -> None:
    event = builders.an_event()
    owner = owner_of(app, event)
    db.session.commit()
    later = event.last_on + timedelta(days=30)
    page = owner.get(f"/organise/events/{event.slug}/edit")

    owner.submit(page, last_on=later.isoformat())
    trail = owner.get(f"/organise/events/{event.slug}/trail?kind=events")

    assert "a later day keeps it longer than they were promised" in page.text
    assert f"Last day moved from {later - timedelta(days=30)} to {later}" in trail.text
    assert "Sections of the form" in trail.html

"""Deeds for many: told before, done through the verb for one, told per name where it can't be done."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from ranevents.accounts.models import User
from ranevents.core import audit
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.mailing import wordings
from ranevents.mailing.models import MailQueue, Message
from ranevents.privacy import erasure_service
from ranevents.registrations.models import Circular, Registration
from ranevents.registrations.states import RegistrationState
from ranevents.registrations.together_jobs import LETTERS_AT_ONCE
from tests.builders import an_event
from tests.client import Client, Page
from tests.conftest import Clock
from tests.queue import work_off
from tests.registrations.journey import mails, registrations, states
from tests.registrations.test_list import named
from tests.statements import count_statements

PENDING, CONFIRMED, WAITLISTED = RegistrationState.PENDING, RegistrationState.CONFIRMED, RegistrationState.WAITLISTED
REJECTED, CANCELLED = RegistrationState.REJECTED, RegistrationState.CANCELLED


def together(event: Event, deed: str) -> str:
    return f"/organise/events/{event.slug}/together/{deed}"


def of_people(event: Event, *wanted: RegistrationState) -> list[int]:
    event.pool.limit = max(event.pool.limit, 2)
    ids = [
        named(event, f"N{number}", state=state, email=f"n{number}@example.org").id
        for number, state in enumerate(wanted)
    ]
    db.session.commit()
    return ids


def ticked(ids: list[int]) -> str:
    return "?which=chosen&" + "&".join(f"id={id}" for id in ids)


def test_many_are_approved_in_the_order_in_which_they_registered(organiser: Client, event: Event) -> None:
    ids = of_people(event, PENDING, PENDING, PENDING, CANCELLED)

    asked = organiser.get(together(event, "approve") + ticked(ids[::-1]))
    done = organiser.submit(asked)

    assert asked.heading == "Approve 3 registrations?"
    assert "2 places are free." in asked.text
    assert "Not possible for 1 registration" in asked.text
    assert states(event) == [CONFIRMED, CONFIRMED, WAITLISTED, CANCELLED]
    assert done.heading == "Approved: 3 registrations"
    assert [mail for _to, mail in mails(event)] == ["confirmation", "confirmation", "waiting_list"]


def test_who_joins_the_waiting_list_together_with_others_reads_the_own_position(
    organiser: Client, event: Event
) -> None:
    ids = of_people(event, CONFIRMED, CONFIRMED, WAITLISTED, PENDING, PENDING)

    organiser.submit(organiser.get(together(event, "approve") + ticked(ids[3:])))

    letters = db.session.scalars(select(Message.text).where(Message.event_id == event.id).order_by(Message.id))
    assert [re.findall(r"You are number (\d+) on the waiting list", letter) for letter in letters] == [["2"], ["3"]]
    assert [one.rank for one in registrations(event)[2:]] == [1, 2, 3]
    assert [entry.step for id in ids[3:] for entry in audit.history(db.session.get_one(Registration, id))] == [
        "park",
        "park",
    ]


def test_many_are_approved_by_as_many_statements_as_few(organiser: Client, event: Event) -> None:
    sent = []
    event.pool.limit = 50
    for number in (4, 12):
        ids = of_people(event, *[PENDING] * number)
        asked = organiser.get(together(event, "approve") + ticked(ids))
        with count_statements() as statements:
            organiser.submit(asked)
        sent.append(len(statements))

    assert sent[0] == sent[1]


def test_asking_changes_nothing(organiser: Client, event: Event) -> None:
    ids = of_people(event, PENDING)

    organiser.get(together(event, "approve") + ticked(ids))
    organiser.get(together(event, "mail") + ticked(ids))

    assert (states(event), mails(event)) == ([PENDING], [])


def test_what_can_no_longer_be_done_is_told_by_name_and_the_rest_is_done(organiser: Client, event: Event) -> None:
    ids = of_people(event, PENDING, PENDING)
    asked = organiser.get(together(event, "approve") + ticked(ids))
    organiser.post(f"/organise/events/{event.slug}/registrations/{ids[0]}/approve")

    done = organiser.submit(asked)

    assert done.heading == "Approved: 1 registration"
    assert "N0, Ana · Confirmed · This is no longer possible" in done.text
    assert states(event) == [CONFIRMED, CONFIRMED]


def test_many_are_rejected_with_one_reason(organiser: Client, editor: User, event: Event) -> None:
    ids = of_people(event, PENDING, CONFIRMED, WAITLISTED)

    organiser.submit(organiser.get(together(event, "reject") + ticked(ids)), reason="We must keep the group balanced.")

    assert states(event) == [REJECTED, CONFIRMED, REJECTED]
    written = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert ["We must keep the group balanced." in message.text for message in written] == [True, True]
    [entry] = audit.history(registrations(event)[0])
    assert (entry.step, entry.actor_id, entry.why) == ("reject", editor.id, "We must keep the group balanced.")


def test_all_that_match_are_taken_and_no_others(organiser: Client, event: Event) -> None:
    of_people(event, PENDING, PENDING, WAITLISTED)

    asked = organiser.get(together(event, "reject") + "?which=all&state=waitlisted")
    organiser.submit(asked)

    assert states(event) == [PENDING, PENDING, REJECTED]


def test_all_of_one_page_are_taken(organiser: Client, event: Event) -> None:
    of_people(event, *[PENDING] * 60)

    asked = organiser.get(together(event, "reject") + "?which=page&page=2")

    assert asked.heading == "Reject 10 registrations?"


def test_nothing_is_decided_about_somebody_who_was_erased(organiser: Client, event: Event, moment: Clock) -> None:
    ids = of_people(event, PENDING, WAITLISTED)
    asked = organiser.get(together(event, "reject") + ticked(ids))
    one = organiser.get(f"/organise/events/{event.slug}/registrations/{ids[0]}/reject")
    moment.move(days=60)
    for registration in registrations(event):
        erasure_service.erase(registration, by=audit.SYSTEM)
    db.session.commit()

    together_done = organiser.submit(asked, reason="Ana wrote to us.")
    one_done = organiser.submit(one, reason="Ana wrote to us.")

    assert together_done.heading == "Rejected: 0 registrations"
    assert one_done.status == 422
    assert states(event) == [PENDING, WAITLISTED]
    assert "Ana wrote" not in repr([entry.why for one in registrations(event) for entry in audit.history(one)])


def test_nobody_ticked_is_told_kindly(organiser: Client, event: Event) -> None:
    of_people(event, PENDING)

    answer = organiser.get(together(event, "approve") + "?which=chosen&state=pending")

    assert "Please tick at least one registration" in answer.text
    assert answer.response.request.query_string == b"state=pending"


@pytest.mark.parametrize("deed", ["approve", "reject", "mail"])
@pytest.mark.parametrize("query", ["", "?id=abc", "?which=", "?which=everybody", "?state=pending"])
def test_nothing_chosen_is_never_everybody(organiser: Client, event: Event, deed: str, query: str) -> None:
    of_people(event, PENDING)

    answer = organiser.get(together(event, deed) + query)

    assert answer.heading == "Registrations"
    assert "Please tick at least one registration, or choose all that match." in answer.text


@pytest.mark.parametrize("query", ["from=2027-99-99", "state=foo", "country=XX", "list=perhaps", "q99=yes"])
def test_all_that_match_is_refused_where_a_filter_was_not_understood(
    organiser: Client, event: Event, query: str
) -> None:
    of_people(event, PENDING)
    listed = organiser.get(f"/organise/events/{event.slug}/registrations?{query}")

    answer = organiser.get(together(event, "reject") + f"?which=all&{query}")

    name, _, value = query.partition("=")
    kept = next(form["fields"] for form in listed.forms if "which" in form["fields"])
    assert f"Not understood in the address of this page, and left out: {query}" in listed.text
    assert kept[name] == value
    assert answer.heading == "Registrations"
    assert "A filter was not understood, so nobody was chosen." in answer.text


def test_foreign_registrations_are_left_out(organiser: Client, event: Event) -> None:
    elsewhere = an_event()
    foreign = of_people(elsewhere, PENDING)
    own = of_people(event, PENDING)
    asked = organiser.get(together(event, "approve") + ticked(own))

    organiser.submit(asked, ids=f"{own[0]},{foreign[0]},x,99999999999")

    assert (states(event), states(elsewhere)) == ([CONFIRMED], [PENDING])


def test_more_than_a_thousand_are_not_done_at_once(
    organiser: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_people(event, *[PENDING] * 4)
    monkeypatch.setattr("ranevents.registrations.together_views.MOST_AT_ONCE", 3)

    asked = organiser.get(together(event, "reject") + "?which=all")

    assert "4 registrations match. At most 3 can be done at once: these are the first that registered." in asked.text
    assert asked.heading == "Reject 3 registrations?"


def test_a_reader_does_nothing_to_many(reader: Client, event: Event) -> None:
    of_people(event, PENDING)

    page = reader.get(f"/organise/events/{event.slug}/registrations")

    assert 'type="checkbox" name="id"' not in page.html
    assert reader.get(together(event, "approve")).status == 403


def write(organiser: Client, event: Event, query: str, **fields: str) -> Page:
    """Write a mail and look at it; the page with the button that sends it."""
    words = {"subject": "The programme", "text": "It is here:\n\nhttps://example.org/p?a=1&b=2 <b>bold</b>", **fields}
    return organiser.submit(organiser.get(together(event, "mail") + query), deed="look", **words)


def circular_letters() -> list[Message]:
    db.session.rollback()
    return list(
        db.session.scalars(select(Message).where(Message.mail == "registrations/circular").order_by(Message.id))
    )


def test_a_mail_to_many_goes_to_each_in_their_own_frame(organiser: Client, event: Event) -> None:
    ids = of_people(event, CONFIRMED, WAITLISTED, PENDING)

    preview = write(organiser, event, ticked(ids[:2]))
    sent = organiser.submit(preview, deed="send")

    letters = circular_letters()
    assert "Send it to 2 people" in preview.text
    assert "Your mail is on its way to 2 people." in sent.text
    assert [(one.to_address, one.subject, one.queue, one.reply_to) for one in letters] == [
        ("n0@example.org", "The programme", MailQueue.BULK, event.contact_address),
        ("n1@example.org", "The programme", MailQueue.BULK, event.contact_address),
    ]
    assert "Dear Ana N0,\n\nIt is here:\n\nhttps://example.org/p?a=1&b=2 <b>bold</b>" in letters[0].text
    assert '<a href="https://example.org/p?a=1&amp;b=2"' in letters[0].html
    assert "&lt;b&gt;bold&lt;/b&gt;" in letters[0].html
    assert len(letters[0].links) == 1


def test_a_double_press_is_one_mail(organiser: Client, event: Event) -> None:
    ids = of_people(event, CONFIRMED)
    preview = write(organiser, event, ticked(ids))

    organiser.submit(preview, deed="send")
    organiser.submit(preview, deed="send")

    assert len(circular_letters()) == 1
    assert db.session.scalar(select(func.count()).select_from(Circular)) == 1


def test_a_mail_that_was_changed_after_it_was_sent_is_not_passed_over(organiser: Client, event: Event) -> None:
    preview = write(organiser, event, ticked(of_people(event, CONFIRMED)))
    organiser.submit(preview, deed="send")

    told = organiser.submit(preview, deed="send", subject="The programme, corrected")
    before = [one.subject for one in circular_letters()]
    done = organiser.submit(told, deed="send")

    assert (told.status, before) == (422, ["The programme"])
    assert "You have sent this mail before, and what you changed since was sent to nobody." in told.text
    assert "Your mail is on its way to 1 person." in done.text
    assert [one.subject for one in circular_letters()] == ["The programme", "The programme, corrected"]


def test_a_test_copy_goes_to_oneself_only_and_holds_nobodys_link(organiser: Client, editor: User, event: Event) -> None:
    ids = of_people(event, CONFIRMED)

    page = organiser.submit(write(organiser, event, ticked(ids)), deed="copy")

    [copy] = circular_letters()
    assert f"A copy is on its way to {editor.email}." in page.text
    assert (copy.to_address, copy.user_id, copy.person_id, copy.links) == (editor.email, editor.id, None, {})
    assert "Dear Elena Editor," in copy.text
    assert page.forms[-1]["fields"]["text"].startswith("It is here:")


def test_a_circular_is_written_down_without_naming_anybody(organiser: Client, editor: User, event: Event) -> None:
    ids = of_people(event, CONFIRMED)

    page = organiser.submit(write(organiser, event, ticked(ids)), deed="send")

    circular = db.session.scalars(select(Circular)).one()
    [entry] = audit.history(circular)
    assert (circular.subject, circular.sent_by, circular.recipients) == ("The programme", "Elena Editor", 1)
    assert (entry.step, entry.event_id, entry.details) == ("send", event.id, {"recipients": "1"})
    assert "Elena Editor · to 1 person" in page.text


def test_a_long_list_is_written_by_a_job_that_knows_ids_only(
    app: Flask, organiser: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_people(event, *[PENDING] * 60)

    organiser.submit(write(organiser, event, "?which=all"), deed="send")
    before = len(circular_letters())
    arguments = db.session.execute(text("SELECT string_agg(args::text, '') FROM procrastinate_jobs")).scalar_one()
    work_off(app, monkeypatch, "registrations")

    assert before == 0
    assert not re.search(r"[a-z]+@|Ana", arguments)
    assert len(circular_letters()) == 60


def test_a_job_that_breaks_half_way_writes_to_nobody_twice(
    app: Flask, organiser: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_people(event, *[PENDING] * 60)
    organiser.submit(write(organiser, event, "?which=all"), deed="send")
    circular = db.session.scalars(select(Circular)).one()
    ids = [one.id for one in registrations(event)]
    render, rendered = wordings.render, []

    def breaks(*told: object) -> wordings.Wording:
        rendered.append(told)
        if len(rendered) == LETTERS_AT_ONCE + 5:
            raise OSError("the machine is gone")
        return render(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(wordings, "render", breaks)
    with pytest.raises(OSError, match="gone"):
        work_off(app, monkeypatch, "registrations")
    half = len(circular_letters())
    from ranevents.registrations.together_jobs import write as job

    job.func(circular_id=circular.id, ids=ids)

    addresses = [one.to_address for one in circular_letters()]
    assert half == LETTERS_AT_ONCE
    assert (len(addresses), len(set(addresses))) == (60, 60)

"""The organiser sees, finds and decides."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from ranevents.accounts.models import Role, User
from ranevents.core import audit
from ranevents.core.db import db
from ranevents.events.models import Event
from ranevents.registrations import queries
from ranevents.registrations.states import RegistrationState
from tests.builders import a_person, a_registration, a_user, an_event
from tests.client import Client
from tests.conftest import Clock
from tests.registrations.journey import last_mail, mails, registrations, states

CONFIRMED, WAITLISTED, PENDING = RegistrationState.CONFIRMED, RegistrationState.WAITLISTED, RegistrationState.PENDING
REJECTED, CANCELLED, OFFERED = RegistrationState.REJECTED, RegistrationState.CANCELLED, RegistrationState.OFFERED


def pages(event: Event) -> str:
    return f"/organise/events/{event.slug}/registrations"


def with_registrations(event: Event, *wanted: RegistrationState) -> list[int]:
    ids = [a_registration(event, state=state).id for state in wanted]
    db.session.commit()
    return ids


def test_approving_gives_the_place(organiser: Client, editor: User, event: Event) -> None:
    [id] = with_registrations(event, PENDING)

    page = organiser.post(f"{pages(event)}/{id}/approve")

    assert "Мария Петрова: Confirmed." in page.text
    assert states(event) == [CONFIRMED]
    assert mails(event)[-1][1] == "confirmation"
    [entry] = audit.history(registrations(event)[0])
    assert (entry.step, entry.actor_label, entry.actor_id) == ("confirm", "Elena Editor", editor.id)


def test_approving_without_a_free_place_gives_a_rank(organiser: Client, event: Event) -> None:
    *_, id = with_registrations(event, CONFIRMED, CONFIRMED, PENDING)

    organiser.post(f"{pages(event)}/{id}/approve")

    assert states(event) == [CONFIRMED, CONFIRMED, WAITLISTED]


def test_approving_twice_is_refused_plainly(organiser: Client, event: Event) -> None:
    [id] = with_registrations(event, PENDING)
    organiser.post(f"{pages(event)}/{id}/approve")

    again = organiser.post(f"{pages(event)}/{id}/approve")

    assert "This is no longer possible" in again.text
    assert len(mails(event)) == 1


@pytest.mark.parametrize("state", [PENDING, WAITLISTED])
def test_rejecting_tells_the_reason(organiser: Client, event: Event, state: RegistrationState) -> None:
    [id] = with_registrations(event, state)

    organiser.submit(organiser.get(f"{pages(event)}/{id}/reject"), reason="We must keep the group balanced.")

    assert states(event) == [REJECTED]
    assert "The organiser writes: We must keep the group balanced." in last_mail(event).text
    assert audit.history(registrations(event)[0])[0].why == "We must keep the group balanced."


def test_cancelling_offers_the_place_to_the_next(organiser: Client, event: Event) -> None:
    id, *_ = with_registrations(event, CONFIRMED, CONFIRMED, WAITLISTED)

    organiser.submit(organiser.get(f"{pages(event)}/{id}/cancel"))

    assert states(event) == [CANCELLED, CONFIRMED, OFFERED]


def test_a_confirmed_registration_cannot_be_rejected(organiser: Client, event: Event) -> None:
    [id] = with_registrations(event, CONFIRMED)

    asked = organiser.get(f"{pages(event)}/{id}/reject")
    sent = organiser.post(f"{pages(event)}/{id}/reject", reason="")

    assert ["This is no longer possible" in one.text for one in (asked, sent)] == [True, True]
    assert (asked.heading, states(event)) == ("Мария Петрова", [CONFIRMED])


@pytest.mark.parametrize(
    "typed", ["Dordevic", "Đorđević", "Ђорђевић", "djordj", "Jovan Đor", "ministry", "JOVAN@example"]
)
def test_a_person_is_found_in_any_spelling(organiser: Client, event: Event, typed: str) -> None:
    jovan = a_person(
        given_name="Јован",
        family_name="Ђорђевић",
        latin_given_name="Jovan",
        latin_family_name="Đorđević",
        organisation="Ministry of Justice",
        email="jovan@example.org",
    )
    a_registration(event, jovan)
    a_registration(event)
    db.session.commit()

    page = organiser.get(f"{pages(event)}?search={typed}")

    assert "Đorđević, Jovan" in page.text
    assert "Petrova" not in page.text


def test_a_registration_is_found_by_its_reference(organiser: Client, event: Event) -> None:
    with_registrations(event, CONFIRMED, CONFIRMED)

    page = organiser.get(f"{pages(event)}?search={registrations(event)[1].reference.lower()}")

    assert "1 registration" in page.text


def test_a_search_that_finds_nobody_says_so(organiser: Client, event: Event) -> None:
    with_registrations(event, CONFIRMED)

    page = organiser.get(f"{pages(event)}?search=nobody+'|!&page=999999999999999999999&state=nonsense")

    assert page.status == 200
    assert "Nobody was found." in page.text


def test_the_list_shows_one_state_and_who_waits_by_rank(organiser: Client, event: Event) -> None:
    first = a_registration(event, a_person(latin_family_name="Zelenko"), state=WAITLISTED)
    second = a_registration(event, a_person(latin_family_name="Albrecht"), state=WAITLISTED)
    a_registration(event, a_person(latin_family_name="Novak"))
    db.session.commit()

    page = organiser.get(f"{pages(event)}?state=waitlisted")

    assert first.rank is not None
    assert second.rank is not None
    assert page.text.index("Zelenko") < page.text.index("Albrecht")
    assert "Novak" not in page.text


def test_the_page_of_one_shows_history_consents_and_mails(organiser: Client, event: Event) -> None:
    [id] = with_registrations(event, PENDING)
    organiser.post(f"{pages(event)}/{id}/approve")

    page = organiser.get(f"{pages(event)}/{id}")

    assert f"Registration {registrations(event)[0].reference} confirmed · Elena Editor" in page.text
    assert f"You have a place: {event.title}" in page.text


def test_a_reader_sees_no_special_data_and_no_buttons(reader: Client, event: Event) -> None:
    a_registration(event, diet="no pork please", access_needs="wheelchair user")
    db.session.commit()

    page = reader.get(f"{pages(event)}/{registrations(event)[0].id}")

    assert not [secret for secret in ("no pork please", "wheelchair user", "Reject", "Cancel …") if secret in page.html]


def test_a_foreign_registration_is_a_404(app: Flask, organiser: Client, event: Event) -> None:
    elsewhere = an_event()
    [id] = with_registrations(elsewhere, PENDING)

    answers = [
        organiser.get(f"{pages(event)}/{id}").status,
        organiser.post(f"{pages(event)}/{id}/approve").status,
        organiser.get(f"{pages(elsewhere)}/{id}").status,
    ]

    assert answers == [404, 404, 404]
    assert states(elsewhere) == [PENDING]


def test_a_name_that_looks_like_markup_is_only_a_name(app: Flask, organiser: Client, event: Event) -> None:
    a_registration(event, a_person(given_name="<script>alert(1)</script>", latin_family_name="{{ 7*7 }}"))
    db.session.commit()

    page = organiser.get(pages(event))

    assert "<script>alert" not in page.html
    assert "49" not in page.text.split()


def test_a_desk_may_look_but_not_decide(app: Flask, event: Event) -> None:
    user = a_user(Role.DESK, event)
    [id] = with_registrations(event, PENDING)
    desk = Client(app, user)

    assert desk.get(f"{pages(event)}/{id}").status == 200
    assert desk.post(f"{pages(event)}/{id}/approve").status == 403
    assert states(event) == [PENDING]


def test_nothing_is_approved_once_the_event_is_over(organiser: Client, event: Event, moment: Clock) -> None:
    [id] = with_registrations(event, PENDING)
    moment.at = datetime(2018, 4, 5, tzinfo=UTC)

    answer = organiser.post(f"{pages(event)}/{id}/approve")

    assert "The event is over" in answer.text
    assert (states(event), mails(event)) == ([PENDING], [])


def test_a_reason_that_was_typed_is_kept_when_somebody_else_was_faster(organiser: Client, event: Event) -> None:
    [id] = with_registrations(event, PENDING)
    asked = organiser.get(f"{pages(event)}/{id}/reject")
    organiser.post(f"{pages(event)}/{id}/approve")

    answer = organiser.submit(asked, reason="We must keep the group balanced.")

    assert answer.status == 422
    assert "This is no longer possible" in answer.text
    assert answer.forms[-1]["fields"]["reason"] == "We must keep the group balanced."
    assert states(event) == [CONFIRMED]


def test_an_editor_corrects_what_somebody_sent_in(organiser: Client, editor: User, event: Event) -> None:
    [id] = with_registrations(event, CONFIRMED)

    page = organiser.submit(organiser.get(f"{pages(event)}/{id}/change"), position="Mayor", diet="vegan")

    [registration] = registrations(event)
    assert (page.heading, "The changes are saved." in page.text) == ("Мария Петрова", True)
    assert (registration.person.position, registration.diet) == ("Mayor", "vegan")
    [entry] = audit.history(registration)
    assert (entry.step, entry.details, entry.actor_id) == ("change", {"fields": "position, diet"}, editor.id)


def test_a_corrected_address_gets_the_link_anew_and_the_old_one_is_told(organiser: Client, event: Event) -> None:
    old = a_registration(event, a_person(email="maria@example.org"), state=CONFIRMED)
    db.session.commit()

    organiser.submit(organiser.get(f"{pages(event)}/{old.id}/change"), email="petrova@example.org")

    assert mails(event) == [("maria@example.org", "address_changed"), ("petrova@example.org", "link")]


def test_an_editor_cannot_change_a_consent(organiser: Client, event: Event) -> None:
    [id] = with_registrations(event, CONFIRMED)
    [registration] = registrations(event)
    registration.is_on_shared_list = True
    db.session.commit()
    asked = organiser.get(f"{pages(event)}/{id}/change")

    organiser.submit(asked, position="Mayor", allows_photographs="y")

    [registration] = registrations(event)
    assert "is_on_shared_list" not in asked.html
    assert (registration.person.position, registration.is_on_shared_list) == ("Mayor", True)
    assert not registration.allows_photographs
    assert queries.consents(registration) == []


def test_a_correction_with_an_error_keeps_what_was_entered(organiser: Client, event: Event) -> None:
    [id] = with_registrations(event, CONFIRMED)

    answer = organiser.submit(organiser.get(f"{pages(event)}/{id}/change"), email="nonsense", position="Mayor")

    assert answer.status == 422
    assert answer.forms[-1]["fields"]["position"] == "Mayor"
    assert registrations(event)[0].person.position == "Social worker"


@pytest.mark.parametrize("state", [CANCELLED, REJECTED])
def test_what_is_no_longer_live_is_not_corrected(organiser: Client, event: Event, state: RegistrationState) -> None:
    [id] = with_registrations(event, state)

    asked = organiser.get(f"{pages(event)}/{id}/change")
    sent = organiser.post(f"{pages(event)}/{id}/change", position="Mayor")

    assert (asked.heading, "This is no longer possible" in asked.text) == ("Мария Петрова", True)
    assert sent.status in (409, 422)
    assert registrations(event)[0].person.position == "Social worker"


def test_the_pages_of_an_event_stand_beside_each_other(organiser: Client, event: Event) -> None:
    [id] = with_registrations(event, PENDING)
    home = f"/organise/events/{event.slug}"

    shown = {path: organiser.get(home + path).html for path in ("/registrations", f"/registrations/{id}", "/mails")}

    assert f'href="{home}/registrations" aria-current="page"' in shown["/registrations"]
    assert f'href="{home}/registrations" aria-current="true"' in shown[f"/registrations/{id}"]
    assert f'href="{home}/mails" aria-current="page"' in shown["/mails"]
    assert all(f'href="{home}/{page}"' in shown["/mails"] for page in ("overview", "questions", "privacy"))
    assert f'href="{home}/trail"' not in shown["/mails"]

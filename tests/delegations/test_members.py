"""Members of a delegation: named within the quota, wished for beyond it, replaced in one step."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core import clock, tokens
from ranevents.core.audit import PERSON, SYSTEM, Actor, ActorKind
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.delegations import casting_service, member_service, queries, service, set_up_service
from ranevents.delegations import refusal_service as refusal
from ranevents.delegations.check import differences
from ranevents.delegations.models import Nomination
from ranevents.delegations.models import StandardCapacity as Standard
from ranevents.delegations.set_up_service import Size
from ranevents.delegations.states import DelegationState, NominationState
from ranevents.events.models import Event
from ranevents.mailing.models import Message
from ranevents.registrations import check as books
from ranevents.registrations import named_service
from ranevents.registrations import service as registering
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.conftest import Clock
from tests.delegations.builders import (
    DEADLINE,
    a_capacity,
    a_delegation,
    a_focal_point,
    a_nomination,
    particulars,
    rules_for,
)

ORGANISER = Actor(ActorKind.ORGANISER, "Elena Editor", 1)


@pytest.fixture
def event(app: Flask) -> Event:
    return builders.an_event()


def of(nomination: Nomination) -> Registration:
    assert nomination.registration is not None
    return nomination.registration


def mails_to(address: str) -> list[str]:
    found = db.session.scalars(select(Message).where(Message.to_address == address).order_by(Message.id))
    return [message.mail for message in found]


def agree() -> None:
    db.session.commit()
    assert differences() == []
    db.session.rollback()
    assert books.differences(clock.now()) == []


def test_whoever_is_named_has_a_place_in_the_event_and_in_the_delegation(event: Event) -> None:
    delegation = a_delegation(event)

    nomination = a_nomination(delegation)

    assert of(nomination).state is RegistrationState.CONFIRMED
    assert of(nomination).awaits_person
    assert (event.pool.held, delegation.pool.held) == (1, 1)
    assert delegation.state is DelegationState.NOMINATING
    assert mails_to("kolev@example.org") == ["registrations/confirmation"]
    agree()


def test_a_full_delegation_takes_nobody_more_and_says_so(event: Event) -> None:
    delegation = a_delegation(event, limit=1)
    a_nomination(delegation)

    with pytest.raises(refusal.QuotaFull, match="taken: 1"):
        a_nomination(delegation, "Petrov")


def test_a_quota_per_capacity_counts_too(event: Event) -> None:
    delegation = a_delegation(event, per_capacity={Standard.ADVISER: 1})
    a_nomination(delegation, "Kolev", Standard.ADVISER)

    with pytest.raises(refusal.QuotaFull, match="Adviser"):
        a_nomination(delegation, "Petrov", Standard.ADVISER)
    a_nomination(delegation, "Petrov", Standard.PRACTITIONER)

    agree()


def test_a_wish_beyond_the_quota_waits_until_the_organiser_grants_it(event: Event) -> None:
    delegation = a_delegation(event, limit=1)
    focal_point = a_focal_point(delegation)
    a_nomination(delegation)

    wish = a_nomination(delegation, "Petrov", plea="She leads the programme.")
    assert (wish.state, wish.registration) == (NominationState.WAITING, None)
    assert mails_to("petrov@example.org") == []
    member_service.grant(wish, by=ORGANISER)

    assert of(wish).state is RegistrationState.CONFIRMED
    assert (delegation.limit, delegation.pool.held, event.pool.held) == (2, 2, 2)
    assert mails_to(focal_point.person.email) == ["delegations/asked", "delegations/notice"]
    agree()


def test_a_wish_that_is_refused_has_no_place(event: Event) -> None:
    delegation = a_delegation(event, limit=1)
    a_nomination(delegation)
    wish = a_nomination(delegation, "Petrov", plea="She leads the programme.")

    member_service.refuse(wish, by=ORGANISER, reason="The room is small.")

    assert wish.state is NominationState.REFUSED
    assert (delegation.limit, delegation.pool.held) == (1, 1)
    with pytest.raises(Refused):
        member_service.grant(wish, by=ORGANISER)


def test_a_wish_can_be_taken_up_when_a_member_has_left(event: Event) -> None:
    delegation = a_delegation(event, limit=1)
    first = a_nomination(delegation)
    wish = a_nomination(delegation, "Petrov", plea="She leads the programme.")
    with pytest.raises(refusal.QuotaFull):
        member_service.take_up(wish, by=PERSON)

    member_service.withdraw(first, by=PERSON)
    member_service.take_up(wish, by=PERSON)

    assert of(wish).state is RegistrationState.CONFIRMED
    assert delegation.limit == 1
    agree()


def test_whom_somebody_else_has_registered_waits_for_the_organiser_and_the_focal_point_learns_nothing(
    event: Event,
) -> None:
    delegation, other = a_delegation(event), a_delegation(event, country="FR")
    a_nomination(other)

    nomination = a_nomination(delegation)

    assert (nomination.state, nomination.is_known) == (NominationState.WAITING, True)
    assert delegation.pool.held == 0
    with pytest.raises(member_service.StillKnown):
        member_service.grant(nomination, by=ORGANISER)


def test_the_same_person_is_named_once(event: Event) -> None:
    delegation = a_delegation(event)
    a_nomination(delegation)

    with pytest.raises(refusal.NamedBefore):
        a_nomination(delegation)


def test_one_address_serves_a_minister_and_the_secretariat(event: Event) -> None:
    delegation = a_delegation(event)
    for family_name in ("Minister", "Secretary"):
        named = member_service.Named(
            particulars(family_name, email="office@example.org"), a_capacity(event, Standard.POLICY_MAKER)
        )
        member_service.name(delegation, named, submission_id=tokens.secret(), by=PERSON)

    assert delegation.pool.held == 2
    agree()


def test_who_is_asked_to_fill_in_the_form_has_a_place_kept_until_the_date(event: Event, moment: Clock) -> None:
    delegation = a_delegation(event)
    until = moment.at + timedelta(days=5)

    nomination = a_nomination(delegation, asked_until=until)

    assert of(nomination).state is RegistrationState.OFFERED
    assert of(nomination).offered_until == until
    assert delegation.pool.held == 1
    assert mails_to("kolev@example.org") == ["registrations/asked"]
    agree()


def test_whoever_fills_in_the_form_has_the_place(event: Event, moment: Clock) -> None:
    nomination = a_nomination(a_delegation(event), asked_until=moment.at + timedelta(days=5))
    answers = registering.Answers(particulars(), "vegetarian", "", True, False)
    with pytest.raises(registering.NotCompleted):
        registering.accept(of(nomination), by=PERSON)

    named_service.complete(of(nomination), answers, by=PERSON)

    assert of(nomination).state is RegistrationState.CONFIRMED
    assert not of(nomination).awaits_person
    assert of(nomination).is_on_shared_list
    agree()


def test_whoever_declines_makes_room_and_the_focal_point_is_told(event: Event, moment: Clock) -> None:
    delegation = a_delegation(event, limit=1)
    focal_point = a_focal_point(delegation)
    nomination = a_nomination(delegation, asked_until=moment.at + timedelta(days=5))

    registering.decline(of(nomination), by=PERSON)
    a_nomination(delegation, "Petrov")

    assert "delegations/notice" in mails_to(focal_point.person.email)
    assert delegation.pool.held == 1
    agree()


def test_where_the_event_asks_for_approval_the_whole_delegation_is_approved_at_once(app: Flask) -> None:
    event = builders.an_event(needs_approval=True)
    delegation = a_delegation(event)
    nominations = [a_nomination(delegation, name) for name in ("Kolev", "Petrov")]
    assert delegation.pool.held == 0

    service.submit(delegation, by=PERSON)
    service.confirm(delegation, by=ORGANISER)

    assert [of(one).state for one in nominations] == [RegistrationState.CONFIRMED] * 2
    assert delegation.pool.held == 2
    agree()


def test_at_a_full_event_a_member_waits_and_is_offered_a_place_in_order(app: Flask) -> None:
    event = builders.an_event(capacity=1)
    delegation = a_delegation(event)
    first, second = a_nomination(delegation), a_nomination(delegation, "Petrov")
    assert of(second).state is RegistrationState.WAITLISTED

    member_service.withdraw(first, by=PERSON)

    assert of(second).state is RegistrationState.OFFERED
    assert (event.pool.held, delegation.pool.held) == (1, 1)
    agree()


def test_a_member_is_replaced_in_one_step(event: Event, moment: Clock) -> None:
    delegation = a_delegation(event, per_capacity={Standard.ADVISER: 1})
    old = a_nomination(delegation, "Kolev", Standard.ADVISER)
    of(old).diet = "vegetarian"

    new = member_service.replace(old, particulars("Petrov"), submission_id=tokens.secret(), by=PERSON)

    assert (of(old).state, of(new).state) == (RegistrationState.CANCELLED, RegistrationState.CONFIRMED)
    assert of(new).replaces is of(old)
    assert (new.capacity, new.position) == (old.capacity, old.position)
    assert (of(new).diet, of(new).uid == of(old).uid) == ("", False)
    assert (event.pool.held, delegation.pool.held, delegation.quotas[1].pool.held) == (1, 1, 1)
    assert mails_to("kolev@example.org")[-1] == "registrations/replaced"
    assert mails_to("petrov@example.org") == ["registrations/confirmation"]
    agree()


def test_a_member_is_replaced_the_evening_before_but_nobody_is_added(event: Event, moment: Clock) -> None:
    delegation = a_delegation(event)
    nomination = a_nomination(delegation)
    moment.at = event.begins_at - timedelta(hours=6)

    with pytest.raises(refusal.DeadlinePassed):
        a_nomination(delegation, "Stoyanov")
    replaced = member_service.replace(nomination, particulars("Petrov"), submission_id=tokens.secret(), by=PERSON)

    assert of(replaced).state is RegistrationState.CONFIRMED


def test_an_event_may_want_to_be_asked_before_anybody_is_replaced_late(event: Event, moment: Clock) -> None:
    rules_for(event, replaces_late=False)
    nomination = a_nomination(a_delegation(event))
    moment.at = DEADLINE

    with pytest.raises(refusal.DeadlinePassed):
        member_service.replace(nomination, particulars("Petrov"), submission_id=tokens.secret(), by=PERSON)


def test_whoever_waits_passes_on_the_rank(app: Flask) -> None:
    event = builders.an_event(capacity=1)
    delegation = a_delegation(event)
    a_nomination(delegation, "First")
    waiting = a_nomination(delegation, "Kolev")
    rank = of(waiting).rank

    new = member_service.replace(waiting, particulars("Petrov"), submission_id=tokens.secret(), by=PERSON)

    assert (of(new).state, of(new).rank) == (RegistrationState.WAITLISTED, rank)
    agree()


def test_the_same_form_sent_twice_names_one_person(event: Event) -> None:
    delegation, form = a_delegation(event), tokens.secret()
    named = member_service.Named(particulars(), a_capacity(event))

    first = member_service.name(delegation, named, submission_id=form, by=PERSON)
    again = member_service.name(delegation, named, submission_id=form, by=PERSON)

    assert again is first
    assert delegation.pool.held == 1


def test_one_member_is_the_head_and_passing_it_on_swaps_capacities(event: Event) -> None:
    delegation = a_delegation(event, per_capacity={Standard.POLICY_MAKER: 1})
    head = a_capacity(event, Standard.HEAD)
    first = a_nomination(delegation, "Kolev", Standard.HEAD)
    second = a_nomination(delegation, "Petrov", Standard.POLICY_MAKER)
    with pytest.raises(refusal.QuotaFull):
        a_nomination(delegation, "Stoyanov", Standard.HEAD)

    casting_service.choose_head(second, head, by=PERSON)

    assert (first.capacity.standard, second.capacity.standard) == (Standard.POLICY_MAKER, Standard.HEAD)
    agree()


def test_members_stand_in_the_order_that_the_focal_point_gives_them(event: Event) -> None:
    delegation = a_delegation(event)
    for name in ("Kolev", "Petrov", "Stoyanov"):
        a_nomination(delegation, name)

    casting_service.move(queries.members(delegation)[2], down=False, by=PERSON)

    assert [one.person.family_name for one in queries.members(delegation)] == ["Kolev", "Stoyanov", "Petrov"]


def test_a_quota_never_becomes_smaller_than_what_stands(event: Event) -> None:
    delegation = a_delegation(event)
    a_nomination(delegation)
    a_nomination(delegation, "Petrov")

    with pytest.raises(refusal.TooSmall, match="2 members"):
        set_up_service.resize(delegation, Size(1, {}), by=ORGANISER)


def test_a_quota_for_a_capacity_that_comes_later_counts_those_who_have_it(event: Event) -> None:
    delegation, adviser = a_delegation(event), a_capacity(event, Standard.ADVISER)
    a_nomination(delegation, "Kolev", Standard.ADVISER)

    set_up_service.resize(delegation, Size(3, {adviser.id: 1}), by=ORGANISER)
    agree()
    with pytest.raises(refusal.QuotaFull):
        a_nomination(delegation, "Petrov", Standard.ADVISER)
    db.session.rollback()
    set_up_service.resize(delegation, Size(3, {}), by=ORGANISER)
    a_nomination(delegation, "Petrov", Standard.ADVISER)

    agree()


def test_a_country_that_withdraws_frees_every_place_and_tells_every_member(event: Event) -> None:
    delegation = a_delegation(event)
    for name in ("Kolev", "Petrov"):
        a_nomination(delegation, name)

    service.withdraw(delegation, by=PERSON, reason="No budget.")

    assert (event.pool.held, delegation.pool.held) == (0, 0)
    assert mails_to("petrov@example.org")[-1] == "registrations/cancellation"
    agree()
    service.resume(delegation, by=ORGANISER)
    a_nomination(delegation, "Stoyanov")
    agree()


def test_who_was_here_themselves_is_corrected_by_nobody_else(event: Event) -> None:
    nomination = a_nomination(a_delegation(event))
    member_service.correct(nomination, particulars("Koleva"), by=PERSON)
    assert nomination.person.family_name == "Koleva"

    answers = registering.Answers(particulars("Koleva"), "", "", False, False)
    named_service.complete(of(nomination), answers, by=PERSON)

    with pytest.raises(Refused):
        member_service.correct(nomination, particulars("Thief"), by=PERSON)


def test_after_the_event_nothing_can_be_changed(event: Event, moment: Clock) -> None:
    nomination = a_nomination(a_delegation(event))
    moment.at = event.ends_at

    for verb in (
        lambda: member_service.withdraw(nomination, by=ORGANISER),
        lambda: member_service.replace(nomination, particulars("P"), submission_id=tokens.secret(), by=ORGANISER),
        lambda: a_nomination(nomination.delegation, "Petrov"),
    ):
        with pytest.raises(DomainError):
            verb()


def test_a_dismissed_focal_points_link_is_dead(event: Event) -> None:
    focal_point = a_focal_point(a_delegation(event))
    link = focal_point.link
    assert queries.link_opens(link, at=clock.now())

    set_up_service.dismiss(focal_point, by=ORGANISER)

    assert not queries.link_opens(link, at=clock.now())
    assert mails_to(focal_point.person.email)[-1] == "delegations/notice"


def test_focal_points_are_reminded_once_for_each_occasion_and_only_while_they_are_awaited(event: Event) -> None:
    delegation = a_delegation(event)
    focal_point = a_focal_point(delegation)

    reminded = [set_up_service.remind(focal_point, occasion=one, by=SYSTEM) for one in ("rule:3", "rule:3", "rule:1")]
    a_nomination(delegation)
    service.submit(delegation, by=PERSON)

    assert reminded == [True, False, True]
    assert not set_up_service.remind(focal_point, occasion="rule:0", by=SYSTEM)


def test_a_focal_point_never_learns_that_somebody_is_registered_elsewhere(event: Event) -> None:
    delegation, other = a_delegation(event, limit=1), a_delegation(event, country="FR")
    first = a_nomination(delegation)
    wish = a_nomination(delegation, "Petrov", plea="She leads the programme.")
    for name in ("Petrov", "Stoyanov"):
        a_nomination(other, name)

    with pytest.raises(member_service.NotReplaced):
        member_service.replace(first, particulars("Stoyanov"), submission_id=tokens.secret(), by=PERSON)
    with pytest.raises(member_service.StillKnown):
        member_service.replace(first, particulars("Stoyanov"), submission_id=tokens.secret(), by=ORGANISER)
    member_service.withdraw(first, by=PERSON)
    member_service.take_up(wish, by=PERSON)

    assert (wish.state, wish.is_known) == (NominationState.WAITING, True)


def test_a_second_head_is_refused_and_not_wished_for(event: Event) -> None:
    delegation = a_delegation(event)
    a_nomination(delegation, "Kolev", Standard.HEAD)

    with pytest.raises(member_service.OneHead):
        a_nomination(delegation, "Petrov", Standard.HEAD, plea="Both ministers come.")


def test_another_capacity_that_is_full_leaves_everything_as_it_was(event: Event) -> None:
    delegation = a_delegation(event, per_capacity={Standard.ADVISER: 1, Standard.PRACTITIONER: 1})
    a_nomination(delegation, "Kolev", Standard.ADVISER)
    second = a_nomination(delegation, "Petrov", Standard.PRACTITIONER)
    db.session.commit()

    with pytest.raises(refusal.QuotaFull):
        casting_service.come_as(second, a_capacity(event, Standard.ADVISER), by=PERSON)

    assert second.capacity.standard is Standard.PRACTITIONER
    agree()


def test_two_who_correct_the_same_member_do_not_overwrite_each_other(event: Event) -> None:
    nomination = a_nomination(a_delegation(event))
    seen = member_service.digest_of(nomination.person)
    member_service.correct(nomination, particulars("Koleva"), seen=seen, by=PERSON)

    with pytest.raises(refusal.ChangedMeanwhile):
        member_service.correct(nomination, particulars("Kolew"), seen=seen, by=PERSON)

    assert nomination.person.family_name == "Koleva"

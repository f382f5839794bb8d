"""What is left of people for whom a delegation has said something, once they are forgotten or merged."""

import pytest
from flask import Flask
from sqlalchemy import select

from ranevents.core import clock, tokens
from ranevents.core.audit import PERSON, SYSTEM
from ranevents.core.db import db
from ranevents.delegations import queries, service
from ranevents.delegations.member_service import particulars_of
from ranevents.delegations.models import FocalPoint
from ranevents.delegations.request_models import RequestKind
from ranevents.delegations.states import NominationState
from ranevents.directory import merge_service
from ranevents.events.models import Event
from ranevents.privacy import erasure_service
from tests import builders
from tests.delegations.builders import a_delegation, a_focal_point, a_nomination


@pytest.fixture
def event(app: Flask) -> Event:
    return builders.an_event()


def test_a_wish_goes_with_its_person(event: Event) -> None:
    delegation = a_delegation(event, limit=1)
    a_nomination(delegation)
    wish = a_nomination(delegation, "Petrov", plea="Petrov leads the programme.")

    erasure_service.erase_guest(event, wish.person, by=SYSTEM)

    assert (wish.state, wish.plea, wish.person.family_name) == (NominationState.WITHDRAWN, "", "")


def test_a_member_who_is_erased_leaves_the_place_free_and_no_words(event: Event) -> None:
    delegation = a_delegation(event, limit=1)
    nomination = a_nomination(delegation)
    nomination.reason = "Kolev leads the programme."
    assert nomination.registration is not None

    erasure_service.erase(nomination.registration, by=SYSTEM)

    assert (delegation.pool.held, nomination.reason, nomination.person.family_name) == (0, "", "")


def test_a_focal_point_who_is_erased_composes_no_longer_and_leaves_no_message(event: Event) -> None:
    focal_point = a_focal_point(a_delegation(event))
    link = focal_point.link
    request = service.write(focal_point, RequestKind.MESSAGE, "I am ill.", submission_id=tokens.secret(), by=PERSON)

    erasure_service.erase_guest(event, focal_point.person, by=SYSTEM)

    assert (request.text, focal_point.person.email) == ("", "")
    assert not queries.link_opens(link, at=clock.now())


def test_two_entries_of_one_focal_point_become_one(event: Event) -> None:
    delegation = a_delegation(event)
    kept, gone = a_focal_point(delegation).person, a_focal_point(delegation).person
    nomination = a_nomination(a_delegation(event, country="FR"))
    wished = nomination.person

    merge_service.merge(kept, gone, particulars_of(kept), keeps_spellings=False, by=SYSTEM)
    merge_service.merge(kept, wished, particulars_of(kept), keeps_spellings=False, by=SYSTEM)

    standing = db.session.scalars(select(FocalPoint).where(FocalPoint.ended_at.is_(None))).all()
    assert [one.person_id for one in standing] == [kept.id]
    assert nomination.person_id == kept.id

"""Delegations with visible defaults: a test names only what matters to it. Each flushes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ranevents.core import tokens
from ranevents.core.audit import PERSON
from ranevents.delegations import member_service, queries, set_up_service
from ranevents.delegations.member_service import Named
from ranevents.delegations.models import Delegation, DelegationCapacity, DelegationKind, FocalPoint, Nomination
from ranevents.delegations.models import StandardCapacity as Standard
from ranevents.delegations.set_up_service import ForWhom, Size
from ranevents.events.models import Event
from ranevents.people.models import Sector, Side
from ranevents.people.service import Particulars
from tests import builders

DEADLINE = datetime(2018, 3, 20, 22, 0, tzinfo=UTC)


def rules_for(event: Event, **given: Any) -> None:
    """Until 20 March delegations are composed; members may be replaced after it."""
    settings = {"deadline_at": DEADLINE, "asks_for_credentials": False, "replaces_late": True, **given}
    set_up_service.settle(event, **settings, by=PERSON)


def a_capacity(event: Event, standard: Standard = Standard.POLICY_MAKER) -> DelegationCapacity:
    """One of the usual capacities at the event."""
    return next(one for one in queries.capacities(event) if one.standard is standard)


def a_delegation(
    event: Event,
    *,
    country: str = "BG",
    name: str = "",
    limit: int = 3,
    per_capacity: Mapping[Standard, int] | None = None,
    **given: Any,
) -> Delegation:
    """Bulgaria's delegation of three, of whom one may be the head; an organisation's where a name is given."""
    if queries.rules_of(event) is None:
        rules_for(event)
    whom = ForWhom(DelegationKind.ORGANISATION, name=name) if name else ForWhom(DelegationKind.COUNTRY, country)
    limits = {a_capacity(event, one).id: number for one, number in (per_capacity or {}).items()}
    (delegation,) = set_up_service.set_up(event, [whom], Size(limit, limits), by=PERSON)
    for column, value in given.items():
        setattr(delegation, column, value)
    return delegation


def a_focal_point(delegation: Delegation, *, is_asked: bool = True, **given: Any) -> FocalPoint:
    """Somebody who composes the delegation and has the link."""
    person = builders.a_person(**{"latin_given_name": "Elena", "latin_family_name": "Focal", **given})
    focal_point = set_up_service.appoint(delegation, person, by=PERSON)
    if is_asked and focal_point.asked_at is None:
        set_up_service.ask(delegation, by=PERSON)
    return focal_point


def particulars(family_name: str = "Kolev", **given: Any) -> Particulars:
    """Somebody from the ministry."""
    return Particulars(
        **{
            "given_name": "Ivan",
            "family_name": family_name,
            "latin_given_name": "Ivan",
            "latin_family_name": family_name,
            "form_of_address": "Mr",
            "email": f"{family_name.lower()}@example.org",
            "organisation": "Ministry of Interior",
            "position": "Adviser",
            "country": "BG",
            "sector": Sector.POLICY,
            "side": Side.POLICY,
            "language": "en",
            **given,
        }
    )


def a_nomination(
    delegation: Delegation, family_name: str = "Kolev", standard: Standard = Standard.POLICY_MAKER, **given: Any
) -> Nomination:
    """Somebody named with all that is known of them; `asked_until`: asked to fill in the form; `plea`: wished for."""
    named = Named(particulars(family_name), a_capacity(delegation.event, standard), **given)
    return member_service.name(delegation, named, submission_id=tokens.secret(), by=PERSON)

"""What single sign-on reads: who has come in that way, and at which events claims may give a role."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, or_, select

from ranevents.accounts.models import Membership, User
from ranevents.accounts.single_sign_on_models import Identity
from ranevents.core.db import db


def identity(issuer: str, subject: str) -> Identity | None:
    """The identity of that name with its account, held until the commit: its rights are about to be worked out."""
    found = select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    held = found.with_for_update(of=Identity).execution_options(populate_existing=True)
    return db.session.scalar(held)


def identity_of(user: User, issuer: str) -> Identity | None:
    """Who the account is at that issuer, if anybody."""
    return db.session.scalar(select(Identity).where(Identity.user_id == user.id, Identity.issuer == issuer))


def is_only_vouched_for(user: User) -> bool:
    """Whether the account has only ever opened by single sign-on: it has no password."""
    known = exists().where(Identity.user_id == user.id)
    return user.password_hash is None and bool(db.session.scalar(select(known)))


def memberships(user: User) -> list[Membership]:
    """All memberships of one organiser, in the order of the events."""
    return list(
        db.session.scalars(select(Membership).where(Membership.user_id == user.id).order_by(Membership.event_id))
    )


def events_at(places: Iterable[str]) -> list[tuple[int, str]]:
    """The id of each event that one of these addresses means, with that address: 'sofia-2018', or 'series/ppe-2018'."""
    # The room of events stands above this one: its tables are known here by a membership's event only.
    event: Any = Membership.event.property.entity.class_
    series: Any = event.series.property.entity.class_
    own = {place for place in places if not place.startswith("series/")}
    of_series = {place.removeprefix("series/") for place in places} if own != set(places) else set()
    found = (
        select(event.id, event.slug, series.slug)
        .join(event.series)
        .where(or_(event.slug.in_(own), series.slug.in_(of_series)))
        .order_by(event.id)
    )
    told: list[tuple[int, str]] = []
    for number, slug, series_slug in db.session.execute(found):
        told += [(number, place) for place in (slug, f"series/{series_slug}") if place in places]
    return told

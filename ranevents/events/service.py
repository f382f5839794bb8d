"""What happens to series and events."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from ranevents.accounts.models import User
from ranevents.accounts.service import make_owner
from ranevents.core import audit, clock, consequences, errors, places, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, NoPlaceLeft, NotUnique, Refused
from ranevents.core.states import take
from ranevents.events import queries, rules
from ranevents.events.details import EventDetails, SeriesDetails
from ranevents.events.models import COLUMNS_OF_DETAILS, Event, PrivacyNotice, Series, Topic
from ranevents.events.states import EventState, EventStep, Happening


class EditedMeanwhile(Refused):
    """Somebody else has saved the event, or the series, since the editor opened it."""

    message = _l("Somebody else has saved this event while you were editing it.")


class NotReady(Refused):
    """The event lacks something that it needs to be published. `fields` names what."""

    message = _l("This event is not ready to be published: something is still missing. Edit it first.")

    def __init__(self, fields: list[str]) -> None:
        super().__init__()
        self.fields = fields


def create(details: EventDetails, *, owner: User, by: Actor, submission_id: str | None = None) -> Event:
    """Make a draft of an event that belongs to its owner; the same submission again gives the same event.

    Without a slug it gets one made of its title and city. Raises DomainError, with the field, for what can't be.
    """
    known = queries.by_submission(submission_id)
    if known is not None:
        return known
    _check(details, is_published=False)
    try:
        event = _insert(details, submission_id)
    except NotUnique:
        known = queries.by_submission(submission_id)
        if known is None:
            raise
        return known
    audit.record(event, "create", by=by)
    make_owner(owner, event.id, by=by)
    return event


def _insert(details: EventDetails, submission_id: str | None) -> Event:
    with _told_plainly():
        event = Event(
            state=EventState.DRAFT,
            pool=places.new_pool(details.capacity),
            cancellation_reason="",
            created_at=clock.now(),
            published_at=None,
            version=1,
            submission_id=submission_id,
            uid=tokens.uid(),
            entry_sequence=0,
        )
        _set(event, details)
        db.session.add(event)
    return event


def edit(event: Event, details: EventDetails, *, version: int | None, tells: bool, by: Actor) -> int:
    """Say something else about an event; `tells` whether those who are registered are told where that moves them.

    Gives the number of people who are being told.

    `version` is the one that the editor saw. Raises EditedMeanwhile, NoPlaceLeft where fewer places are wanted than
    are held, Refused where the event's state allows no change, DomainError with the field for what can't be.
    """
    _lock(event)
    if not event.state.is_editable:
        raise Refused(_("This event is cancelled or archived and can't be changed any more."))
    if event.version != version:
        raise EditedMeanwhile
    before = event.details
    _check(details, is_published=event.published_at is not None)
    if event.published_at is not None and details.slug != event.slug:
        raise DomainError(_("The address of a published event is fixed: people have it already."), field="slug")
    changed = before.differences(details)
    if not changed:
        return 0
    _resize(event, details.capacity)
    with _told_plainly():
        _set(event, details)
        event.version += 1
        event.entry_sequence += bool(rules.SHOWN_IN_ENTRY.intersection(changed))
    audit.record(event, "edit", by=by, fields=", ".join(changed))
    if event.last_on > before.last_on:
        audit.record(event, "keep_longer", by=by, before=before.last_on, after=event.last_on)
    if event.state is not EventState.PUBLISHED:
        return 0
    moved = rules.moved(changed) if tells else None
    told = consequences.people_concerned(Happening.MOVED, event) if moved else 0
    for happening in _happened(event, before, is_told=bool(moved)):
        consequences.follow(happening, event, by=by, changed=moved)
    return told


def _happened(event: Event, before: EventDetails, *, is_told: bool) -> Iterator[Happening]:
    """What an edit means to other rooms. New offers come last: who gets one need not be told that the event moved."""
    if event.begins_at < before.begins_at:
        yield Happening.BROUGHT_FORWARD
    if is_told:
        yield Happening.MOVED
    if event.capacity > before.capacity or event.begins_at > before.begins_at:
        yield Happening.PLACES_ADDED


def publish(event: Event, *, by: Actor) -> None:
    """Show a draft to everybody. Raises NotReady where something is missing, Refused where it is no draft."""
    _lock(event)
    missing = rules.missing(event.details)
    if missing:
        raise NotReady(missing)
    event.published_at = clock.now()
    take(event, EventStep.PUBLISH, by=by)


def cancel(event: Event, *, reason: str, by: Actor) -> None:
    """Call an event off, for a reason that people will read; everybody who is registered is told.

    Raises Refused where the event is neither a draft nor published.
    """
    _lock(event)
    event.cancellation_reason = reason
    event.version += 1
    event.entry_sequence += 1
    take(event, EventStep.CANCEL, by=by, why=reason)
    consequences.follow(Happening.CANCELLED, event, by=by, reason=reason)


def finish(event: Event, *, by: Actor) -> None:
    """Close the book on an event that has taken place. Raises Refused before its last day."""
    _lock(event)
    if clock.now() < event.may_be_finished_from:
        raise Refused(
            _("This event can be finished from its last day on, not before. If it does not take place, cancel it.")
        )
    take(event, EventStep.FINISH, by=by)


def archive(event: Event, *, by: Actor) -> None:
    """Put away an event that is finished or cancelled. Raises Refused where it is neither."""
    _lock(event)
    take(event, EventStep.ARCHIVE, by=by)


def create_series(details: SeriesDetails, *, by: Actor, submission_id: str | None = None) -> Series:
    """Make a series; the same submission again gives the same one. Raises NotUnique where another has its address."""
    known = queries.series_by_submission(submission_id)
    if known is not None:
        return known
    series = Series(version=1, submission_id=submission_id)
    try:
        with _told_plainly():
            _set_series(series, details)
            db.session.add(series)
    except NotUnique:
        known = queries.series_by_submission(submission_id)
        if known is None:
            raise
        return known
    audit.record(series, "create", by=by)
    return series


def edit_series(series: Series, details: SeriesDetails, *, version: int | None, by: Actor) -> None:
    """Say something else about a series; topics that were renamed or moved stay the same topics.

    `version` is the one that the editor saw. Raises EditedMeanwhile, NotUnique where another series has its address.
    """
    db.session.refresh(series, with_for_update=True)
    if series.version != version:
        raise EditedMeanwhile(_("Somebody else has saved this series while you were editing it."))
    changed = series.details.differences(details)
    if not changed:
        return
    with _told_plainly():
        _set_series(series, details)
        series.version += 1
    audit.record(series, "edit", by=by, fields=", ".join(changed))


def _lock(event: Event) -> None:
    """Let nobody else change the event or its places until the transaction ends, and read it afresh."""
    places.lock([event.pool])
    db.session.refresh(event)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Write to the database; a violated constraint comes out as the domain's refusal and spoils nothing else."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        raise errors.from_integrity(error) or error from error


def _check(details: EventDetails, *, is_published: bool) -> None:
    for fault in rules.faults(details, is_published=is_published):
        raise DomainError(fault.message, field=fault.field)


def _resize(event: Event, capacity: int) -> None:
    """Set how many places there are; the pool must be locked."""
    if capacity < event.pool.held:
        held = event.pool.held
        raise NoPlaceLeft(
            _("%(held)s places are held already. Please give at least %(held)s.", held=held), field="capacity"
        )
    event.pool.limit = capacity


def _set(event: Event, details: EventDetails) -> None:
    for name in COLUMNS_OF_DETAILS:
        setattr(event, name, getattr(details, name))
    proposed = rules.propose_slug(details.title, details.city, country=details.country)
    event.slug = details.slug or event.slug or queries.free_slug(proposed)
    event.languages = list(details.languages)
    if not event.notices or event.notice.text != details.privacy_notice:
        event.notices.append(
            PrivacyNotice(version=len(event.notices) + 1, text=details.privacy_notice, created_at=clock.now())
        )


def _set_series(series: Series, details: SeriesDetails) -> None:
    series.name = details.name
    series.slug = details.slug or rules.propose_slug(details.name)
    series.purpose = details.purpose
    known = {topic.id: topic for topic in series.topics}
    matched = rules.match_topics({id: topic.name for id, topic in known.items()}, list(details.topics))
    topics = [known[id] if id is not None else Topic() for id in matched]
    for position, (topic, name) in enumerate(zip(topics, details.topics, strict=True), start=1):
        topic.position, topic.name = position, name
    series.topics = topics

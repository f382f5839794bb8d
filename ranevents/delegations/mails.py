"""What this room writes: to the focal points of a delegation, and to the organisers about what waits for them."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from ranevents.core import clock, countries
from ranevents.delegations import queries
from ranevents.delegations.models import (
    Delegation,
    FocalPoint,
    Nomination,
)
from ranevents.delegations.states import (
    LIFE,
    NOMINATION_LIFE,
    DelegationState,
    DelegationStep,
    NominationStep,
)
from ranevents.events import times
from ranevents.events.models import Event
from ranevents.mailing import outbox
from ranevents.mailing.models import MailQueue
from ranevents.mailing.outbox import (
    Letter,
    PersonalLink,
    event_values,
)
from ranevents.registrations.models import Registration
from ranevents.registrations.states import RegistrationStep

Say = Callable[[], tuple[str, Sequence[str]]]
"""The subject and the paragraphs of a notice, in the language that is in force when it is called."""


def asked(focal_point: FocalPoint) -> None:
    """Please name the delegation: how many, by when; with the link."""
    outbox.post(letter(focal_point, "asked", f"asked:{focal_point.link_version}", queue=MailQueue.BULK))


def reminder(focal_point: FocalPoint, *, occasion: str) -> None:
    """The deadline comes near, and the delegation is not submitted."""
    outbox.post(letter(focal_point, "reminder", f"reminder:{occasion}", queue=MailQueue.BULK))


def dismissed(focal_point: FocalPoint) -> None:
    """Somebody else composes the delegation from now on."""
    delegation = focal_point.delegation

    def say() -> tuple[str, Sequence[str]]:
        title = delegation.title
        return (
            _("You are no longer focal point: %(delegation)s", delegation=title),
            [
                _("You are no longer focal point of the delegation “%(delegation)s” for this event.", delegation=title),
                _("Your personal link no longer opens. Nothing else changes for the members of the delegation."),
            ],
        )

    notice(focal_point, f"dismissed:{focal_point.id}", say, with_link=False)


def deadline_moved(delegation: Delegation) -> None:
    """The delegation may be composed until another moment."""

    def say() -> tuple[str, Sequence[str]]:
        until = times.instant(delegation.deadline_at, delegation.event.zone)
        return (
            _("New deadline for your delegation: %(until)s", until=until),
            [
                _(
                    "The delegation “%(delegation)s” can be composed until %(until)s.",
                    delegation=delegation.title,
                    until=until,
                )
            ],
        )

    tell(delegation, f"deadline:{delegation.deadline_at.isoformat()}", say)


@LIFE.mail(DelegationStep.SUBMIT)
def submitted(delegation: Delegation) -> None:
    """To the focal points: we have it. To the organisers: it waits for them."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Delegation submitted: %(delegation)s", delegation=delegation.title),
            [
                _(
                    "The delegation “%(delegation)s” has been submitted. The organisers look at it.",
                    delegation=delegation.title,
                ),
                _("Until the deadline you can still change it through your personal link."),
            ],
        )

    tell(delegation, f"submitted:{_now()}", say)
    tell_organisers(
        delegation, f"submitted:{_now()}", _("The delegation has been submitted and waits to be confirmed.")
    )


@LIFE.mail(DelegationStep.CONFIRM)
def confirmed(delegation: Delegation) -> None:
    """The organisers accept the delegation as it is."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Delegation confirmed: %(delegation)s", delegation=delegation.title),
            [_("The organisers have confirmed the delegation “%(delegation)s”.", delegation=delegation.title)],
        )

    tell(delegation, f"confirmed:{_now()}", say)


@LIFE.mail(DelegationStep.RETURN)
def returned(delegation: Delegation, *, reason: str = "") -> None:
    """Please look at the delegation again."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Please look at your delegation again: %(delegation)s", delegation=delegation.title),
            [
                _("The organisers have returned the delegation “%(delegation)s” to you.", delegation=delegation.title),
                *said(reason),
                _("Please change what is needed and submit it again through your personal link."),
            ],
        )

    tell(delegation, f"returned:{_now()}", say)


@LIFE.mail(DelegationStep.WITHDRAW)
def withdrawn(delegation: Delegation, *, reason: str = "") -> None:
    """Nobody comes for it any more; the organisers are told, too."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Delegation withdrawn: %(delegation)s", delegation=delegation.title),
            [
                _("The delegation “%(delegation)s” has been withdrawn.", delegation=delegation.title),
                *said(reason),
                _("Its members have been told by mail, and their places are free for others."),
            ],
        )

    tell(delegation, f"withdrawn:{_now()}", say)
    tell_organisers(delegation, f"withdrawn:{_now()}", _("The delegation has been withdrawn."))


@LIFE.mail(DelegationStep.RESUME)
def resumed(delegation: Delegation) -> None:
    """The delegation may be composed anew."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Please name your delegation: %(delegation)s", delegation=delegation.title),
            [
                _(
                    "The delegation “%(delegation)s” can be composed again through your personal link.",
                    delegation=delegation.title,
                )
            ],
        )

    tell(delegation, f"resumed:{_now()}", say)


@NOMINATION_LIFE.mail(NominationStep.QUEUE)
def wished(nomination: Nomination) -> None:
    """To the organisers: a delegation asks for a place."""
    words = _l("The delegation asks for a place beyond its quota, or has named somebody whom you should look at.")
    tell_organisers(nomination.delegation, f"wished:{nomination.submission_id}", words)


@NOMINATION_LIFE.mail(NominationStep.GRANT)
def wish_granted(nomination: Nomination) -> None:
    """The person whom you wished for is in the delegation."""
    name = nomination.person.full_name

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Granted: one more place for your delegation"),
            [_("%(name)s is in your delegation now, and has been written to.", name=name)],
        )

    tell(nomination.delegation, f"granted:{nomination.submission_id}", say)


@NOMINATION_LIFE.mail(NominationStep.REFUSE)
def wish_refused(nomination: Nomination) -> None:
    """There is no place for the person whom you wished for."""
    name, reason = nomination.person.full_name, nomination.reason

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Not granted: a place in your delegation"),
            [_("The organisers could not give %(name)s a place in your delegation.", name=name), *said(reason)],
        )

    tell(nomination.delegation, f"refused:{nomination.submission_id}", say)


def member_left(registration: Registration, *, step: RegistrationStep, **_told: Any) -> None:
    """A member of a delegation comes no longer, by their own wish or by the organisers': somebody else may be named."""
    if registration.delegation_pool_id is None or step is RegistrationStep.CALL_OFF:
        return
    nomination = queries.of_registration(registration)
    if nomination is None or nomination.delegation.state is DelegationState.WITHDRAWN:
        return
    name = registration.person.full_name

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("A place in your delegation is free"),
            [
                _LEFT[step] % {"name": name},
                _("Until the deadline you can name somebody else through your personal link."),
            ],
        )

    tell(nomination.delegation, f"left:{registration.id}", say)


_LEFT = {
    RegistrationStep.CANCEL: _l("%(name)s does not come: the registration has been cancelled."),
    RegistrationStep.DECLINE: _l("%(name)s has declined."),
    RegistrationStep.LAPSE: _l("%(name)s has not answered in time."),
    RegistrationStep.REJECT: _l("The organisers could not accept %(name)s."),
}


def event_changed(event: Event, *, changed: str = "", **_told: Any) -> None:
    """To every focal point: day, place or name of the event have changed."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("The event has changed: %(title)s", title=event.title),
            [*([changed] if changed else []), _("The members of your delegation are told by mail.")],
        )

    for focal_point in queries.standing_focal_points(event):
        notice(focal_point, f"event-changed:{_now()}", say, queue=MailQueue.BULK)


def event_cancelled(event: Event, *, reason: str = "", **_told: Any) -> None:
    """To every focal point: the event does not take place."""

    def say() -> tuple[str, Sequence[str]]:
        return (
            _("Cancelled: %(title)s", title=event.title),
            [
                _("This event does not take place."),
                *said(reason),
                _("The members of your delegation are told by mail."),
            ],
        )

    for focal_point in queries.standing_focal_points(event):
        notice(focal_point, "event-cancelled", say, queue=MailQueue.BULK)


def said(reason: str) -> list[str]:
    """What the organiser gave as a reason, if anything, as a paragraph."""
    return [_("The organiser writes: %(reason)s", reason=reason)] if reason else []


def _now() -> str:
    return clock.now().isoformat()


def tell(delegation: Delegation, occasion: str, say: Say) -> None:
    """The same to each focal point, in their own language."""
    for focal_point in queries.focal_points(delegation):
        notice(focal_point, occasion, say)


def notice(
    focal_point: FocalPoint, occasion: str, say: Say, *, with_link: bool = True, queue: MailQueue = MailQueue.PROMPT
) -> None:
    """To one focal point, in their language: what is said there."""
    with force_locale(focal_point.person.language):
        subject, paragraphs = say()
    told: dict[str, Any] = {"subject": subject, "paragraphs": [str(one) for one in paragraphs]}
    outbox.post(letter(focal_point, "notice", occasion, with_link=with_link, queue=queue, **told))


def tell_organisers(delegation: Delegation, occasion: str, words: LazyString) -> None:
    """To the event's contact address: that something waits; who is concerned stands behind the sign-in."""
    event, language = delegation.event, delegation.event.languages[0]
    with force_locale(language):
        context = {"event": event, "delegation": str(delegation.title), "words": str(words)}
    outbox.post(
        Letter(
            mail="delegations/organisers",
            key=f"delegation:{delegation.id}:organisers:{occasion}",
            to_name=event.host or event.series.name,
            to_address=event.contact_address,
            language=language,
            context=context,
            event_id=event.id,
            reply_to=event.contact_address,
        )
    )


def letter(
    focal_point: FocalPoint,
    mail: str,
    occasion: str,
    /,
    *,
    queue: MailQueue = MailQueue.PROMPT,
    with_link: bool = True,
    language: str = "",
    **told: Any,
) -> Letter:
    """A mail to a focal point about the delegation."""
    event, person, delegation = focal_point.event, focal_point.person, focal_point.delegation
    language = language or person.language
    with force_locale(language):
        words = {
            "event_days": times.days(event.first_on, event.last_on),
            "deadline": times.instant(delegation.deadline_at, event.zone),
            "delegation": str(delegation.title),
            "quota": _quota_told(delegation),
        }
    return Letter(
        mail=f"delegations/{mail}",
        key=f"focal-point:{focal_point.id}:{occasion}",
        to_name=person.full_name,
        to_address=person.email,
        language=language,
        context={
            "event": event,
            "person": person,
            "names_kosovo": delegation.country == countries.KOSOVO,
            **words,
            **told,
        },
        links={"delegation": PersonalLink("/d/", focal_point.link)} if with_link else {},
        values={
            **event_values(event, words["event_days"]),
            "name": person.full_name,
            "form_of_address": person.form_of_address,
            "delegation": words["delegation"],
            "deadline": words["deadline"],
            "quota": words["quota"],
        },
        queue=queue,
        event_id=event.id,
        person_id=person.id,
        reply_to=event.contact_address,
    )


def _quota_told(delegation: Delegation) -> str:
    """The quota in one line: in all, and for each capacity that has its own."""
    parts = [f"{quota.capacity.label}: {quota.limit}" for quota in delegation.quotas]
    in_all = _("%(limit)s in all", limit=delegation.limit)
    return ", ".join([in_all, *parts])

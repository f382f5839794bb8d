"""What this room writes. Each step of an invitation's life has its mail here."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.core import tokens
from ranevents.events import times
from ranevents.events.models import Capacity, Event
from ranevents.invitations import queries
from ranevents.invitations.models import GuestOrigin, Invitation, Substitute
from ranevents.invitations.states import LIFE, SUBSTITUTE_LIFE, InvitationState, InvitationStep, SubstituteStep
from ranevents.mailing import outbox
from ranevents.mailing.models import MailQueue
from ranevents.mailing.outbox import (
    EVENT_PLACEHOLDERS,
    PERSON_PLACEHOLDERS,
    Editable,
    Letter,
    PersonalLink,
    Wording,
    event_values,
)
from ranevents.people.models import Person


class Author(Protocol):
    """An organiser who asks."""

    id: Any
    name: Any
    email: Any


@LIFE.mail(InvitationStep.SEND)
@LIFE.mail(InvitationStep.ASK_AGAIN)
def invitation(invitation: Invitation) -> None:
    """You are invited: by whom, as what, until when the answer is awaited; with the link."""
    outbox.post(letter(invitation))


@LIFE.mail(InvitationStep.EXTEND)
def more_time(invitation: Invitation) -> None:
    """You have more time for the answer."""
    outbox.post(letter(invitation, "more_time", f"until:{invitation.answer_by.isoformat()}"))


@LIFE.mail(InvitationStep.DECLINE)
def declined(invitation: Invitation) -> None:
    """Thank you for the answer."""
    occasion = f"declined:{invitation.link_version}"
    outbox.post(letter(invitation, "declined", occasion, queue=MailQueue.PROMPT, with_link=False))


@LIFE.mail(InvitationStep.REVOKE)
def withdrawn(invitation: Invitation, *, is_told: bool = True, reason: str = "", ends_proposal: bool = False) -> None:
    """The invitation no longer holds; nothing where the organiser wants no notice sent, or it never went out.

    `ends_proposal`: somebody whom they proposed is not invited either. Who that is stays unsaid, as in all mails that
    are kept as somebody else's.
    """
    if is_told:
        occasion = f"withdrawn:{invitation.link_version}"
        outbox.post(
            letter(invitation, "withdrawn", occasion, with_link=False, reason=reason, ends_proposal=ends_proposal)
        )


def reminder(invitation: Invitation, *, occasion: str) -> None:
    """We have no answer from you yet."""
    outbox.post(letter(invitation, "reminder", f"reminder:{occasion}"))


@SUBSTITUTE_LIFE.mail(SubstituteStep.APPROVE)
def substitute_approved(substitute: Substitute) -> None:
    """To whoever proposed: the one you named is invited in your place."""
    _post_about(substitute, "substitute_approved", with_link=False)


@SUBSTITUTE_LIFE.mail(SubstituteStep.REFUSE)
def substitute_refused(substitute: Substitute, *, is_told: bool = True) -> None:
    """To whoever proposed: the one you named can't come in your place. Your own invitation may still stand."""
    if is_told:
        _post_about(substitute, "substitute_refused", with_link=substitute.invitation.may_be_answered)


def _post_about(substitute: Substitute, mail: str, *, with_link: bool) -> None:
    """Who was proposed is not named: this mail is the other's, and is kept as theirs."""
    key = f"substitute:{substitute.id}:{mail}"
    outbox.post(letter(substitute.invitation, mail, key, queue=MailQueue.PROMPT, with_link=with_link))


def preview(invitation: Invitation) -> Wording:
    """The invitation exactly as its recipient will read it, its link a mark; the row need not be stored yet."""
    return outbox.as_written(letter(invitation))


def copy_to_author(invitation: Invitation, author: Author, *, once: str) -> None:
    """The same to the one who asks, to see how it looks; it opens nothing, and is no mail of the recipient's.

    It names the recipient, whose erasure does not reach it: nothing of it is kept once it has gone out.
    """
    outbox.post(
        letter(
            invitation,
            key=f"invitation-copy:{invitation.event.id}:{once}",
            queue=MailQueue.PROMPT,
            with_link=False,
            to=author,
            is_last=True,
        )
    )


def letter(
    invitation: Invitation,
    mail: str = "invitation",
    occasion: str = "",
    /,
    *,
    key: str = "",
    queue: MailQueue = MailQueue.BULK,
    with_link: bool = True,
    to: Author | None = None,
    is_last: bool = False,
    language: str = "",
    **told: Any,
) -> Letter:
    """A mail to the person who was asked, or about them to somebody else."""
    event, person = invitation.event, invitation.person
    occasion = occasion or f"sent:{invitation.link_version}"
    language = language or person.language
    words = _words(invitation, language)
    return Letter(
        mail=f"invitations/{mail}",
        key=key or f"invitation:{invitation.id}:{occasion}",
        to_name=to.name if to else person.full_name,
        to_address=to.email if to else person.email,
        language=language,
        context={"event": event, "person": person, "invitation": invitation, **words, **told},
        links={"invitation": PersonalLink("/i/", invitation.link)} if with_link else {},
        values={
            **event_values(event, words["event_days"]),
            "name": person.full_name,
            "form_of_address": person.form_of_address,
            "answer_by": words["answer_by"],
            "asked_as": words["asked_as"],
            "substitute": words["substitute"],
            "note": invitation.note,
            "reason": str(told.get("reason", "")),
        },
        queue=queue,
        event_id=event.id,
        person_id=None if to else person.id,
        user_id=to.id if to else None,
        reply_to=event.contact_address,
        is_last=is_last,
    )


def _words(invitation: Invitation, language: str) -> dict[str, str]:
    event, person = invitation.event, invitation.person
    with force_locale(language):
        return {
            "addressed": f"{person.form_of_address} {person.full_name}".strip(),
            "event_days": times.days(event.first_on, event.last_on),
            "answer_by": times.instant(invitation.answer_by, event.zone),
            "asked_as": asked_as(invitation.capacity),
            "substitute": _may_propose() if invitation.allows_substitute else "",
            "note": invitation.note,
            "whence": whence(invitation),
        }


def asked_as(capacity: Capacity) -> str:
    """As what somebody is asked, as a whole sentence."""
    sentences = {
        Capacity.PARTICIPANT: _("We should be glad to have you with us as a participant."),
        Capacity.SPEAKER: _("We should be glad to have you with us as a speaker."),
        Capacity.OBSERVER: _("We should be glad to have you with us as an observer."),
        Capacity.FOCAL_POINT: _("We should be glad to have you with us as the focal point of your country."),
    }
    return str(sentences[capacity])


def _may_propose() -> str:
    return str(_("If you can't come yourself, you may propose somebody in your place; the organisers decide."))


def whence(invitation: Invitation) -> str:
    """Where name and address come from (GDPR, Article 14(2)(f))."""
    found = queries.guest(invitation.event, invitation.person)
    sentences = {
        GuestOrigin.ENTERED: _("Your name and address were entered by the organisers."),
        GuestOrigin.IMPORTED: _("Your name and address come from a list of contacts that the organisers keep."),
        GuestOrigin.SUBSTITUTE: _("Your name and address come from somebody who was invited and proposed you."),
        GuestOrigin.DELEGATION: _("Your name and address come from the organisers or from your delegation."),
        GuestOrigin.EARLIER_EVENT: _("The organisers know your name and address from an earlier event."),
    }
    return str(sentences[found.origin if found else GuestOrigin.ENTERED])


# In the organiser's own words


_PLACEHOLDERS = {
    **PERSON_PLACEHOLDERS,
    **EVENT_PLACEHOLDERS,
    "answer_by": _l("until when the answer is awaited"),
    "asked_as": _l("as what the person is asked, as a sentence"),
    "note": _l("your personal note to this person"),
}
_SUBSTITUTE = {"substitute": _l("that somebody else may be proposed, as a sentence, where you allow it")}


def _examples(mail: str, **told: Any) -> Callable[[Any, str, int], Sequence[Letter]]:
    """How the mail reads to people who are invited; to somebody invented where nobody is."""

    def letters(event: Event, language: str, most: int) -> list[Letter]:
        found = queries.examples(event, language, most) or [_nobody(event, language)]
        return [letter(one, mail, "example", language=language, **told) for one in found]

    return letters


def _nobody(event: Event, language: str) -> Invitation:
    person = Person(
        id=0, given_name="Elena", family_name="Dimitrova", form_of_address="Ms", email="elena@example.org",
        language=language,
    )  # fmt: skip
    return Invitation(
        id=0, event=event, person=person, reference=tokens.reference(), link_version=1,
        capacity=Capacity.PARTICIPANT, state=InvitationState.SENT, answer_by=event.begins_at, note="",
        allows_substitute=False,
    )  # fmt: skip


EDITABLE = {
    "invitations/invitation": Editable(
        _l("Invitation"), {**_PLACEHOLDERS, **_SUBSTITUTE}, _examples("invitation"), required=("asked_as",)
    ),
    "invitations/reminder": Editable(_l("Reminder"), _PLACEHOLDERS, _examples("reminder"), required=("asked_as",)),
    "invitations/more_time": Editable(_l("More time for the answer"), _PLACEHOLDERS, _examples("more_time")),
    "invitations/withdrawn": Editable(
        _l("Invitation withdrawn"),
        {**_PLACEHOLDERS, "reason": _l("the reason given, if any")},
        _examples("withdrawn", with_link=False, reason=""),
    ),
    "invitations/declined": Editable(_l("Thanks for declining"), _PLACEHOLDERS, _examples("declined")),
}
"""The mails of this room that organisers may put into their own words."""

"""Behind the personal link of an invitation: what is asked, and the answer. Opening it changes nothing."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ranevents.core import audit, tokens
from ranevents.core.forms import page, refusals_on
from ranevents.core.limits import is_over
from ranevents.core.room import Need, Room
from ranevents.invitations import guest_queries, letter_queries, queries, service, substitute_service
from ranevents.invitations.guest_lists import Standing
from ranevents.invitations.link_forms import DeclineForm, ProposeForm
from ranevents.invitations.mails import asked_as
from ranevents.invitations.models import Invitation
from ranevents.registrations import service as registering
from ranevents.registrations.invited_forms import InvitedForm, keep_files
from ranevents.registrations.link_views import opened

personal = Room("my_invitation", __name__, url_prefix="/i/<token>")

Answer = str | tuple[str, int] | BaseResponse


def mine(token: str) -> Invitation:
    """The invitation behind the link."""
    return opened(token, queries.by_link, over="invitations/link_over.html")


@personal.get("", needs=Need.LINK)
def show(token: str) -> str:
    """What I am asked, and how my answer stands."""
    invitation = mine(token)
    return render_template(
        "invitations/show.html",
        token=token,
        invitation=invitation,
        event=invitation.event,
        registration=invitation.registration,
        asked_as=asked_as(invitation.capacity),
        may_answer=service.may_be_answered(invitation),
        substitute=queries.open_substitute(invitation),
        is_replaced=guest_queries.standings([invitation])[invitation.id] is Standing.SUBSTITUTED,
        letters=letter_queries.to_be_taken(invitation.event, invitation.person),
    )


@personal.form("/register", needs=Need.LINK)
def register(token: str) -> Answer:
    """Accept: the registration form, filled in with what is known of me."""
    invitation = mine(token)
    form = InvitedForm.of(invitation.event, invitation.person, invitation.capacity)
    if form.is_submitted():
        keep_files(form, invitation.event)

    def accept() -> None:
        service.accept(invitation, form.answers(), submission_id=form.submission_id.data, by=audit.PERSON)

    return _ask(token, invitation, form, "invitations/register.html", accept)


@personal.form("/decline", needs=Need.LINK)
def decline(token: str) -> Answer:
    """Decline, after one question."""
    invitation = mine(token)
    form = DeclineForm()

    def say_no() -> None:
        service.decline(invitation, by=audit.PERSON, reason=form.reason.data)

    return _ask(token, invitation, form, "invitations/decline.html", say_no)


@personal.form("/substitute", needs=Need.LINK)
def substitute(token: str) -> Answer:
    """Propose somebody who could come in my place."""
    invitation = mine(token)
    form = ProposeForm()
    may_propose = invitation.allows_substitute and queries.open_substitute(invitation) is None
    if not form.is_submitted() and not may_propose:
        return redirect(url_for(".show", token=token), 303)

    def propose() -> None:
        substitute_service.propose(invitation, form.proposed(), by=audit.PERSON)

    return _ask(token, invitation, form, "invitations/substitute.html", propose)


def _ask(token: str, invitation: Invitation, form: Any, template: str, verb: Callable[[], None]) -> Answer:
    """A form that is shown while the answer is awaited; what its sending does is told on the page of the invitation."""
    if not form.is_submitted() and not service.may_be_answered(invitation):
        return redirect(url_for(".show", token=token), 303)
    if form.validate_on_submit():
        with refusals_on(form):
            verb()
            return redirect(url_for(".show", token=token), 303)
    return page(template, form, token=token, invitation=invitation, event=invitation.event)


@personal.post("/link", needs=Need.LINK)
def link(token: str) -> BaseResponse:
    """Have the personal link of the registration that came of it sent again."""
    registration = mine(token).registration
    if registration is not None and not is_over("LIMIT_PER_ADDRESS", registration.person.email, "link"):
        registering.send_link(registration, request_id=tokens.reference())
    flash(_("If your registration still stands, its personal link is on its way to you by mail."), "success")
    return redirect(url_for(".show", token=token), 303)

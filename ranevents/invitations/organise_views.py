"""An event's invitations: how they stand, what is reminded by itself, and one invitation with what may be done."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ranevents.accounts import trail
from ranevents.core import audit
from ranevents.core.access import actor, may
from ranevents.core.errors import Refused
from ranevents.core.forms import Form, page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.events.models import Event
from ranevents.invitations import (
    guest_queries,
    queries,
    reminder_queries,
    reminder_service,
    service,
    substitute_service,
)
from ranevents.invitations.ask_forms import AddressForm, DateForm, RuleForm, WithdrawForm
from ranevents.invitations.ask_views import asking
from ranevents.invitations.guest_lists import FIGURES
from ranevents.invitations.guest_views import edited_events, guests
from ranevents.invitations.models import Invitation, Substitute
from ranevents.invitations.states import LIFE, InvitationState, InvitationStep, SubstituteState
from ranevents.mailing import queries as mail_queries
from ranevents.people.models import Person

organise = Room("invitations_of_event", __name__, url_prefix="/organise/events/<event>/invitations")

ROOMS: list[Room] = [guests, asking, organise]

Answer = str | tuple[str, int] | Response
ADDRESS_MATTERS = (InvitationState.DRAFT, InvitationState.SENT, InvitationState.EXPIRED)


@organise.get("", needs=Need.READER)
def index(event: Event) -> Answer:
    """How the event's invitations stand, and the reminders that go out by themselves."""
    return _shown(event, RuleForm())


@organise.form("/rules", needs=Need.EDITOR)
def add_rule(event: Event) -> Answer:
    """The same page, which lets a reminder go out by itself."""
    form = RuleForm()
    if form.validate_on_submit():
        with refusals_on(form):
            reminder_service.add_rule(event, form.days_before.data, by=actor())
            flash(_("The reminder is set up."), "success")
            return redirect(url_for(".index", event=event.slug, _anchor="reminders"), 303)
    return _shown(event, form)


def _shown(event: Event, form: RuleForm) -> Answer:
    return page(
        "invitations/organise/index.html",
        form,
        event=event,
        heads=FIGURES,
        figures=guest_queries.figures(event),
        proposals=guest_queries.proposals(event, asked_page(request.args.get("page"))),
        rules=reminder_queries.rules(event),
    )


@organise.post("/rules/<int:id>/remove", needs=Need.EDITOR)
def remove_rule(event: Event, id: int) -> Response:
    """Let no more reminders go out by this rule."""
    reminder_service.remove_rule(reminder_queries.rule(event, id), by=actor())
    flash(_("The reminder is removed."), "success")
    return redirect(url_for(".index", event=event.slug, _anchor="reminders"), 303)


@organise.get("/<int:id>", needs=Need.READER)
def one(event: Event, id: int) -> str:
    """One invitation with its history, its mails, and what may be done."""
    invitation = queries.get(event, id)
    substitutes = queries.substitutes_by([invitation])
    return render_template(
        "invitations/organise/one.html",
        event=event,
        invitation=invitation,
        person=invitation.person,
        standing=guest_queries.standings([invitation])[invitation.id],
        life=LIFE,
        Step=InvitationStep,
        may_be_moved=invitation.state in ADDRESS_MATTERS,
        history=trail.lines_of(audit.history(invitation)) if may(Need.EDITOR) else [],
        messages=mail_queries.of_person(event, invitation.person_id),
        substitutes=substitutes,
        came=guest_queries.came_of(substitutes),
        in_place_of=queries.substitutes_for(event, invitation.person),
        may_be_asked_again=service.may_be_asked_again(invitation),
        PROPOSED=SubstituteState.PROPOSED,
        known=_known_by_address(event, substitutes),
        reminded_at=reminder_queries.last_at(invitation),
    )


def _known_by_address(event: Event, substitutes: Iterable[Substitute]) -> dict[int, list[str]]:
    """Whom the event knows by the address of somebody who is proposed: at most one proposal is open."""
    asked = [one for one in substitutes if one.state is SubstituteState.PROPOSED]
    found = {one.id: [person.full_name for person in queries.known_by_address(event, one.email)] for one in asked}
    return {id: names for id, names in found.items() if names}


@organise.post("/<int:id>/send", needs=Need.EDITOR)
def send(event: Event, id: int) -> Response:
    """Send a draft now, whatever time was planned."""
    invitation = queries.get(event, id)
    service.send(invitation, by=actor())
    return _done(invitation, _("The invitation is on its way."))


@organise.post("/<int:id>/remind", needs=Need.EDITOR)
def remind(event: Event, id: int) -> Response:
    """Remind one person, once a day at most."""
    invitation = queries.get(event, id)
    reminder_service.remind_today(invitation, by=actor())
    return _done(invitation, _("The reminder is on its way."))


@organise.form("/<int:id>/more-time", needs=Need.EDITOR)
def extend(event: Event, id: int) -> Answer:
    """Give more time for the answer."""
    return _with_date(event, id, InvitationStep.EXTEND)


@organise.form("/<int:id>/ask-again", needs=Need.EDITOR)
def ask_again(event: Event, id: int) -> Answer:
    """Ask somebody again who declined, whose invitation was withdrawn, or who accepted and no longer comes."""
    return _with_date(event, id, InvitationStep.ASK_AGAIN)


def _with_date(event: Event, id: int, step: InvitationStep) -> Answer:
    invitation = queries.get(event, id)
    form = DateForm(invitation)
    is_pointless = step is InvitationStep.ASK_AGAIN and not service.may_be_asked_again(invitation)
    if is_pointless and not form.is_submitted():
        return _refused(invitation)
    if step is InvitationStep.EXTEND:
        verb, told = service.extend, _("There is more time. The person is told by mail.")
    else:
        verb, told = service.ask_again, _("The person is asked again.")
    return _deed(
        invitation,
        form,
        step,
        lambda: verb(invitation, form.until, by=actor()),
        told,
    )


@organise.form("/<int:id>/withdraw", needs=Need.EDITOR)
def withdraw(event: Event, id: int) -> Answer:
    """Withdraw an invitation, with or without a notice."""
    invitation = queries.get(event, id)
    form = WithdrawForm()

    def verb() -> None:
        service.revoke(invitation, by=actor(), reason=form.reason.data or "", tell=bool(form.tells.data))

    return _deed(invitation, form, InvitationStep.REVOKE, verb, _("The invitation is withdrawn."))


@organise.form("/<int:id>/address", needs=Need.EDITOR)
def correct_address(event: Event, id: int) -> Answer:
    """Correct the person's address; what was sent is sent again there."""
    invitation = queries.get(event, id)
    form = AddressForm(data={"email": invitation.person.email})
    if not form.is_submitted() and (invitation.state not in ADDRESS_MATTERS or invitation.erased_at):
        return _refused(invitation)
    is_right = form.validate_on_submit()
    form.ask_who(_others_with(form.email.data or "", invitation) if form.is_submitted() else [])
    if is_right and form.says_who():
        if (other := form.who.chosen_id) is not None:
            return redirect(f"/organise/people/{invitation.person_id}/merge/{other}", 303)
        with refusals_on(form):
            service.correct_address(invitation, form.email.data, by=actor())
            return _done(invitation, _("The address is corrected. What was sent already goes there again."))
    return page("invitations/organise/address.html", form, event=event, invitation=invitation)


def _others_with(email: str, invitation: Invitation) -> list[Person]:
    """Who else has the address, of those whom the organiser may change; nobody where it stays as it is."""
    person = invitation.person
    if email.lower() == person.email.lower():
        return []
    return [one for one in queries.alike(edited_events(), email) if one is not person]


@organise.post("/substitutes/<int:number>/approve", needs=Need.EDITOR)
def approve_substitute(event: Event, number: int) -> Response:
    """Invite the one who was proposed."""
    substitute = queries.substitute(event, number)
    substitute_service.approve(substitute, by=actor())
    return _done(substitute.invitation, _("The substitute is invited. Whoever proposed them is told by mail."))


@organise.post("/substitutes/<int:number>/refuse", needs=Need.EDITOR)
def refuse_substitute(event: Event, number: int) -> Response:
    """Don't invite the one who was proposed."""
    substitute = queries.substitute(event, number)
    substitute_service.refuse(substitute, by=actor())
    return _done(substitute.invitation, _("The proposal is not accepted. Whoever made it is told by mail."))


def _deed(invitation: Invitation, form: Form, step: InvitationStep, verb: Callable[[], Any], told: str) -> Answer:
    """A page that asks what must be known for a step, then the step."""
    if not form.is_submitted() and (not LIFE.allows(invitation.state, step) or invitation.erased_at):
        return _refused(invitation)
    if form.validate_on_submit():
        with refusals_on(form):
            verb()
            return _done(invitation, told)
    return page(
        "invitations/organise/step.html",
        form,
        event=invitation.event,
        invitation=invitation,
        step=step,
        Step=InvitationStep,
        is_draft=invitation.state is InvitationState.DRAFT,
        proposal=queries.open_substitute(invitation) if step is InvitationStep.REVOKE else None,
    )


def _refused(invitation: Invitation) -> Response:
    flash(str(Refused.message), "warning")
    return redirect(url_for(".one", event=invitation.event.slug, id=invitation.id), 303)


def _done(invitation: Invitation, told: str) -> Response:
    flash(told, "success")
    return redirect(url_for(".one", event=invitation.event.slug, id=invitation.id), 303)

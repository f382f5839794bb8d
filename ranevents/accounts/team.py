"""Who may do what: an event's team and trail, and all organisers."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask import render_template as render
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ranevents.accounts import factor_queries, factor_service, forms, queries, service, trail
from ranevents.accounts.models import Membership, Role, User
from ranevents.accounts.trail_forms import TrailFilter
from ranevents.core.access import actor
from ranevents.core.forms import page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.mailing import queries as mail_queries

room = Room("team", __name__, url_prefix="/organise")


@room.form("/events/<event>/team", needs=Need.OWNER)
def members(event: Any) -> Any:
    """Who may do what at the event, and a form for one more."""
    form = forms.MemberForm().offer_roles()
    if form.validate_on_submit():
        with refusals_on(form):
            service.add_member(event, form.email.data, form.name.data, form.role.data, by=actor())
            flash(_("Added to the team and told by mail: %(email)s", email=form.email.data), "success")
            return redirect(url_for(".members", event=event.slug), 303)
    return page("accounts/team.html", form, event=event, members=queries.team_of(event.id), roles=list(Role))


@room.post("/events/<event>/team/<int:id>/role", needs=Need.OWNER)
def change_role(event: Any, id: int) -> Response:
    """Give a member another role."""
    member = _member(event, id)
    form = forms.RoleForm()
    if not form.validate():
        abort(400)
    service.change_role(member, form.role.data, by=actor())
    flash(_("%(name)s is now: %(role)s", name=member.user.name, role=member.role.label), "success")
    return redirect(url_for(".members", event=event.slug), 303)


@room.post("/events/<event>/team/<int:id>/remove", needs=Need.OWNER)
def remove(event: Any, id: int) -> Response:
    """Take a member out of the team."""
    member = _member(event, id)
    service.remove_member(member, by=actor())
    flash(_("%(name)s is no longer in the team.", name=member.user.name), "success")
    return redirect(url_for(".members", event=event.slug), 303)


@room.get("/events/<event>/trail", needs=Need.OWNER)
def event_trail(event: Any) -> str:
    """Who did what at the event, when, why."""
    asked = TrailFilter.of(request.args)
    entries = queries.trail_of(event.id, asked_page(request.args.get("page")), asked.asked(event.zone))
    return render(
        "accounts/trail.html",
        event=event,
        page=entries,
        lines=trail.lines(entries),
        asked=asked,
        query=asked.query(),
        kinds=trail.KINDS,
        organisers=queries.organisers_in_trail(event.id),
    )


@room.form("/organisers", needs=Need.ADMINISTRATOR)
def organisers() -> Any:
    """All accounts, and a form that invites one more."""
    form = forms.OrganiserForm()
    if form.validate_on_submit():
        with refusals_on(form):
            service.invite(form.email.data, form.name.data, is_administrator=form.is_administrator.data, by=actor())
            flash(_("Invited by mail: %(email)s", email=form.email.data), "success")
            return redirect(url_for(".organisers"), 303)
    return page(
        "accounts/organisers.html",
        form,
        accounts=queries.accounts(),
        mails=mail_queries.last_to_organisers(),
        with_second_factor=factor_queries.who_have_one(),
    )


@room.post("/organisers/<int:id>/invite", needs=Need.ADMINISTRATOR)
def invite_again(id: int) -> Response:
    """Mail the invitation once more."""
    user = _account(id)
    service.invite_again(user, by=actor())
    return _back_to_organisers(_("Invited by mail: %(email)s", email=user.email))


@room.post("/organisers/<int:id>/activate", needs=Need.ADMINISTRATOR)
def activate(id: int) -> Response:
    """Let an organiser in again."""
    user = _account(id)
    service.activate(user, by=actor())
    return _back_to_organisers(_("%(name)s may sign in again.", name=user.name))


@room.post("/organisers/<int:id>/deactivate", needs=Need.ADMINISTRATOR)
def deactivate(id: int) -> Response:
    """Keep an organiser out."""
    user = _account(id)
    service.deactivate(user, by=actor())
    _warn_of_events_without_owner(queries.titles_without_owner(user))
    return _back_to_organisers(_("%(name)s can't sign in any more.", name=user.name))


@room.post("/organisers/<int:id>/make-administrator", needs=Need.ADMINISTRATOR)
def make_administrator(id: int) -> Response:
    """Give an organiser every right."""
    user = _account(id)
    service.make_administrator(user, by=actor())
    return _back_to_organisers(_("%(name)s is an administrator now.", name=user.name))


@room.post("/organisers/<int:id>/unmake-administrator", needs=Need.ADMINISTRATOR)
def unmake_administrator(id: int) -> Response:
    """Leave an organiser only the rights of their memberships."""
    user = _account(id)
    service.unmake_administrator(user, by=actor())
    return _back_to_organisers(_("%(name)s is no longer an administrator.", name=user.name))


@room.post("/organisers/<int:id>/reset-second-factor", needs=Need.ADMINISTRATOR)
def reset_second_factor(id: int) -> Response:
    """Help an organiser who has lost app, passkeys and recovery codes."""
    user = _account(id)
    factor_service.reset(user, by=actor())
    return _back_to_organisers(
        _("%(name)s signs in with the password alone now, and can set up a new second factor.", name=user.name)
    )


def _warn_of_events_without_owner(titles: list[str]) -> None:
    if titles:
        warning = ngettext(
            "This event now has no owner who may sign in: %(titles)s. Name one on its team page.",
            "These events now have no owner who may sign in: %(titles)s. Name one on each team page.",
            len(titles),
            titles="; ".join(titles),
        )
        flash(warning, "warning")


def _member(event: Any, number: int) -> Membership:
    return queries.member(event.id, number) or abort(404)


def _account(number: int) -> User:
    return queries.account(number) or abort(404)


def _back_to_organisers(message: str) -> Response:
    flash(message, "success")
    return redirect(url_for(".organisers"), 303)

"""The pages on which organisers look after their second factors."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ranevents.accounts import factor_queries, factor_service, one_time_codes, passkeys, session_views
from ranevents.accounts.factor_forms import AppForm, ButtonForm, PasskeyForm
from ranevents.accounts.models import User
from ranevents.accounts.passkeys import Owner
from ranevents.accounts.proof_views import freshly, limited, room
from ranevents.accounts.session_views import signed_in, take_challenge
from ranevents.core.access import actor
from ranevents.core.forms import page, refusals_on
from ranevents.core.room import Need, Room

ROOMS: list[Room] = [room]
ADD = "add"


@room.get("/account/second-factor", needs=Need.ORGANISER)
def start() -> str:
    """What one has beside the password, and what one may set up."""
    user = signed_in()
    return render_template(
        "accounts/factors.html",
        factors=factor_queries.factors_of(user),
        must_have_one=factor_queries.must_have_one(user) and not session_views.is_vouched_for(),
        has_name=factor_queries.site().has_name,
    )


@room.form("/account/second-factor/app", needs=Need.ORGANISER)
@limited
@freshly
def set_up_app() -> Any:
    """Show the secret to an authenticator app; it counts once the app has shown a right code."""
    user, form = signed_in(), AppForm()
    if form.is_submitted() and not session_views.is_app_in_the_making() and factor_queries.app_of(user):
        return _set_up_before(user, _("Your authenticator app is set up already."))
    secret = session_views.secret_in_the_making()
    if form.validate_on_submit():
        with refusals_on(form):
            codes = factor_service.set_up_app(user, secret, form.code.data, by=actor())
            session_views.forget_secret_in_the_making()
            return _added(user, codes, _("Your authenticator app is set up. You need it at each sign-in from now on."))
    said = one_time_codes.address(secret, account=user.email, issuer=factor_queries.site().name)
    picture, typed = one_time_codes.picture(said), one_time_codes.grouped(secret)
    return page("accounts/app.html", form, said=said, picture=picture, typed=typed)


@room.form("/account/second-factor/app/remove", needs=Need.ORGANISER)
@freshly
def remove_app() -> Any:
    """Remove the authenticator app."""
    user, form = signed_in(), ButtonForm()
    if form.validate_on_submit():
        with refusals_on(form):
            factor_service.remove_app(user, by=actor())
            return _back(_("The authenticator app is removed. Please delete the entry in the app, too."))
    return page("accounts/remove_factor.html", form, passkey=None)


@room.form("/account/second-factor/passkeys/new", needs=Need.ORGANISER)
@limited
@freshly
def add_passkey() -> Any:
    """Make a passkey in the browser, and give it a name."""
    user, form = signed_in(), PasskeyForm()
    if form.validate_on_submit():
        with refusals_on(form):
            challenge = take_challenge(ADD)
            made = passkeys.made(factor_queries.site(), challenge, form.passkey.data)
            handle = factor_queries.owner_handle(user)
            codes = factor_service.add_passkey(user, made, name=form.name.data, handle=handle, by=actor())
            return _added(user, codes, _("The passkey is set up: %(name)s", name=form.name.data))
    if "csrf_token" in form.errors and factor_queries.has_passkey(user, form.passkey.data):
        return _set_up_before(user, _("Your passkey is set up already."))
    return page("accounts/new_passkey.html", form, asked=_to_be_made(user))


def _to_be_made(user: User) -> str | None:
    site, challenge = factor_queries.site(), session_views.challenge(ADD)
    owner = Owner(factor_queries.owner_handle(user), user.email, user.name)
    known = [one.credential_id for one in factor_queries.passkeys_of(user)]
    return passkeys.to_be_made(site, owner, challenge, known) if site.has_name else None


@room.form("/account/second-factor/passkeys/<int:id>/remove", needs=Need.ORGANISER)
@freshly
def remove_passkey(id: int) -> Any:
    """Remove one passkey."""
    user, form = signed_in(), ButtonForm()
    passkey = factor_queries.passkey(user, id) or abort(404)
    if form.validate_on_submit():
        with refusals_on(form):
            name = passkey.name
            factor_service.remove_passkey(user, passkey, by=actor())
            return _back(_("The passkey is removed: %(name)s", name=name))
    return page("accounts/remove_factor.html", form, passkey=passkey)


@room.form("/account/second-factor/recovery-codes", needs=Need.ORGANISER)
@freshly
def make_recovery_codes() -> Any:
    """Make new recovery codes and show them, this once."""
    user, form = signed_in(), ButtonForm()
    if form.validate_on_submit():
        with refusals_on(form):
            codes = factor_service.make_recovery_codes(user, by=actor())
            return render_template("accounts/recovery_codes.html", codes=codes, is_first=False)
    return page("accounts/make_recovery_codes.html", form, factors=factor_queries.factors_of(user))


def _added(user: User, codes: list[str], said: str) -> Any:
    """Back to the list; after a first factor, to the recovery codes: shown in this answer, and kept nowhere."""
    if not codes:
        return _back(said)
    session_views.renew_session(user)
    flash(said, "success")
    return render_template("accounts/recovery_codes.html", codes=codes, is_first=True)


def _set_up_before(user: User, said: str) -> tuple[str, int]:
    """The page of recovery codes was loaded once more: they can't be shown again, but new ones can be made."""
    codes = _("The recovery codes were shown only once. If you have not kept them, make new ones here.")
    flash(f"{said} {codes}", "info")
    told = {"form": ButtonForm(), "factors": factor_queries.factors_of(user)}
    return render_template("accounts/make_recovery_codes.html", **told), 422


def _back(said: str) -> Response:
    flash(said, "success")
    return redirect(url_for("factors.start"), 303)

"""Where somebody proves to be who they say: a second factor or a passkey at sign-in, and again before changes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from ranevents.accounts import factor_queries, factor_service, passkeys, queries, rules, service, session_views
from ranevents.accounts.factor_forms import ConfirmForm, RecoveryCodeForm, SecondFactorForm
from ranevents.accounts.forms import SignInForm
from ranevents.accounts.models import User
from ranevents.accounts.session_views import HalfWay, signed_in, take_challenge
from ranevents.core import tokens
from ranevents.core.forms import page, refusals_on
from ranevents.core.limits import allowed, has_failed, limiter, network
from ranevents.core.room import Need, Room, View

room = Room("factors", __name__)
SIGN_IN = "sign-in"
CONFIRM = "confirm"


def account_tried() -> str:
    """As whom somebody tries to pass, wherever they come from: the account, whichever of its sessions it is."""
    waiting = session_views.half_way()
    session_id = waiting.session_id if waiting else current_user.get_id()
    return tokens.fingerprint("tried", session_id.partition(".")[0] if session_id else network())


def limited(view: View) -> View:
    """Few wrong codes are allowed, from one network and for one account, whichever page they are entered on."""
    for who in (network, account_tried):
        limit = limiter.shared_limit(
            allowed("LIMIT_SIGN_IN"), "second factor", methods=["POST"], deduct_when=has_failed, key_func=who
        )
        view = limit(view)
    return view


def sign_in_page(form: SignInForm) -> tuple[str, int]:
    """The page on which one signs in, with a password or with a passkey."""
    return page("accounts/sign_in.html", form, asked=asked(SIGN_IN))


def asked(purpose: str, of: User | None = None) -> str | None:
    """What a browser asks passkeys (JSON): those of one account, else any for this site; None where that is in vain."""
    site = factor_queries.site()
    own = [one.credential_id for one in factor_queries.passkeys_of(of)] if of else []
    if not site.has_name or (of and not own):
        return None
    return passkeys.to_be_shown(site, session_views.challenge(purpose), own)


def go_on(user: User, goal: str) -> Response:
    """After the right password: in, or to the second factor where the account has one."""
    if not factor_queries.has_one(user):
        return let_in(user, goal)
    session_views.wait_for_second_factor(user, goal)
    return redirect(url_for("factors.ask"), 303)


def let_in(user: User, goal: str) -> Response:
    """Begin the session of somebody who has proved all that it takes."""
    service.arrive(user)
    session_views.begin_session(user)
    return redirect(goal, 303)


@room.post("/sign-in/passkey", needs=Need.PUBLIC)
@limited
def sign_in_with_passkey() -> Any:
    """Sign in by a passkey alone: who holds it was recognised by the device, which makes two factors."""
    form = SignInForm()
    with refusals_on(form):
        user = factor_service.use_passkey(take_challenge(SIGN_IN), request.form.get("passkey", ""))
        service.check_own_way_in(user, administrators_only=current_app.config["SETTINGS"].oidc_only)
        return let_in(user, rules.own_path(form.next.data, otherwise="/organise"))
    return sign_in_page(form)


def _waiting() -> tuple[HalfWay, User] | None:
    """Who owes a second factor in this browser; None once that is too long ago, or the account has changed."""
    waiting = session_views.half_way()
    user = queries.of_session(waiting.session_id) if waiting else None
    return (waiting, user) if waiting and user else None


def _begin_again() -> Response:
    flash(_("Please enter your password again: the second step must follow within ten minutes."), "info")
    return redirect(url_for("accounts.sign_in"), 303)


@room.form("/sign-in/second-factor", needs=Need.PUBLIC)
@limited
def ask() -> Any:
    """The second step of signing in: a code of the app, or a passkey."""
    found = _waiting()
    if found is None:
        return _begin_again()
    waiting, user = found
    form = SecondFactorForm()
    has_app = factor_queries.app_of(user) is not None
    if not has_app:
        del form.code
    if form.validate_on_submit():
        with refusals_on(form):
            _prove(user, form, SIGN_IN)
            return let_in(user, waiting.goal)
    return page("accounts/second_factor.html", form, asked=asked(SIGN_IN, user))


@room.form("/sign-in/recovery-code", needs=Need.PUBLIC)
@limited
def recover() -> Any:
    """The same for somebody whose app and passkeys are out of reach."""
    found = _waiting()
    if found is None:
        return _begin_again()
    waiting, user = found
    form = RecoveryCodeForm()
    if form.validate_on_submit():
        with refusals_on(form):
            left = factor_service.use_recovery_code(user, form.recovery_code.data)
            _warn_of_few(left)
            return let_in(user, waiting.goal)
    return page("accounts/recover.html", form)


@room.form("/account/confirm", needs=Need.ORGANISER)
@limited
def confirm() -> Any:
    """Prove once more to be there, before security settings change."""
    user = signed_in()
    form = ConfirmForm(next=request.args.get("next"))
    has_app = factor_queries.app_of(user) is not None
    if has_app and not user.password_hash:
        del form.password
    else:
        del form.code
    if form.validate_on_submit():
        with refusals_on(form):
            _prove(user, form, CONFIRM)
            session_views.confirm()
            return redirect(rules.own_path(form.next.data, otherwise=url_for("factors.start")), 303)
    can_not = not (has_app or user.password_hash)
    return page("accounts/confirm.html", form, asked=asked(CONFIRM, user), has_nothing_to_enter=can_not)


def _prove(user: User, form: SecondFactorForm, purpose: str) -> None:
    """Check what somebody entered. Raises PasskeyRefused, WrongPassword, WrongCode."""
    if form.passkey.data:
        factor_service.use_passkey(take_challenge(purpose), form.passkey.data, of=user)
    elif "password" in form:
        factor_service.use_password(user, form.password.data)
    else:
        factor_service.use_code(user, form.code.data)


def _warn_of_few(left: int) -> None:
    flash(
        ngettext(
            "You have %(num)s recovery code left. You can make new ones in your account.",
            "You have %(num)s recovery codes left. You can make new ones in your account.",
            left,
        ),
        "warning",
    )


def freshly(view: Callable[..., Any]) -> Callable[..., Any]:
    """For pages that change security settings: who signed in a while ago proves once more to be there."""

    @wraps(view)
    def ask_first(**arguments: Any) -> Any:
        if session_views.is_confirmed():
            return view(**arguments)
        return redirect(url_for("factors.confirm", next=request.path), 303)

    return ask_first

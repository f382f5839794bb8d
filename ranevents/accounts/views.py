"""Sign-in, one's own account, and passwords."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from ranevents.accounts import (
    factor_queries,
    factor_views,
    forms,
    mails,
    proof_views,
    queries,
    rules,
    service,
    session_views,
    single_sign_on_views,
    team,
)
from ranevents.accounts.jobs import answer_forgotten
from ranevents.accounts.models import User
from ranevents.accounts.session_views import signed_in
from ranevents.core import jobs, languages, tokens
from ranevents.core.access import actor
from ranevents.core.forms import one_line, page, refusals_on
from ranevents.core.limits import allowed, has_failed, limiter, network
from ranevents.core.room import Need, Room

login = LoginManager()
login.session_protection = None  # it would bind sessions to network addresses, which change on the way to an event
room = Room("accounts", __name__)
ROOMS: list[Room] = [room, *factor_views.ROOMS, single_sign_on_views.room, team.room]


@login.user_loader  # type: ignore[untyped-decorator]
def _load(session_id: str) -> User | None:
    return None if session_views.is_over() else queries.of_session(session_id)


def _address_tried() -> str:
    """For whom somebody tries to sign in: a keyed hash, cleaned as the form cleans it."""
    return tokens.fingerprint("tried", one_line(request.form.get("email")).lower() or network())


@room.form("/sign-in", needs=Need.PUBLIC)
@limiter.limit(allowed("LIMIT_SIGN_IN"), methods=["POST"], deduct_when=has_failed)
@limiter.limit(allowed("LIMIT_SIGN_IN"), methods=["POST"], deduct_when=has_failed, key_func=_address_tried)
def sign_in() -> Any:
    """Sign in, and go on to where one was going."""
    form = forms.SignInForm(next=request.args.get("next"))
    goal = rules.own_path(form.next.data, otherwise="/organise")
    if current_user.is_authenticated and request.method == "GET":
        return redirect(goal, 303)
    if form.validate_on_submit():
        with refusals_on(form):
            only = current_app.config["SETTINGS"].oidc_only
            user = service.sign_in(form.email.data, form.password.data, administrators_only=only)
            return proof_views.go_on(user, goal)
    return proof_views.sign_in_page(form)


@room.post("/sign-out", needs=Need.PUBLIC)
def sign_out() -> Response:
    """End this session."""
    left = session.get(session_views.SIGNED_IN_BY)
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in", left=left), 303)


@room.form("/account", needs=Need.ORGANISER)
def account() -> Any:
    """One's own name and language."""
    form = forms.DetailsForm(obj=current_user).offer_languages(languages.offered())
    if form.validate_on_submit():
        service.change_details(current_user, name=form.name.data, language=form.language.data)
        flash(_("Your details are saved."), "success")
        return redirect(url_for(".account"), 303)
    return page("accounts/account.html", form, factors=factor_queries.factors_of(signed_in()))


@room.form("/account/password", needs=Need.ORGANISER)
@limiter.limit(allowed("LIMIT_SIGN_IN"), methods=["POST"], deduct_when=has_failed)
@limiter.limit(allowed("LIMIT_SIGN_IN"), methods=["POST"], deduct_when=has_failed, key_func=proof_views.account_tried)
def change_password() -> Any:
    """Change one's own password; this session goes on, all others end."""
    form = forms.ChangePasswordForm()
    if form.validate_on_submit():
        user = signed_in()
        with refusals_on(form):
            service.change_password(user, old=form.old_password.data, new=form.password.data, by=actor())
            session_views.renew_session(user)
            session_views.confirm()
            flash(_("Your password is changed. Wherever else you were signed in, you are signed out."), "success")
            return redirect(url_for(".account"), 303)
    return page("accounts/change_password.html", form)


@room.post("/account/sign-out-everywhere", needs=Need.ORGANISER)
def sign_out_everywhere() -> Response:
    """End all of one's sessions but this one."""
    user = signed_in()
    service.sign_out_everywhere(user, by=actor())
    session_views.renew_session(user)
    flash(_("Wherever else you were signed in, you are signed out."), "success")
    return redirect(url_for(".account"), 303)


@room.form("/forgotten", needs=Need.PUBLIC)
@limiter.limit(allowed("LIMIT_SIGN_IN"), methods=["POST"])
@limiter.limit(allowed("LIMIT_SIGN_IN"), methods=["POST"], key_func=_address_tried)
def forgotten() -> Any:
    """Ask for a link with which to set a new password; the answer is the same for every address."""
    form = forms.ForgottenForm()
    if form.validate_on_submit():
        user = queries.by_email(form.email.data)
        jobs.defer(answer_forgotten, arguments={"user_id": user.id if user else 0})
        return redirect(url_for(".forgotten_asked"), 303)
    return page("accounts/forgotten.html", form)


@room.get("/forgotten/asked", needs=Need.PUBLIC)
def forgotten_asked() -> str:
    """What happens next."""
    return render_template("accounts/forgotten_asked.html")


@room.form("/reset/<token>", needs=Need.LINK)
@limiter.limit(allowed("LIMIT_UNKNOWN_LINKS"), deduct_when=has_failed)
def reset(token: str) -> Any:
    """Set a new password by the link in a mail."""
    try:
        user = queries.of_link(mails.RESET, token, seconds=rules.RESET_SECONDS)
    except tokens.UnknownLink:
        return render_template("accounts/link_is_over.html", may_ask_again=True), 404
    languages.speak(user.language)
    form = forms.NewPasswordForm()
    if form.validate_on_submit():
        with refusals_on(form):
            service.reset_password(user, form.password.data)
            flash(_("Your new password is set. Please sign in with it."), "success")
            return redirect(url_for(".sign_in"), 303)
    return page("accounts/reset.html", form, user=user)


@room.form("/welcome/<token>", needs=Need.LINK)
@limiter.limit(allowed("LIMIT_UNKNOWN_LINKS"), deduct_when=has_failed)
def welcome(token: str) -> Any:
    """Choose a first password by the link in an invitation."""
    try:
        user = queries.of_link(mails.INVITATION, token, seconds=rules.INVITATION_SECONDS)
    except tokens.UnknownLink:
        return render_template("accounts/link_is_over.html", may_ask_again=False), 404
    languages.speak(user.language)
    form = forms.NewPasswordForm()
    if form.validate_on_submit():
        with refusals_on(form):
            service.accept_invitation(user, form.password.data)
            flash(_("Welcome. Your password is set: please sign in with it."), "success")
            return redirect(url_for(".sign_in"), 303)
    return page("accounts/welcome.html", form, user=user)

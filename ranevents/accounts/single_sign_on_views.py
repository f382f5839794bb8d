"""Signing in at one's organisation: there, and back."""

from typing import Any

from flask import current_app, redirect, render_template, request, session, url_for

from ranevents.accounts import provider, rules
from ranevents.accounts import single_sign_on_rules as sign_on_rules
from ranevents.accounts import single_sign_on_service as service
from ranevents.accounts.session_views import begin_session
from ranevents.core.db import unit_of_work
from ranevents.core.limits import allowed, limiter
from ranevents.core.room import Need, Room
from ranevents.core.sign_on_settings import event_role

room = Room("single_sign_on", __name__)

SINGLE_SIGN_ON = "oidc"
_GOAL = "single_sign_on_goal"


def _was_forged(response: Any) -> bool:
    """Counts are kept of what the provider was asked in vain: neither of its absence, nor of links on other sites."""
    return bool(response.status_code == sign_on_rules.NotVouchedFor.status)


@room.get("/sign-in/organisation", needs=Need.PUBLIC)
def leave() -> Any:
    """Go to the organisation's sign-in."""
    session[_GOAL] = rules.own_path(request.args.get("next"), otherwise="/organise")
    try:
        return provider.leave_for_provider(_address_of(".come_back"))
    except sign_on_rules.SignOnRefused as refusal:
        return _refused(refusal)


@room.get("/sign-in/organisation/back", needs=Need.PUBLIC)
@limiter.limit(allowed("LIMIT_SIGN_IN"), deduct_when=_was_forged)
def come_back() -> Any:
    """Come back from the organisation's sign-in: the one address where a GET changes something.

    The protocol wants it so. What guards it is what guards a form: a secret of this session (the state), good once.
    """
    goal = rules.own_path(session.get(_GOAL), otherwise="/organise")
    try:
        claims = provider.claims_of_this_request()
        with unit_of_work():
            user = service.come_in(claims, _worth())
        if user is None:
            raise sign_on_rules.NotAllowed
    except sign_on_rules.SignOnRefused as refusal:
        return _refused(refusal)
    begin_session(user, by=SINGLE_SIGN_ON)
    return redirect(goal, 303)


@room.get("/sign-out/organisation", needs=Need.PUBLIC)
def sign_out_there() -> Any:
    """End the session at the organisation as well, where it lets us ask for that."""
    try:
        address = provider.sign_out_address(_address_of("accounts.sign_in"))
    except sign_on_rules.SignOnRefused as refusal:
        return _refused(refusal)
    return redirect(address or url_for("events.calendar_page"), 303)


def _address_of(endpoint: str) -> str:
    """The whole address of a page of ours, as the provider has it in its list."""
    return str(current_app.config["BASE_URL"]) + url_for(endpoint)


def _worth() -> sign_on_rules.Worth:
    settings = current_app.config["SETTINGS"]
    return sign_on_rules.Worth(
        administrators=frozenset(settings.oidc_administrators),
        organisers=frozenset(settings.oidc_organisers),
        event_roles=tuple(event_role(text) for text in settings.oidc_event_roles),
    )


def _refused(refusal: sign_on_rules.SignOnRefused) -> tuple[str, int]:
    return render_template("accounts/single_sign_on_failed.html", message=str(refusal)), refusal.status

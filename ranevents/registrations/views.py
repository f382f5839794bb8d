"""The public form, and the page behind the personal link."""

from collections.abc import Callable

from flask import Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ranevents.core import audit, clock, jobs, names, shown, tokens
from ranevents.core.calendar import Method
from ranevents.core.errors import DomainError, NotFound
from ranevents.core.forms import one_line, page, refusals_on
from ranevents.core.limits import is_over, network
from ranevents.core.room import Need, Room
from ranevents.events.models import Event
from ranevents.registrations import (
    answer_queries,
    export_views,
    mails,
    named_service,
    organise_views,
    queries,
    service,
    together_views,
)
from ranevents.registrations import jobs as later
from ranevents.registrations.forms import ChangeForm, LinkForm, ReasonForm, RegistrationForm
from ranevents.registrations.invited_forms import InvitedForm
from ranevents.registrations.link_views import mine
from ranevents.registrations.models import Registration
from ranevents.registrations.states import LIFE, RegistrationState, RegistrationStep
from ranevents.registrations.upload_forms import keep_files

public = Room("registrations", __name__)
personal = Room("my_registration", __name__, url_prefix="/r/<token>")
ROOMS: list[Room] = [public, personal, organise_views.organise, export_views.exporting, together_views.together]

Answer = str | tuple[str, int] | BaseResponse


# The public form


@public.form("/events/<event>/register", needs=Need.PUBLIC)
def register(event: Event) -> Answer:
    """The form of an event with open registration."""
    at = clock.now()
    form = RegistrationForm(event=event)
    if not form.is_submitted() and not event.takes_registrations(at):
        return render_template("registrations/closed.html", event=event)
    if form.is_submitted():
        keep_files(form, event)
    if form.validate_on_submit():
        with refusals_on(form):
            return _take_in(event, form)
    text, status = page("registrations/register.html", form, event=event, is_open=event.takes_registrations(at))
    if not form.is_submitted():
        shown.keep(text, at=at, until=event.turning_points, submission_id=form.submission_id.data)
    return text, status


def _take_in(event: Event, form: RegistrationForm) -> BaseResponse:
    answers = form.answers()
    if is_over("LIMIT_REGISTER", network()):
        raise DomainError(_("Too many forms came from your network. Please wait a minute, then send it again."))
    if is_over("LIMIT_PER_ADDRESS", answers.particulars.email, "register"):
        raise DomainError(_("Many forms came with this e-mail address. Please wait an hour, then send it again."))
    try:
        service.register(event, answers, submission_id=form.submission_id.data, by=audit.PERSON)
    except service.SentBefore:
        form.begin_anew()
        raise
    session["registered"] = {"event": event.slug, "name": form.given_name.data, "email": answers.particulars.email}
    return redirect(url_for(".registered", event=event.slug), 303)


@public.get("/events/<event>/registered", needs=Need.PUBLIC)
def registered(event: Event) -> Answer:
    """Thank you; the answer itself comes by mail, so that nobody can try out who is registered."""
    sent = session.get("registered") or {}
    if sent.get("event") == event.slug:
        session.pop("registered")
        return render_template("registrations/registered.html", event=event, sent=sent)
    return render_template("registrations/registered.html", event=event, sent=None)


@public.form("/events/<event>/link", needs=Need.PUBLIC)
def link(event: Event) -> Answer:
    """Have a lost personal link sent again; the same answer for every address."""
    form = LinkForm()
    if form.validate_on_submit():
        if is_over("LIMIT_SIGN_IN", network(), "link") or is_over("LIMIT_PER_ADDRESS", form.email.data, "link"):
            form.form_errors.append(_("You have asked for links many times. Please wait some minutes, then try again."))
        else:
            asked = {"ids": queries.live_with_address(event, form.email.data), "request_id": tokens.reference()}
            jobs.defer(later.send_links, arguments=asked)
            flash(_("If somebody is registered with this address, the personal link is on its way to it."), "success")
            return redirect(url_for(".link", event=event.slug), 303)
    return page("registrations/link.html", form, event=event)


@public.post("/names/latin", needs=Need.PUBLIC)
def latin() -> Response:
    """A name in Latin letters, proposed while the form is filled in; nothing is stored."""
    sent = {name: one_line(request.form.get(name, ""))[:120] for name in ("given_name", "family_name", "country")}
    country = sent["country"]
    return jsonify(
        latin_given_name=names.latin(sent["given_name"], country),
        latin_family_name=names.latin(sent["family_name"], country),
    )


# Behind the personal link


@personal.get("", needs=Need.LINK)
def show(token: str) -> Answer:
    """My registration: opening it changes nothing."""
    return _my_page(token, mine(token))


def _my_page(token: str, registration: Registration, refusal: str = "") -> str:
    is_waiting = registration.state is RegistrationState.WAITLISTED
    return render_template(
        "registrations/mine.html",
        token=token,
        registration=registration,
        event=registration.event,
        position=queries.position(registration) if is_waiting else None,
        may_change=registration.may_be_changed(clock.now()),
        answers=answer_queries.answers_of(registration, with_special=True),
        file_link=lambda id: url_for("my_files.my_file", token=token, id=id),
        life=LIFE,
        Step=RegistrationStep,
        refusal=refusal,
    )


@personal.form("/change", needs=Need.LINK)
def change(token: str) -> Answer:
    """Correct what I sent in; or, where somebody else has named me, fill in the form for the first time."""
    registration = mine(token)
    event, is_first = registration.event, registration.awaits_person
    form = (
        InvitedForm.of(event, registration.person, registration.capacity) if is_first else ChangeForm.of(registration)
    )
    if not form.is_submitted() and not registration.may_be_changed(clock.now()):
        return redirect(url_for(".show", token=token), 303)
    if form.is_submitted():
        keep_files(form, event)
    if form.validate_on_submit():
        with refusals_on(form):
            verb = named_service.complete if is_first else service.change
            changed = verb(registration, form.answers(), by=audit.PERSON)
            return _after_change(token, registration, changed)
    template = "registrations/complete.html" if is_first else "registrations/change.html"
    return page(template, form, token=token, registration=registration, event=event)


def _after_change(token: str, registration: Registration, changed: list[str]) -> BaseResponse:
    if "email" in changed:
        flash(_("Your changes are saved. We have sent a new personal link to your new address."), "success")
        return redirect(url_for("events.page", event=registration.event.slug), 303)
    flash(_("Your changes are saved.") if changed else _("Nothing was different, so nothing was changed."), "success")
    return redirect(url_for(".show", token=token), 303)


@personal.form("/cancel", needs=Need.LINK)
def cancel(token: str) -> Answer:
    """Cancel my registration, after one question."""
    registration = mine(token)
    form = ReasonForm()
    if not form.is_submitted() and not registration.may_be_changed(clock.now()):
        return redirect(url_for(".show", token=token), 303)
    if form.validate_on_submit():
        return _act(token, lambda: service.cancel(registration, by=audit.PERSON))
    return page("registrations/cancel.html", form, token=token, registration=registration)


@personal.post("/accept", needs=Need.LINK)
def accept(token: str) -> Answer:
    """Take the place that is offered to me."""
    registration = mine(token)
    return _act(token, lambda: service.accept(registration, by=audit.PERSON))


@personal.post("/decline", needs=Need.LINK)
def decline(token: str) -> Answer:
    """Leave the offered place to the next."""
    registration = mine(token)
    return _act(token, lambda: service.decline(registration, by=audit.PERSON))


def _act(token: str, verb: Callable[[], None]) -> Answer:
    """Run the verb; a refusal is told on the person's own page, which shows how things stand."""
    try:
        verb()
    except DomainError as error:
        return _my_page(token, mine(token), refusal=str(error)), 409
    return redirect(url_for(".show", token=token), 303)


@personal.get("/calendar.ics", needs=Need.LINK)
def entry(token: str) -> Response:
    """My calendar entry."""
    registration = mine(token)
    if registration.state is not RegistrationState.CONFIRMED:
        raise NotFound
    text = mails.calendar_entry(registration, Method.PUBLISH)
    headers = {"Content-Disposition": f'attachment; filename="{registration.event.slug}.ics"'}
    return Response(text, content_type="text/calendar; charset=utf-8", headers=headers)

"""Behind the personal link: what we hold about you. For organisers: wishes to answer, and how long what is kept."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ranevents.core import audit, clock
from ranevents.core.access import actor
from ranevents.core.errors import Refused
from ranevents.core.forms import page, refusals_on
from ranevents.core.room import Need, Room
from ranevents.events.models import Event
from ranevents.mailing import service as post_office
from ranevents.privacy import erasure_service, guest_views, held, queries, service
from ranevents.privacy.forms import AskForm, ConfirmForm, DeclineForm, ScheduleForm
from ranevents.registrations import queries as registrations
from ranevents.registrations.link_views import mine

personal = Room("my_data", __name__, url_prefix="/r/<token>")
organise = Room("privacy", __name__, url_prefix="/organise/events/<event>")
ROOMS = [personal, guest_views.guest, organise]

Answer = str | tuple[str, int] | BaseResponse


# Behind the personal link


@personal.get("/data", needs=Need.LINK)
def show(token: str) -> str:
    """All that is held about me, and until when."""
    registration = mine(token)
    return render_template(
        "privacy/data.html",
        token=token,
        registration=registration,
        event=registration.event,
        held=held.about(registration),
        text_of=post_office.text_of,
        may_correct=registration.state.is_live and clock.now() < registration.event.ends_at,
        Withdrawal=service.Withdrawal,
    )


@personal.get("/data.json", needs=Need.LINK)
def file(token: str) -> Response:
    """The same for machines."""
    registration = mine(token)
    text = held.as_file(held.about(registration), token=token)
    name = f"{registration.event.slug}-personal-data.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


@personal.post("/data/withdraw", needs=Need.LINK)
def withdraw(token: str) -> BaseResponse:
    """Take back a consent, or have what I said about special needs deleted now."""
    registration = mine(token)
    wanted = request.form.get("what", "")
    if wanted not in set(service.Withdrawal):
        raise Refused
    service.withdraw(registration, service.Withdrawal(wanted), by=audit.PERSON)
    flash(_("Done: from now on this holds everywhere. We send no mail about it."), "success")
    return redirect(url_for(".show", token=token), 303)


@personal.form("/data/erasure", needs=Need.LINK)
def erasure(token: str) -> Answer:
    """Ask to be forgotten."""
    registration = mine(token)
    form = AskForm()
    if not form.is_submitted() and any(one.is_open for one in queries.erasures_of(registration)):
        return redirect(url_for(".show", token=token), 303)
    if form.validate_on_submit():
        with refusals_on(form):
            service.ask(registration, reason=form.reason.data, by=audit.PERSON)
            flash(_("We have your request. A receipt is on its way to you by mail."), "success")
            return redirect(url_for(".show", token=token), 303)
    return page("privacy/ask.html", form, token=token, registration=registration, event=registration.event)


@personal.post("/data/erasure/withdraw", needs=Need.LINK)
def keep_after_all(token: str) -> BaseResponse:
    """Take the request back."""
    service.keep_after_all(mine(token), by=audit.PERSON)
    flash(_("Your request is withdrawn: everything stays as it is."), "success")
    return redirect(url_for(".show", token=token), 303)


# The organiser's pages


@organise.get("/privacy", needs=Need.READER)
def overview(event: Event) -> str:
    """Who wishes to be forgotten, what goes when, and what went."""
    return render_template(
        "privacy/overview.html",
        event=event,
        erasures=queries.open_erasures(event),
        answered=queries.number_of_answered(event),
        today=clock.now().astimezone(event.zone).date(),
        periods=queries.kept_days(event),
        ahead=queries.ahead(event, at=clock.now()),
        gone=queries.gone(event),
    )


@organise.form("/privacy/schedule", needs=Need.OWNER)
def schedule(event: Event) -> Answer:
    """Say how long each kind of data is kept; where something goes sooner, after a page that says what."""
    form = ScheduleForm.of(event)
    if form.validate_on_submit():
        wanted = form.wanted()
        with refusals_on(form):
            service.refuse_broken_promises(event, wanted)
            sooner = queries.sooner(event, wanted, at=clock.now())
            # No field of the form: a form that comes back with an error has not been confirmed.
            if sooner and request.form.get("is_confirmed") != "yes":
                return page("privacy/schedule_sooner.html", form, event=event, sooner=sooner)
            changed = service.set_schedule(event, wanted, by=actor())
            flash(_("Saved.") if changed else _("Nothing was different, so nothing was changed."), "success")
            return redirect(url_for(".overview", event=event.slug), 303)
    return page("privacy/schedule.html", form, event=event, promised=queries.promised(event))


@organise.form("/privacy/requests/<int:id>/decline", needs=Need.EDITOR)
def decline(event: Event, id: int) -> Answer:
    """Decline a wish to be forgotten, with a reason that the person will read."""
    wish = queries.erasure(event, id)
    form = DeclineForm()
    if not form.is_submitted() and not wish.is_open:
        flash(str(Refused.message), "warning")
        return redirect(url_for(".overview", event=event.slug), 303)
    if form.validate_on_submit():
        with refusals_on(form):
            service.decline(wish, answer=form.answer.data, by=actor())
            flash(_("Declined. The person is told why by mail."), "success")
            return redirect(url_for(".overview", event=event.slug), 303)
    return page("privacy/decline.html", form, event=event, erasure=wish, registration=wish.registration)


@organise.form("/registrations/<int:id>/erase", needs=Need.EDITOR)
def erase(event: Event, id: int) -> Answer:
    """Forget a person, after a page that says what goes and what stays."""
    registration = registrations.get(event, id)
    form = ConfirmForm()
    here = url_for("registrations_of_event.one", event=event.slug, id=id)
    if not form.is_submitted() and registration.erased_at:
        return redirect(here, 303)
    if form.validate_on_submit():
        with refusals_on(form):
            erasure_service.erase(registration, by=actor())
            flash(_("Erased. The person is told by a last mail, of which nothing is kept."), "success")
            return redirect(here, 303)
    is_cancelled_first = registration.state.is_live and clock.now() < event.ends_at
    told = {"event": event, "registration": registration, "is_cancelled_first": is_cancelled_first}
    return page("privacy/erase.html", form, **told)

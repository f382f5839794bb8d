"""The public calendar, the event page, and the organiser's pages about events and series."""

from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ranevents.accounts import queries as accounts
from ranevents.core import calendar, clock, consequences, shown
from ranevents.core.access import actor
from ranevents.core.forms import page as page_of
from ranevents.core.forms import refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.events import languages, queries, rules, service
from ranevents.events.forms import CancelForm, EventForm, SeriesForm, conflicts_on
from ranevents.events.models import Event, Series
from ranevents.events.states import EventStep, Happening
from ranevents.mailing import queries as mail_queries

room = Room("events", __name__)
ROOMS: list[Room] = [room]

NOT_FOR_ROBOTS = ("/demo", "/i/", "/organise", "/r/", "/reset/", "/welcome/")


@room.get("/", needs=Need.PUBLIC)
def calendar_page() -> str:
    """The public calendar."""
    at = clock.now()
    upcoming = queries.upcoming(at)
    past = queries.past(asked_page(request.args.get("page")), besides=upcoming)
    return render_template("events/calendar.html", upcoming=upcoming, past=past, at=at)


@room.get("/robots.txt", needs=Need.PUBLIC)
def robots() -> Response:
    """What search engines are to leave alone (RFC 9309): personal links, and what is for organisers."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@room.get("/events/<event>", needs=Need.PUBLIC)
def page(event: Event) -> str:
    """What everybody may know about an event; of a draft, what its team will publish."""
    at = clock.now()
    text = render_template(
        "events/page.html",
        event=event,
        registering=event.registering(at),
        takes_registrations=event.takes_registrations(at),
        languages=[languages.name_of(code) for code in event.languages],
    )
    shown.keep(text, at=at, until=event.turning_points)
    return text


@room.get("/events/<event>/calendar.ics", needs=Need.PUBLIC)
def calendar_entry(event: Event) -> Response:
    """The event as a calendar entry."""
    method = calendar.Method.CANCEL if event.is_cancelled else calendar.Method.PUBLISH
    answer = Response(calendar.write(_entry(event), method))
    answer.headers["Content-Type"] = f"text/calendar; charset=utf-8; method={method}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    return answer


def _entry(event: Event) -> calendar.Entry:
    base = current_app.config["BASE_URL"].rstrip("/")
    return calendar.Entry(
        uid=event.uid,
        sequence=event.entry_sequence,
        title=event.title,
        first_on=event.first_on,
        last_on=event.last_on,
        place=", ".join(part for part in (event.venue, event.city) if part),
        description=event.theme,
        url=f"{base}{url_for('.page', event=event.slug)}",
        organiser_name=event.host,
        organiser_address=event.contact_address,
        changed_at=clock.now(),
    )


@room.get("/organise", needs=Need.ORGANISER)
def organise() -> str:
    """The organiser's events; an administrator's are all."""
    roles = accounts.memberships_of(current_user)
    ids = None if current_user.is_administrator else set(roles)
    events = queries.of_organiser(asked_page(request.args.get("page")), ids=ids)
    return render_template("events/organise.html", page=events, roles=roles)


@room.form("/organise/events/new", needs=Need.ORGANISER)
def new() -> Any:
    """Make an event: a draft, which belongs to its maker."""
    form = EventForm()
    if form.validate_on_submit():
        with refusals_on(form):
            event = service.create(
                form.details(), owner=current_user, by=actor(), submission_id=form.submission_id.data
            )
            _remark(form, _("The draft is saved. Only your team can see it until you publish it."))
            return redirect(url_for(".show", event=event.slug), 303)
    return page_of("events/edit.html", form)


@room.get("/organise/events/<event>", needs=Need.READER)
def show(event: Event) -> str:
    """The event's home for its team."""
    missing = rules.missing(event.details)
    labels = [str(EventForm.label_of(name)) for name in missing]
    return render_template(
        "events/show.html",
        event=event,
        missing=labels,
        undelivered=mail_queries.undelivered(event),
        at=clock.now(),
        EventStep=EventStep,
    )


@room.form("/organise/events/<event>/edit", needs=Need.EDITOR)
def edit(event: Event) -> Any:
    """Say something else about an event."""
    form = EventForm(event)
    if form.validate_on_submit():
        with conflicts_on(form, event):
            told = service.edit(event, form.details(), version=form.version.data, tells=form.tells.data, by=actor())
            people = ngettext("%(num)d person is being told.", "%(num)d people are being told.", told) if told else ""
            _remark(form, " ".join(filter(None, (_("Saved."), people))))
            return redirect(url_for(".show", event=event.slug), 303)
    return page_of("events/edit.html", form, event=event)


@room.post("/organise/events/<event>/publish", needs=Need.OWNER)
def publish(event: Event) -> BaseResponse:
    """Show a draft to everybody."""
    service.publish(event, by=actor())
    flash(_("The event is published. Everybody can see its page."), "success")
    return redirect(url_for(".show", event=event.slug), 303)


@room.form("/organise/events/<event>/cancel", needs=Need.OWNER)
def cancel(event: Event) -> Any:
    """Call an event off, for a reason that people will read."""
    form = CancelForm()
    if form.validate_on_submit():
        with refusals_on(form):
            service.cancel(event, reason=form.reason.data, by=actor())
            flash(_("The event is cancelled. Everybody who is registered or invited is being told."), "success")
            return redirect(url_for(".show", event=event.slug), 303)
    told = consequences.people_concerned(Happening.CANCELLED, event)
    return page_of("events/cancel.html", form, event=event, told=told, EventStep=EventStep)


@room.post("/organise/events/<event>/finish", needs=Need.OWNER)
def finish(event: Event) -> BaseResponse:
    """Close the book on an event that has taken place."""
    service.finish(event, by=actor())
    flash(_("The event is finished."), "success")
    return redirect(url_for(".show", event=event.slug), 303)


@room.post("/organise/events/<event>/archive", needs=Need.OWNER)
def archive(event: Event) -> BaseResponse:
    """Put an event away."""
    service.archive(event, by=actor())
    flash(_("The event is archived."), "success")
    return redirect(url_for(".show", event=event.slug), 303)


@room.get("/organise/series", needs=Need.ORGANISER)
def series() -> str:
    """Every series."""
    return render_template("events/series.html", lines=queries.all_series())


@room.form("/organise/series/new", needs=Need.ADMINISTRATOR)
def new_series() -> Any:
    """Make a series."""
    form = SeriesForm()
    if form.validate_on_submit():
        with refusals_on(form):
            service.create_series(form.details(), by=actor(), submission_id=form.submission_id.data)
            flash(_("The series is saved."), "success")
            return redirect(url_for(".series"), 303)
    return page_of("events/edit_series.html", form)


@room.form("/organise/series/<int:id>/edit", needs=Need.ADMINISTRATOR)
def edit_series(id: int) -> Any:
    """Say something else about a series."""
    found: Series = queries.series_by_id(id) or abort(404)
    form = SeriesForm(found)
    if form.validate_on_submit():
        with conflicts_on(form, found):
            service.edit_series(found, form.details(), version=form.version.data, by=actor())
            flash(_("The series is saved."), "success")
            return redirect(url_for(".series"), 303)
    return page_of("events/edit_series.html", form, series=found)


def _remark(form: EventForm, saved: str) -> None:
    flash(saved, "success")
    for remark in form.remarks():
        flash(remark, "warning")

"""An event's guest list: found, filtered, entered by hand, brought from earlier events, taken as a file."""

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ranevents.accounts import queries as accounts
from ranevents.core.access import actor
from ranevents.core.forms import page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.core.spreadsheets import Kind
from ranevents.events import queries as events
from ranevents.events.models import Event
from ranevents.events.queries import Named
from ranevents.invitations import guest_forms, guest_queries, guest_service, guest_words, queries
from ranevents.invitations.guest_forms import EarlierForm, ExportForm, GuestForm
from ranevents.invitations.guest_lists import Column
from ranevents.invitations.models import Guest
from ranevents.people.models import Person

guests = Room("guests", __name__, url_prefix="/organise/events/<event>/guests")

Answer = str | tuple[str, int] | BaseResponse


@guests.get("", needs=Need.READER)
def listing(event: Event) -> str:
    """The guest list: search and filters, a page at a time."""
    asked = guest_forms.asked(request.args)
    filters = guest_words.filters(asked)
    return render_template(
        "invitations/organise/guests.html",
        event=event,
        asked=asked,
        query=asked.address(),
        page=guest_queries.listing(event, asked, asked_page(request.args.get("page"))),
        filters=filters,
        chips=guest_words.chips(asked, filters),
        left_out=guest_forms.not_understood(request.args, asked),
        Column=Column,
    )


@guests.form("/new", needs=Need.EDITOR)
def new(event: Event) -> Answer:
    """Put one person on the list by hand."""
    form = GuestForm(event=event)
    is_right, known = form.validate_on_submit(), _alike(event, form)
    form.ask_who(known)
    if is_right and form.says_who():
        with refusals_on(form):
            guest = _entered(event, form, {one.id: one for one in known})
            flash(_("%(name)s is on the guest list.", name=guest.person.full_name), "success")
            return redirect(url_for(".listing", event=event.slug), 303)
    return page("invitations/organise/new_guest.html", form, event=event)


def _alike(event: Event, form: GuestForm) -> list[Person]:
    """Who may be meant, of those whom the organiser could bring here; nobody for a form that has entered somebody."""
    if not form.is_submitted() or guest_queries.by_submission(event, str(form.submission_id.data)):
        return []
    return queries.alike(edited_events(), form.email.data or "", form.sort_key)


def _entered(event: Event, form: GuestForm, known: dict[int, Person]) -> Guest:
    if (id := form.who.chosen_id) is not None:
        return guest_service.enter_known(event, known[id], by=actor())
    return guest_service.enter(event, form.particulars(), submission_id=str(form.submission_id.data), by=actor())


def edited_events() -> set[int] | None:
    """The ids of the events whose people whoever is signed in may change; None: of all."""
    roles = accounts.memberships_of(current_user)
    return None if current_user.is_administrator else {id for id, role in roles.items() if role.satisfies(Need.EDITOR)}


@guests.form("/earlier", needs=Need.EDITOR)
def earlier(event: Event) -> Answer:
    """Bring the people of an earlier event of one's own."""
    sources = _sources(event)
    form = EarlierForm(sources)
    if form.validate_on_submit():
        source = next(one for one in sources if one.slug == form.source.data)
        brought = guest_service.bring(event, source.id, by=actor())
        told = ngettext("%(num)d person is new on the list.", "%(num)d people are new on the list.", brought)
        flash(told, "success")
        return redirect(url_for(".listing", event=event.slug), 303)
    return page("invitations/organise/earlier.html", form, event=event, sources=sources)


def _sources(event: Event) -> list[Named]:
    """The other events whose people one may change there: whoever may only read them brings nobody elsewhere."""
    return [one for one in events.named(ids=edited_events()) if one.id != event.id]


@guests.post("/<int:id>/remove", needs=Need.EDITOR)
def take_off(event: Event, id: int) -> BaseResponse:
    """Take somebody off the list who was never invited."""
    guest = guest_queries.get(event, id)
    name = guest.person.full_name
    guest_service.take_off(guest, by=actor())
    flash(_("%(name)s is no longer on the guest list.", name=name), "success")
    return redirect(url_for(".listing", event=event.slug), 303)


@guests.form("/export", needs=Need.READER)
def export(event: Event) -> Answer | Response:
    """Take the list that is shown, as a file."""
    asked = guest_forms.asked(request.args)
    form = ExportForm()
    if form.validate_on_submit():
        kind = Kind(form.kind.data)
        content, name = guest_service.export(event, asked, kind=kind, by=actor())
        return send_file(content, mimetype=kind.media_type, as_attachment=True, download_name=name)
    return page(
        "invitations/organise/export.html",
        form,
        event=event,
        asked=asked,
        chips=guest_words.chips(asked, guest_words.filters(asked)),
        count=guest_queries.count(event, asked),
    )

"""The directory over all of an organiser's events: the people whom their teams know."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ranevents.accounts import trail
from ranevents.core import audit
from ranevents.core.access import actor
from ranevents.core.forms import page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.directory import forms, merge_views, organisation_views, people_words, queries, service
from ranevents.directory.forms import PersonForm
from ranevents.directory.people_rules import Column
from ranevents.people.models import Person

room = Room("people", __name__, url_prefix="/organise/people")

Answer = str | tuple[str, int] | BaseResponse


@room.get("", needs=Need.ORGANISER)
def listing() -> str:
    """The people whom the teams of one's events know; an administrator's are all."""
    sight = queries.sight_of(current_user)
    events = queries.events_seen(sight)
    asked = forms.asked(request.args, events)
    filters = people_words.filters(asked, events)
    return render_template(
        "directory/list.html",
        asked=asked,
        query=asked.address(),
        page=queries.listing(sight, asked, events, asked_page(request.args.get("page"))),
        filters=filters,
        chips=people_words.chips(asked, filters),
        left_out=forms.not_understood(request.args, asked),
        may_edit_some=sight.may_edit_some,
        Column=Column,
    )


@room.get("/<int:id>", needs=Need.ORGANISER)
def one(id: int) -> str:
    """One person: particulars, what they have to do with events, what they were sent."""
    sight = queries.sight_of(current_user)
    person = queries.get(sight, id)
    may_edit = queries.may_edit(sight, person)
    return render_template(
        "directory/one.html",
        person=person,
        may_edit=may_edit,
        attendances=queries.history(sight, person),
        mails=queries.mails(sight, person, asked_page(request.args.get("page"))),
        titles={event.id: event for event in queries.events_seen(sight)},
        history=trail.lines_of(audit.history(person)) if may_edit else [],
    )


@room.form("/<int:id>/change", needs=Need.ORGANISER)
def correct(id: int) -> Answer:
    """Correct who somebody is: for editors of an event that knows the person."""
    person = to_be_changed(id)
    form = PersonForm.of(person)
    if form.validate_on_submit():
        with refusals_on(form):
            return _corrected(person, service.correct(person, form.particulars(), by=actor()))
    return page("directory/correct.html", form, person=person)


@room.post("/<int:id>/spellings/remove", needs=Need.ORGANISER)
def take_spelling_away(id: int) -> BaseResponse:
    """Find the person by another spelling of the name no more."""
    person = to_be_changed(id)
    service.take_spelling_away(person, request.form.get("spelling", ""), by=actor())
    flash(_("Searches no longer find this person by that spelling."), "success")
    return redirect(url_for(".one", id=id), 303)


def to_be_changed(id: int) -> Person:
    """Somebody whom the organiser may change: 404 for whom they don't see, 403 for whom they only see."""
    sight = queries.sight_of(current_user)
    person = queries.get(sight, id)
    return person if queries.may_edit(sight, person) else abort(403)


def _corrected(person: Person, changed: list[str]) -> BaseResponse:
    if "email" in changed:
        told = _("The changes are saved. New personal links are on their way to the new address.")
    else:
        told = _("The changes are saved.") if changed else _("Nothing was different, so nothing was changed.")
    flash(told, "success")
    return redirect(url_for(".one", id=person.id), 303)


ROOMS: list[Room] = [room, organisation_views.room, merge_views.room]

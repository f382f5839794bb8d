"""Likely duplicates, and merging two entries after a look at both side by side."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ranevents.core.access import actor
from ranevents.core.errors import NotFound
from ranevents.core.filters import LONGEST_SEARCH
from ranevents.core.forms import one_line, page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.directory import merge_queries, merge_service, queries
from ranevents.directory.merge_forms import MergeForm
from ranevents.directory.merge_queries import Obstacle
from ranevents.people.models import Person

room = Room("merging", __name__, url_prefix="/organise/people")

Answer = str | tuple[str, int] | BaseResponse


@room.get("/duplicates", needs=Need.ORGANISER)
def duplicates() -> str:
    """Entries that may be one person twice, among those whom one may change."""
    found = merge_queries.couples(queries.sight_of(current_user), asked_page(request.args.get("page")))
    return render_template("directory/duplicates.html", page=found)


@room.get("/<int:id>/merge", needs=Need.ORGANISER)
def choose(id: int) -> str:
    """With which other entry one is to be merged: those that are likely, or found by a search."""
    sight = queries.sight_of(current_user)
    person = _editable(sight, id)
    search = one_line(request.args.get("search"))[:LONGEST_SEARCH]
    found = merge_queries.found(sight, person, search) if search else merge_queries.proposed(sight, person)
    return render_template("directory/choose.html", person=person, search=search, found=found)


@room.form("/<int:id>/merge/<int:other>", needs=Need.ORGANISER)
def merge(id: int, other: int) -> Answer:
    """Both side by side: whose value stays, what moves, what stands in the way; then the one verb."""
    sight = queries.sight_of(current_user)
    if id == other:
        raise NotFound
    kept, gone = _editable(sight, id), _editable(sight, other)
    form = MergeForm(kept, gone)
    if form.validate_on_submit():
        with refusals_on(form):
            keeps = form.names_differ and bool(form.keeps_spellings.data)
            merge_service.merge(kept, gone, form.particulars(), keeps_spellings=keeps, by=actor())
            flash(_("Merged: there is one entry now."), "success")
            return redirect(url_for("people.one", id=id), 303)
    return page(
        "directory/merge.html",
        form,
        kept=kept,
        gone=gone,
        moving=merge_queries.moving(sight, gone),
        attendances={one.id: queries.history(sight, one) for one in (kept, gone)},
        conflicts=merge_queries.conflicts(sight, kept, gone),
        are_told_apart=merge_queries.are_told_apart(kept, gone),
        Obstacle=Obstacle,
    )


@room.post("/<int:id>/merge/<int:other>/different", needs=Need.ORGANISER)
def tell_apart(id: int, other: int) -> BaseResponse:
    """They are two people: the pair is not proposed again."""
    sight = queries.sight_of(current_user)
    if id == other:
        raise NotFound
    merge_service.tell_apart(_editable(sight, id), _editable(sight, other), by=actor())
    flash(_("Remembered: these are two people. They are not proposed again."), "success")
    return redirect(url_for(".duplicates"), 303)


def _editable(sight: queries.Sight, id: int) -> Person:
    person = queries.get(sight, id)
    return person if queries.may_edit(sight, person) else abort(403)

"""Organisations: how many people each has, how it is spelled, and one spelling for all."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ranevents.core.access import actor
from ranevents.core.filters import LONGEST_SEARCH
from ranevents.core.forms import one_line, page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.directory import organisation_queries, organisation_service, queries
from ranevents.directory.organisation_forms import RenameForm

room = Room("organisations", __name__, url_prefix="/organise/people/organisations")

MOST_SHOWN = 100
"""So many names the preview tells; of more it says how many."""
Answer = str | tuple[str, int] | BaseResponse


@room.get("", needs=Need.ORGANISER)
def listing() -> str:
    """The organisations of the people whom one sees."""
    search = one_line(request.args.get("search"))[:LONGEST_SEARCH]
    is_mixed = request.args.get("spelled") == "differently"
    number = asked_page(request.args.get("page"))
    return render_template(
        "directory/organisations.html",
        search=search,
        is_mixed=is_mixed,
        query={"search": search or None, "spelled": "differently" if is_mixed else None},
        page=organisation_queries.listing(queries.sight_of(current_user), search, is_mixed=is_mixed, page=number),
    )


@room.form("/<int:id>", needs=Need.ORGANISER)
def one(id: int) -> Answer:
    """One organisation: its people, its spellings, and one spelling for all, after a page that says whom it touches.

    It is named by any of its people.
    """
    sight = queries.sight_of(current_user)
    person = queries.get(sight, id)
    organisation = organisation_queries.of_person(sight, person)
    form = RenameForm(organisation)
    if form.is_submitted() and not sight.may_edit_some:
        abort(403)
    told = {"organisation": organisation, "person": person, "sight": sight}
    if form.validate_on_submit():
        touched = organisation_queries.to_be_renamed(sight, person, form.name.data)
        # No field of the form: a form that comes back with an error has not been confirmed.
        if touched and request.form.get("is_confirmed") != "yes":
            shown = {"touched": touched[:MOST_SHOWN], "total": len(touched)}
            return page("directory/rename.html", form, **told, **shown)
        with refusals_on(form):
            renamed = organisation_service.rename(
                person, form.name.data, sight=sight, seen_key=form.seen_key.data, by=actor()
            )
            return _renamed(id, len(renamed))
    people = organisation_queries.people_of(sight, person, asked_page(request.args.get("page")))
    spellings = organisation_queries.spellings(sight, person)
    return page("directory/organisation.html", form, **told, people=people, spellings=spellings)


def _renamed(id: int, number: int) -> BaseResponse:
    told = ngettext("Done: %(num)d person is written so now.", "Done: %(num)d persons are written so now.", number)
    flash(told if number else _("Nothing was different, so nothing was changed."), "success")
    return redirect(url_for(".one", id=id), 303)

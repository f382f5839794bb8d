"""The organiser's overview of an event."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ranevents.core import clock
from ranevents.core.access import actor
from ranevents.core.forms import page
from ranevents.core.plots import bar_plot, target_plot
from ranevents.core.room import Need, Room
from ranevents.events import times
from ranevents.events.models import Event
from ranevents.overview import balance_queries, balance_service, queries
from ranevents.overview.forms import AimsForm

room = Room("overview", __name__, url_prefix="/organise/events/<event>/overview")
ROOMS: list[Room] = [room]


@room.get("", needs=Need.READER)
def show(event: Event) -> str:
    """How the event stands: places, who comes from where, and how the registrations came in."""
    found = queries.overview(event, at=clock.now())
    return render_template(
        "overview/show.html",
        event=event,
        overview=found,
        plot=bar_plot(
            [period.new for period in found.periods], [times.short_day(period.first_on) for period in found.periods]
        ),
    )


@room.get("/balance", needs=Need.READER)
def balance(event: Event) -> str:
    """How those who have accepted, and those who are asked, stand against the mix that is aimed at."""
    found = balance_queries.balance(event)
    plots = [
        target_plot([(part.label, part.share, part.expected_share, part.least) for part in mix.parts])
        for mix in found.mixes
    ]
    return render_template("overview/balance.html", event=event, balance=found, plots=plots)


@room.form("/balance/aims", needs=Need.EDITOR)
def aims(event: Event) -> Response | tuple[str, int]:
    """Say what mix is aimed at."""
    form = AimsForm(event, balance_queries.countable_questions(event), balance_queries.aims(event))
    if form.validate_on_submit():
        changed = balance_service.set_aims(event, form.wanted(), by=actor())
        flash(_("Saved.") if changed else _("Nothing was different, so nothing was changed."), "success")
        return redirect(url_for(".balance", event=event.slug), 303)
    return page("overview/aims.html", form, event=event)

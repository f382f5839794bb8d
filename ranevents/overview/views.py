"""The organiser's overview of an event."""

from flask import render_template

from ranevents.core import clock
from ranevents.core.plots import bar_plot
from ranevents.core.room import Need, Room
from ranevents.events import times
from ranevents.events.models import Event
from ranevents.overview import queries

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

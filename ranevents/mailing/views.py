"""The mail log: what was sent to whom, what became of it, and what an organiser may do about it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ranevents.core.access import actor
from ranevents.core.forms import one_line
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.mailing import queries, service, wordings
from ranevents.mailing.states import MessageState

room = Room("mailing", __name__, url_prefix="/organise/events/<event>/mails")
ROOMS: list[Room] = [room]


@room.get("", needs=Need.READER)
def index(event: Any) -> str:
    """The event's mail log, newest first."""
    wanted = request.args.get("state", "")
    state = MessageState(wanted) if wanted in list(MessageState) else None
    search = one_line(request.args.get("search"))[:200]
    return render_template(
        "mailing/index.html",
        event=event,
        page=queries.log_of_event(event, state=state, search=search, page=asked_page(request.args.get("page"))),
        counts=queries.counts_by_state(event),
        states=list(MessageState),
        state=state,
        search=search,
    )


@room.get("/<int:id>", needs=Need.READER)
def show(event: Any, id: int) -> str:
    """One message: its state, each attempt, and its words without the personal links."""
    message = queries.get(event, id)
    return render_template(
        "mailing/show.html",
        event=event,
        message=message,
        attempts=queries.attempts(message),
        text=wordings.blanked(message.text),
    )


@room.post("/<int:id>/again", needs=Need.EDITOR)
def send_again(event: Any, id: int) -> Response:
    """Send it once more."""
    again = service.send_again(queries.get(event, id), by=actor())
    flash(_("The mail to %(name)s will be sent again now.", name=again.to_name or again.to_address), "success")
    return redirect(url_for(".show", event=event.slug, id=again.id), 303)


@room.post("/<int:id>/cancel", needs=Need.EDITOR)
def cancel(event: Any, id: int) -> Response:
    """Keep it from going out."""
    service.cancel(queries.get(event, id), by=actor())
    flash(_("This mail will not be sent."), "success")
    return redirect(url_for(".show", event=event.slug, id=id), 303)

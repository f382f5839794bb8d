"""The mail log: what was sent to whom, what became of it, and what an organiser may do about it.

Each event has its own, for its team; the mails to organisers about their accounts have one for administrators.
"""

import re
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ranevents.core import tokens
from ranevents.core.access import actor, may
from ranevents.core.forms import one_line
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.mailing import queries, service, wordings
from ranevents.mailing.models import Message
from ranevents.mailing.states import MessageState

room = Room("mailing", __name__, url_prefix="/organise/events/<event>/mails")
to_organisers = Room("mails_to_organisers", __name__, url_prefix="/organise/mails")
ROOMS: list[Room] = [room, to_organisers]

_UTC = ZoneInfo("UTC")


@room.get("", needs=Need.READER)
def index(event: Any) -> str:
    """The event's mail log, newest first."""
    return _log(event, zone=event.zone)


@room.get("/<int:id>", needs=Need.READER)
def show(event: Any, id: int) -> str:
    """One message: its state, each attempt, and its words without the personal links."""
    return _message(queries.get(event, id), event=event, zone=event.zone, may_act=may(Need.EDITOR))


@room.post("/<int:id>/again", needs=Need.EDITOR)
def send_again(event: Any, id: int) -> Response:
    """Send it once more."""
    again = _sent_again(queries.get(event, id))
    return redirect(url_for(".show", event=event.slug, id=again.id), 303)


@room.post("/<int:id>/cancel", needs=Need.EDITOR)
def cancel(event: Any, id: int) -> Response:
    """Keep it from going out."""
    service.cancel(queries.get(event, id), by=actor())
    flash(_("This mail will not be sent."), "success")
    return redirect(url_for(".show", event=event.slug, id=id), 303)


@to_organisers.get("", needs=Need.ADMINISTRATOR, endpoint="index")
def index_of_organisers() -> str:
    """The mails to organisers about their accounts, newest first."""
    return _log(None, zone=_UTC)


@to_organisers.get("/<int:number>", needs=Need.ADMINISTRATOR, endpoint="show")
def show_to_organiser(number: int) -> str:
    """One of them."""
    return _message(queries.get(None, number), event=None, zone=_UTC, may_act=True)


@to_organisers.post("/<int:number>/again", needs=Need.ADMINISTRATOR, endpoint="send_again")
def send_again_to_organiser(number: int) -> Response:
    """Send it once more; never one with a link that sets a password."""
    again = _sent_again(queries.get(None, number))
    return redirect(url_for(".show", number=again.id), 303)


def _log(event: Any, *, zone: ZoneInfo) -> str:
    wanted = request.args.get("state", "")
    state = MessageState(wanted) if wanted in list(MessageState) else None
    search = one_line(request.args.get("search"))[:200]
    return render_template(
        "mailing/index.html",
        event=event,
        zone=zone,
        page=queries.log_of_event(event, state=state, search=search, page=asked_page(request.args.get("page"))),
        counts=queries.counts_by_state(event),
        states=list(MessageState),
        state=state,
        search=search,
    )


def _message(message: Message, **told: Any) -> str:
    return render_template(
        "mailing/show.html",
        message=message,
        attempts=queries.attempts(message),
        files=queries.attachments(message),
        text=wordings.blanked(message.text),
        cause=queries.cause_of_return(message),
        obstacle=service.obstacle(message),
        once=tokens.uid(),
        **told,
    )


def _sent_again(message: Message) -> Message:
    said = request.form.get("once", "")
    once = said if re.fullmatch(r"[0-9a-f-]{36}", said) else tokens.uid()
    again = service.send_again(message, once=once, by=actor())
    flash(_("The mail to %(name)s will be sent again now.", name=again.to_name or again.to_address), "success")
    return again

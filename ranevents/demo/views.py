"""The demo's post box, and a list to try the import with.

They exist only where all people are invented; the mails are open to whoever tries it out.
"""

from pathlib import Path

from flask import Response, current_app, g, render_template, request

from ranevents.core.forms import one_line
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.core.spreadsheets import Kind
from ranevents.demo import guests, postbox
from ranevents.mailing import wordings

room = Room("demo", __name__, url_prefix="/demo")
ROOMS: list[Room] = [room]

LINKS_MAY_LEAVE = "allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"

POLICY_OF_A_BODY = f"{wordings.POLICY_OF_A_BODY} {LINKS_MAY_LEAVE}"


def folder() -> Path:
    """Where the local mail server keeps the mails."""
    instance: Path = current_app.config["SETTINGS"].instance
    return instance / "demo-mails"


@room.get("/mails", needs=Need.PUBLIC)
def index() -> str:
    """The mails, newest first."""
    search = one_line(request.args.get("search"))[:200]
    mails = postbox.newest(folder(), search=search, page=asked_page(request.args.get("page")))
    return render_template("demo/mails.html", page=mails, search=search)


@room.get("/mails/<name>", needs=Need.PUBLIC)
def show(name: str) -> str:
    """One mail."""
    g.also_allowed_content = "frame-src 'self'"
    return render_template("demo/mail.html", mail=postbox.get(folder(), name))


@room.get("/mails/<name>/body", needs=Need.PUBLIC)
def body(name: str) -> Response:
    """The mail's HTML, for the frame of its page."""
    html = postbox.get(folder(), name).html
    in_the_whole_window = html.replace("<head>", '<head><base target="_top">', 1)
    return Response(in_the_whole_window, headers={"Content-Security-Policy": POLICY_OF_A_BODY})


@room.get("/mails/<name>/source", needs=Need.PUBLIC)
def source(name: str) -> Response:
    """The mail as it was sent."""
    content = postbox.path_of(folder(), name).read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}.eml"'}
    return Response(content, mimetype="message/rfc822", headers=headers)


@room.get("/guests.xlsx", needs=Need.PUBLIC)
def list_to_try() -> Response:
    """A small list of guests with some errors, to bring to an event."""
    headers = {"Content-Disposition": 'attachment; filename="guests.xlsx"'}
    return Response(guests.to_try(), mimetype=Kind.XLSX.media_type, headers=headers)

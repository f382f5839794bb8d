"""Letters to be signed: an organiser issues them, a person takes theirs, and anybody who holds one can check it."""

import io
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ranevents.core import clock
from ranevents.core.access import actor
from ranevents.core.forms import page, refusals_on
from ranevents.core.limits import is_over, network
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.events.models import Event
from ranevents.invitations import letter_mails, letter_queries, letter_service, link_views
from ranevents.invitations.letter_forms import CheckForm, LetterForm
from ranevents.invitations.letter_models import OfficialLetter
from ranevents.invitations.letter_rules import Standing
from ranevents.registrations.link_views import mine

letters = Room("letters", __name__, url_prefix="/organise/events/<event>/letters")
checking = Room("letter_check", __name__)
my_letters = Room("my_letters", __name__, url_prefix="/r/<token>")
my_letters_as_guest = Room("my_letters_as_guest", __name__, url_prefix="/i/<token>")
ROOMS: list[Room] = [letters, checking, my_letters, my_letters_as_guest]

Answer = str | tuple[str, int] | BaseResponse


@letters.get("", needs=Need.READER)
def listing(event: Event) -> str:
    """The event's letters, the newest first."""
    found = letter_queries.listing(event, asked_page(request.args.get("page")))
    return render_template("invitations/letters/list.html", event=event, page=found)


@letters.form("/to/<int:id>", needs=Need.EDITOR)
def new(event: Event, id: int) -> Answer:
    """Issue a letter to somebody who is invited or registered."""
    person = letter_queries.expected(event, id)
    form = LetterForm(event, person, letter_queries.last_of(event))
    if form.validate_on_submit():
        with refusals_on(form):
            submission_id = str(form.submission_id.data)
            letter = letter_service.issue(event, person, form.written(), submission_id=submission_id, by=actor())
            flash(_("The letter is made. Look at it, then send it or print it."), "success")
            return _to(letter)
    return page("invitations/letters/new.html", form, event=event, person=person)


@letters.get("/<int:id>", needs=Need.READER)
def one(event: Event, id: int) -> str:
    """One letter: to whom, what became of it, and what may be done."""
    letter = letter_queries.get(event, id)
    is_expected = letter_queries.is_expected(event, letter.person)
    return render_template("invitations/letters/one.html", event=event, letter=letter, is_expected=is_expected)


@letters.get("/<int:id>/letter.pdf", needs=Need.EDITOR)
def file(event: Event, id: int) -> Response:
    """The PDF."""
    return _pdf(letter_queries.get(event, id))


@letters.post("/<int:id>/send", needs=Need.EDITOR)
def send(event: Event, id: int) -> BaseResponse:
    """Send it to the person."""
    letter = letter_queries.get(event, id)
    letter_service.send(letter, by=actor())
    flash(_("The letter is on its way to %(address)s.", address=letter.person.email), "success")
    return _to(letter)


@letters.post("/<int:id>/withdraw", needs=Need.EDITOR)
def withdraw(event: Event, id: int) -> BaseResponse:
    """It no longer holds."""
    letter = letter_queries.get(event, id)
    letter_service.withdraw(letter, by=actor())
    flash(_("The letter is withdrawn. Whoever checks its reference learns so."), "success")
    return _to(letter)


@my_letters.get("/letters/<int:id>", needs=Need.LINK)
def my_letter(token: str, id: int) -> Response:
    """My own letter, as PDF."""
    registration = mine(token)
    return _pdf(letter_queries.get_own(registration.event, registration.person, id))


@my_letters_as_guest.get("/letter/<int:id>", needs=Need.LINK)
def my_letter_as_guest(token: str, id: int) -> Response:
    """The same for whoever is invited and not registered: visas are asked for early."""
    invitation = link_views.mine(token)
    return _pdf(letter_queries.get_own(invitation.event, invitation.person, id))


@checking.form("/letters", needs=Need.PUBLIC)
def check() -> Answer:
    """Whether a letter was issued here and still holds; nothing about anybody. Whoever tries many is slowed down."""
    form = CheckForm(reference=request.args.get("reference", "")[:60])
    told: dict[str, Any] = {"Standing": Standing, "checked": None, "is_answered": False}
    if form.validate_on_submit():
        if is_over("LIMIT_UNKNOWN_LINKS", network(), "letters"):
            abort(429)
        told |= {"checked": letter_queries.check(form.reference.data, at=clock.now()), "is_answered": True}
    return page("invitations/letters/check.html", form, **told)


def _to(letter: OfficialLetter) -> BaseResponse:
    return redirect(url_for("letters.one", event=letter.event.slug, id=letter.id), 303)


def _pdf(letter: OfficialLetter) -> Response:
    content = io.BytesIO(letter_queries.content(letter))
    name = letter_mails.FILE_NAME
    return send_file(content, mimetype=letter_mails.PDF, as_attachment=True, download_name=name, max_age=0)

"""Deeds for many: a page that says what will happen to whom, then one button."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ranevents.core import jobs, tokens
from ranevents.core.access import actor
from ranevents.core.forms import page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.events.models import Event
from ranevents.registrations import list_forms, list_queries, mails, queries, together_jobs, together_service
from ranevents.registrations.list_rules import Asked
from ranevents.registrations.models import Registration
from ranevents.registrations.together_forms import CircularForm, RejectTogetherForm, TogetherForm
from ranevents.registrations.together_rules import MOST_AT_ONCE, Deed, part
from ranevents.registrations.together_service import Outcome, Words

together = Room("registrations_together", __name__, url_prefix="/organise/events/<event>/together")

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Chosen:
    """Whom a page concerns, in the order in which they registered; `matching` may be more than can be done at once."""

    registrations: list[Registration]
    matching: int
    asked: Asked

    @property
    def back(self) -> dict[str, Any]:
        """The query of the list that they were chosen from."""
        return self.asked.address()


def _chosen(event: Event, form: TogetherForm) -> Chosen:
    """As the form says, once it is sent; else as the list says: those ticked, all of a page, or all that match."""
    sent: MultiDict[str, str] = request.args
    asked = list_forms.asked(sent, list_queries.questions_to_filter_by(event), may_see_needs=True)
    if form.is_submitted():
        ids, matching = form.chosen, len(form.chosen)
    else:
        ids, matching = ([], 0) if _is_misunderstood(asked) else _ids(event, asked, sent)
        form.concern(ids)
    return Chosen(list_queries.get_many(event, ids), matching, asked)


def _ids(event: Event, asked: Asked, sent: MultiDict[str, str]) -> tuple[list[int], int]:
    figures = queries.figures(event)
    which = sent.get("which")
    if which == "all":
        ids = list_queries.first_come(event, asked, most=MOST_AT_ONCE)
        return ids, list_queries.count(event, asked, figures=figures)
    if which == "page":
        ids = list_queries.ids_of_page(event, asked, asked_page(sent.get("page")), figures=figures)
    else:
        ids = TogetherForm.ids_in(",".join(sent.getlist("id")))
    return ids, len(ids)


def _is_misunderstood(asked: Asked) -> bool:
    """Whether all that match would be more than were meant: some filter of the address is left out."""
    return request.args.get("which") == "all" and bool(list_forms.not_understood(request.args, asked))


@together.form("/approve", needs=Need.EDITOR)
def approve(event: Event) -> Answer:
    """Approve many."""
    return _decide(event, Deed.APPROVE, TogetherForm(), lambda able: together_service.approve(event, able, by=actor()))


@together.form("/reject", needs=Need.EDITOR)
def reject(event: Event) -> Answer:
    """Reject many, with one reason for all."""
    form = RejectTogetherForm()
    return _decide(
        event, Deed.REJECT, form, lambda able: together_service.reject(event, able, by=actor(), reason=form.reason.data)
    )


def _decide(event: Event, deed: Deed, form: TogetherForm, verb: Callable[[list[Registration]], Outcome]) -> Answer:
    chosen = _chosen(event, form)
    if not chosen.registrations and not form.is_submitted():
        return _nobody(event, chosen)
    parting = part(deed, chosen.registrations)
    told: dict[str, Any] = {"event": event, "deed": deed, "chosen": chosen, "parting": parting, "most": MOST_AT_ONCE}
    if form.validate_on_submit():
        # Those who could not be helped a moment ago are tried too: what is true now is told by the verb.
        return render_template("registrations/together_done.html", outcome=verb(chosen.registrations), **told)
    return page("registrations/together.html", form, **told)


def _nobody(event: Event, chosen: Chosen) -> Response:
    if _is_misunderstood(chosen.asked):
        told = _("A filter was not understood, so nobody was chosen. Please check the list, then choose again.")
    else:
        told = _("Please tick at least one registration, or choose all that match.")
    flash(told, "warning")
    return redirect(url_for("registrations_of_event.listing", event=event.slug, **chosen.back), 303)


@together.form("/mail", needs=Need.EDITOR)
def mail(event: Event) -> Answer:
    """Write to many: write, look at it, have a copy sent to oneself, send."""
    form = CircularForm()
    chosen = _chosen(event, form)
    if not chosen.registrations and not form.is_submitted():
        return _nobody(event, chosen)
    parting = part(Deed.MAIL, chosen.registrations)
    told = {"event": event, "chosen": chosen, "parting": parting, "most": MOST_AT_ONCE, "is_preview": False}
    deed = request.form.get("deed", "look")
    if form.validate_on_submit() and deed != "write":
        words = Words(form.subject.data, form.text.data)
        if deed == "send":
            with refusals_on(form):
                return _send(event, form, words)
        if deed == "copy":
            mails.copy_to_author(event, current_user, words, once=tokens.reference())
            flash(_("A copy is on its way to %(address)s.", address=current_user.email), "success")
        told["is_preview"] = True
    return page("registrations/circular.html", form, **told)


def _send(event: Event, form: CircularForm, words: Words) -> Response:
    submission_id = str(form.submission_id.data)
    try:
        circular = together_service.send(event, form.chosen, words, submission_id=submission_id, by=actor())
    except together_service.SentBefore:
        form.begin_anew()
        raise
    if not circular.is_written_at_once:
        # Pressed twice, there are two jobs; the second finds every letter written.
        jobs.defer(together_jobs.write, arguments={"circular_id": circular.id, "ids": form.chosen})
    told = ngettext(
        "Your mail is on its way to %(num)d person.", "Your mail is on its way to %(num)d people.", circular.recipients
    )
    flash(told, "success")
    return redirect(url_for(".circulars", event=event.slug), 303)


@together.get("/mails", needs=Need.EDITOR)
def circulars(event: Event) -> str:
    """What was written to many, the newest first."""
    found = list_queries.circulars(event, asked_page(request.args.get("page")))
    return render_template("registrations/circulars.html", event=event, page=found)

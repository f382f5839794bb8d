"""Asking and reminding people: a page that says what will happen to whom, each mail to look at, one button."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from ranevents.core import clock, jobs, tokens
from ranevents.core.access import actor
from ranevents.core.forms import page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.events.models import Event
from ranevents.invitations import ask_service, guest_forms, guest_queries, mails
from ranevents.invitations import jobs as later
from ranevents.invitations.ask_forms import AskForm, RemindForm
from ranevents.invitations.ask_service import Parting
from ranevents.invitations.guest_forms import GuestsForm
from ranevents.invitations.guest_lists import MOST_AT_ONCE, SENT_AT_ONCE, GuestsAsked
from ranevents.invitations.guest_queries import Row
from ranevents.invitations.models import Invitation
from ranevents.invitations.states import InvitationState
from ranevents.mailing import wordings

asking = Room("asking", __name__, url_prefix="/organise/events/<event>/guests")

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Chosen:
    """Whom a page concerns; `matching` may be more than can be done at once."""

    rows: list[Row]
    matching: int
    asked: GuestsAsked

    @property
    def back(self) -> dict[str, Any]:
        """The query of the list that they were chosen from."""
        return self.asked.address()


def _chosen(event: Event, form: GuestsForm) -> Chosen:
    """As the form says, once it is sent; else as the list says: those ticked, all of a page, or all that match."""
    asked = guest_forms.asked(request.args)
    if form.is_submitted():
        ids, matching = form.chosen, len(form.chosen)
    else:
        ids, matching = ([], 0) if _is_misunderstood(asked) else _ids(event, asked)
        form.concern(ids)
    return Chosen(guest_queries.rows(event, ids), matching, asked)


def _ids(event: Event, asked: GuestsAsked) -> tuple[list[int], int]:
    which = request.args.get("which")
    if which == "all":
        return guest_queries.ids(event, asked, most=MOST_AT_ONCE), guest_queries.count(event, asked)
    if which == "page":
        ids = guest_queries.ids_of_page(event, asked, asked_page(request.args.get("page")))
    else:
        ids = GuestsForm.ids_in(",".join(request.args.getlist("id")))
    return ids, len(ids)


def _is_misunderstood(asked: GuestsAsked) -> bool:
    """Whether all that match would be more than were meant: some filter of the address is left out."""
    return request.args.get("which") == "all" and bool(guest_forms.not_understood(request.args, asked))


def _nobody(event: Event, chosen: Chosen) -> Response:
    if _is_misunderstood(chosen.asked):
        told = _("A filter was not understood, so nobody was chosen. Please check the list, then choose again.")
    else:
        told = _("Please tick at least one person, or choose all that match.")
    flash(told, "warning")
    return redirect(url_for("guests.listing", event=event.slug, **chosen.back), 303)


@asking.form("/ask", needs=Need.EDITOR)
def ask(event: Event) -> Answer:
    """Ask many: say as what and until when, look at each mail, have a copy sent to oneself, send."""
    form = AskForm(event=event)
    chosen = _chosen(event, form)
    if not chosen.rows and not form.is_submitted():
        return _nobody(event, chosen)
    parting = ask_service.part(event, chosen.rows)
    told: dict[str, Any] = {"event": event, "chosen": chosen, "parting": parting, "most": MOST_AT_ONCE}
    told["sent_at_once"] = SENT_AT_ONCE
    deed = request.form.get("deed", "look")
    if not form.validate_on_submit() or deed == "write" or not parting.able:
        return page("invitations/organise/ask.html", form, preview=None, **told)
    if deed == "send":
        with refusals_on(form):
            return _asked(event, form, chosen, parting)
        return page("invitations/organise/ask.html", form, preview=None, **told)
    g.also_allowed_content = "frame-src 'self'"
    number = _number(parting.able)
    invitation = _as_if(event, parting.able[number - 1], form)
    if deed == "copy":
        mails.copy_to_author(invitation, current_user, once=tokens.reference())
        flash(_("A copy is on its way to %(address)s.", address=current_user.email), "success")
    preview = mails.preview(invitation)
    text = wordings.blanked(preview.text)
    return page(
        "invitations/organise/ask.html", form, preview=preview, text=text, number=number, one=invitation, **told
    )


@asking.post("/ask/mail", needs=Need.EDITOR)
def mail(event: Event) -> Response:
    """One of the mails as most programs show it, for the frame of the page where they are looked at."""
    form = AskForm(event=event)
    able = ask_service.part(event, _chosen(event, form).rows).able
    if not form.validate_on_submit() or not able:
        abort(400)
    html = mails.preview(_as_if(event, able[_number(able) - 1], form)).html
    headers = {"Content-Security-Policy": wordings.POLICY_OF_A_BODY}
    return Response(wordings.leading_nowhere(html), mimetype="text/html", headers=headers)


def _number(able: list[Row]) -> int:
    """Which of the mails is looked at, from 1."""
    return min(max(1, asked_page(request.form.get("recipient"))), len(able))


def _as_if(event: Event, row: Row, form: AskForm) -> Invitation:
    """An invitation that is only looked at: it is never stored."""
    asked = form.asked()
    return Invitation(
        event=event,
        person=row.person,
        reference=tokens.reference(),
        link_version=1,
        capacity=asked.capacity,
        state=InvitationState.DRAFT,
        answer_by=asked.answer_by,
        note=asked.note,
        allows_substitute=asked.allows_substitute,
        created_at=clock.now(),
        reason="",
    )


def _asked(event: Event, form: AskForm, chosen: Chosen, parting: Parting) -> Answer:
    asked = form.asked()
    outcome = ask_service.ask(event, chosen.rows, asked, by=actor())
    if outcome.is_left_to_job:
        jobs.defer(later.send_now)
    if asked.send_at is None:
        told = ngettext(
            "The invitation is on its way to %(num)d person.",
            "The invitations are on their way to %(num)d people.",
            outcome.done,
        )
    else:
        told = ngettext(
            "%(num)d person will be asked at that time.", "%(num)d people will be asked at that time.", outcome.done
        )
    flash(told, "success")
    if parting.unable or outcome.failed:
        return render_template(
            "invitations/organise/asked.html", event=event, chosen=chosen, found=[*parting.unable, *outcome.failed]
        )
    return redirect(url_for("guests.listing", event=event.slug, **chosen.back), 303)


@asking.form("/remind", needs=Need.EDITOR)
def remind(event: Event) -> Answer:
    """Remind those of a selection who have not answered yet."""
    form = RemindForm()
    chosen = _chosen(event, form)
    if not chosen.rows and not form.is_submitted():
        return _nobody(event, chosen)
    parting = ask_service.part_to_remind(chosen.rows)
    if form.validate_on_submit():
        _remind(chosen.rows, occasion=f"hand:{form.submission_id.data}")
        return redirect(url_for("guests.listing", event=event.slug, **chosen.back), 303)
    return page(
        "invitations/organise/remind.html",
        form,
        event=event,
        chosen=chosen,
        parting=parting,
        most=MOST_AT_ONCE,
        is_left_to_job=len(parting.able) > SENT_AT_ONCE,
    )


def _remind(rows: list[Row], *, occasion: str) -> None:
    """Few at once; many by a job, which reminds each once for the same occasion, however often it is asked for."""
    silent = ask_service.silent(rows)
    if len(silent) > SENT_AT_ONCE:
        arguments = {"ids": [one.id for one in silent], "occasion": occasion, "user_id": actor().id}
        jobs.defer(later.remind_chosen, arguments=arguments)
        told = _("Reminders go to %(number)s people in the next minutes.", number=len(silent))
    else:
        number = ask_service.remind(rows, occasion=occasion, by=actor())
        told = ngettext("A reminder goes to %(num)d person.", "Reminders go to %(num)d people.", number)
    flash(told, "success")

"""Behind the link of an invitation: what we hold about a guest, who never gave it to us, and being taken off."""

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ranevents.core import audit
from ranevents.core.forms import page, refusals_on
from ranevents.core.room import Need, Room
from ranevents.invitations import service as invitations
from ranevents.invitations.link_views import mine
from ranevents.mailing import service as post_office
from ranevents.privacy import erasure_service, held, held_guest, queries
from ranevents.privacy.forms import ConfirmForm

guest = Room("my_guest_data", __name__, url_prefix="/i/<token>")

Answer = str | tuple[str, int] | BaseResponse


@guest.get("/data", needs=Need.LINK)
def show(token: str) -> str:
    """All that is held about me as a guest, and until when."""
    invitation = mine(token)
    found = held_guest.about(invitation.event, invitation.person)
    return render_template(
        "privacy/guest_data.html",
        token=token,
        event=invitation.event,
        person=invitation.person,
        held=found,
        kept=held.kept_of_guest(found),
        is_registered=queries.is_registered(invitation.event, invitation.person),
        may_answer=invitations.may_be_answered(invitation),
        text_of=post_office.text_of,
    )


@guest.get("/data.json", needs=Need.LINK)
def file(token: str) -> Response:
    """The same for machines."""
    event, person = (invitation := mine(token)).event, invitation.person
    found = held_guest.about(event, person)
    text = held.guest_as_file(found, held.kept_of_guest(found))
    headers = {"Content-Disposition": f'attachment; filename="{event.slug}-personal-data.json"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


@guest.form("/data/erasure", needs=Need.LINK)
def erasure(token: str) -> Answer:
    """Be taken off, at once: nobody need decide about what I never gave."""
    invitation = mine(token)
    event, form = invitation.event, ConfirmForm()
    if queries.is_registered(event, invitation.person):
        flash(_("You are registered: please ask behind the personal link of your registration."), "warning")
        return redirect(url_for(".show", token=token), 303)
    if form.validate_on_submit():
        with refusals_on(form):
            erasure_service.erase_guest(event, invitation.person, by=audit.PERSON)
            flash(
                _("Done: you are taken off, and what this event held about you is erased. No mail follows."), "success"
            )
            return redirect(url_for("events.page", event=event.slug), 303)
    return page("privacy/guest_erase.html", form, token=token, event=event)

"""The organiser's pages about registrations: the list, one registration, and what may be done with it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ranevents.accounts import trail
from ranevents.core import audit, clock
from ranevents.core.access import actor, may
from ranevents.core.errors import DomainError, Refused
from ranevents.core.forms import page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.events.models import Capacity, Event
from ranevents.mailing import queries as mail_queries
from ranevents.registrations import answer_queries, list_forms, list_queries, list_words, queries, service
from ranevents.registrations.forms import CapacityForm, CorrectionForm, ReasonForm
from ranevents.registrations.list_rules import Column
from ranevents.registrations.models import Registration
from ranevents.registrations.states import LIFE, RegistrationState, RegistrationStep
from ranevents.registrations.upload_forms import keep_files

organise = Room("registrations_of_event", __name__, url_prefix="/organise/events/<event>/registrations")

Answer = str | tuple[str, int] | BaseResponse


@organise.get("", needs=Need.READER)
def listing(event: Event) -> str:
    """The event's registrations: figures, search and filters, a page at a time."""
    may_see_needs = may(Need.EDITOR)
    questions = list_queries.questions_to_filter_by(event)
    asked = list_forms.asked(request.args, questions, may_see_needs=may_see_needs)
    figures = queries.figures(event)
    filters = list_words.filters(asked, event, questions, may_see_needs=may_see_needs)
    return render_template(
        "registrations/list.html",
        event=event,
        asked=asked,
        query=asked.address(),
        page=list_queries.listing(event, asked, asked_page(request.args.get("page")), figures=figures),
        figures=figures,
        filters=filters,
        chips=list_words.chips(asked, filters),
        left_out=list_forms.not_understood(request.args, asked),
        Column=Column,
    )


@organise.get("/<int:id>", needs=Need.READER)
def one(event: Event, id: int) -> str:
    """One registration with its history and its mails, and the way to the next one in the list."""
    registration = queries.get(event, id)
    questions = list_queries.questions_to_filter_by(event)
    asked = list_forms.asked(request.args, questions, may_see_needs=may(Need.EDITOR))
    previous, following = list_queries.neighbours(event, asked, registration)
    return render_template(
        "registrations/one.html",
        event=event,
        registration=registration,
        person=registration.person,
        query=asked.address(),
        previous=previous,
        following=following,
        may_be_changed=registration.may_be_changed(clock.now()),
        life=LIFE,
        Step=RegistrationStep,
        position=queries.position(registration) if registration.state is RegistrationState.WAITLISTED else None,
        history=trail.lines_of(audit.history(registration)) if may(Need.EDITOR) else [],
        consents=queries.consents(registration),
        messages=mail_queries.of_person(event, registration.person_id),
        answers=answer_queries.answers_of(registration, with_special=may(Need.EDITOR)),
        file_link=lambda id: url_for("files_of_event.file", event=event.slug, id=id),
        capacity_form=CapacityForm(data={"capacity": registration.capacity.value}),
    )


@organise.post("/<int:id>/capacity", needs=Need.EDITOR)
def come_as(event: Event, id: int) -> BaseResponse:
    """Say as what the person comes."""
    registration = queries.get(event, id)
    form = CapacityForm()
    if not form.validate():
        raise DomainError(_("Please choose as what the person comes."))
    service.come_as(registration, Capacity(form.capacity.data), by=actor())
    capacity = registration.capacity.label
    flash(_("%(name)s comes as: %(capacity)s.", name=registration.person.full_name, capacity=capacity), "success")
    return redirect(url_for(".one", event=event.slug, id=id), 303)


@organise.form("/<int:id>/change", needs=Need.EDITOR)
def correct(event: Event, id: int) -> Answer:
    """Correct what somebody sent in, for them."""
    registration = queries.get(event, id)
    form = CorrectionForm.of(registration)
    if not form.is_submitted() and not registration.may_be_changed(clock.now()):
        return _refused(registration)
    if form.is_submitted():
        keep_files(form, event)
    if form.validate_on_submit():
        with refusals_on(form):
            changed = service.change(registration, form.answers(), by=actor())
            return _corrected(registration, changed)
    return page("registrations/correct.html", form, event=event, registration=registration)


def _corrected(registration: Registration, changed: list[str]) -> BaseResponse:
    if "email" in changed:
        told = _("The changes are saved. We have sent a new personal link to the new address.")
    else:
        told = _("The changes are saved.") if changed else _("Nothing was different, so nothing was changed.")
    flash(told, "success")
    return redirect(url_for(".one", event=registration.event.slug, id=registration.id), 303)


@organise.post("/<int:id>/approve", needs=Need.EDITOR)
def approve(event: Event, id: int) -> BaseResponse:
    """Give a pending registration its place, or its rank."""
    registration = queries.get(event, id)
    service.approve(registration, by=actor())
    return _done(registration)


@organise.form("/<int:id>/reject", needs=Need.EDITOR)
def reject(event: Event, id: int) -> Answer:
    """Refuse a registration, with an optional reason that the person will read."""
    return _with_reason(event, id, "reject")


@organise.form("/<int:id>/cancel", needs=Need.EDITOR, endpoint="cancel")
def cancel_one(event: Event, id: int) -> Answer:
    """Cancel a registration, with an optional reason that the person will read."""
    return _with_reason(event, id, "cancel")


def _with_reason(event: Event, id: int, deed: str) -> Answer:
    registration = queries.get(event, id)
    form = ReasonForm()
    step = {"reject": RegistrationStep.REJECT, "cancel": RegistrationStep.CANCEL}[deed]
    if not form.is_submitted() and not LIFE.allows(registration.state, step):
        return _refused(registration)
    if form.validate_on_submit():
        verb = {"reject": service.reject, "cancel": service.cancel}[deed]
        with refusals_on(form):
            verb(registration, by=actor(), reason=form.reason.data)
            return _done(registration)
    return page("registrations/end.html", form, event=event, registration=registration, deed=deed)


def _refused(registration: Registration) -> BaseResponse:
    flash(str(Refused.message), "warning")
    return redirect(url_for(".one", event=registration.event.slug, id=registration.id), 303)


def _done(registration: Registration) -> BaseResponse:
    done = _("%(name)s: %(state)s.", name=registration.person.full_name, state=registration.state.label)
    flash(done, "success")
    return redirect(url_for(".one", event=registration.event.slug, id=registration.id), 303)

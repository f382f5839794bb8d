"""The organiser's pages on which an event's form is composed, and the form as participants will see it."""

from itertools import chain
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from ranevents.accounts import queries as accounts
from ranevents.core import languages
from ranevents.core.access import actor
from ranevents.core.errors import Refused
from ranevents.core.forms import Form, refusals_on
from ranevents.core.forms import page as page_of
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.events import queries as events
from ranevents.events.models import Capacity, Event
from ranevents.questions import copy_service, form_service, queries, question_rules, service
from ranevents.questions.composing_forms import refusals_beside
from ranevents.questions.form_service import name_of
from ranevents.questions.forms import CopyForm, PreviewForm, section_form
from ranevents.questions.question_forms import question_form
from ranevents.questions.question_rules import Direction, language_name

room = Room("questions", __name__, url_prefix="/organise/events/<event>/questions")
ROOMS: list[Room] = [room]


@room.get("", needs=Need.READER)
def index(event: Event) -> str:
    """The event's form as it stands."""
    form = queries.form_of(event)
    taken_out = queries.taken_out(event)
    codes = question_rules.composing_languages(languages.current(), languages.offered())
    return render_template(
        "questions/index.html",
        event=event,
        form_parts=form,
        taken_out=taken_out,
        questions={one.id: one for one in [*chain.from_iterable(part.questions for part in form), *taken_out]},
        answers=queries.numbers_of_answers(event),
        capacity_names=lambda question: ", ".join(Capacity(one).label for one in question.capacities),
        missing=lambda details: [language_name(code) for code in question_rules.missing_in(details, codes)],
        lang_of=question_rules.language_of,
        name_of=name_of,
        answer_names=form_service.answer_names,
    )


@room.form("/sections/new", needs=Need.EDITOR)
def new_section(event: Event) -> Any:
    """Add a section to the form."""
    form = section_form()
    if form.validate_on_submit():
        with refusals_beside(form):
            section = form_service.add_section(event, form.details(), by=actor(), submission_id=form.submission_id.data)
            flash(_("The section is added."), "success")
            return _back(event, f"section-{section.id}")
    return page_of("questions/section.html", form, event=event)


@room.form("/sections/<int:id>", needs=Need.EDITOR)
def edit_section(event: Event, id: int) -> Any:
    """Say something else about a section."""
    section = queries.section(event, id)
    form = section_form(section)
    if form.validate_on_submit():
        with refusals_beside(form, section):
            form_service.edit_section(section, form.details(), seen=form.seen.data, by=actor())
            flash(_("The section is saved."), "success")
            return _back(event, f"section-{id}")
    return page_of("questions/section.html", form, event=event, section=section)


@room.post("/sections/<int:id>/move", needs=Need.EDITOR)
def move_section(event: Event, id: int) -> BaseResponse:
    """Let a section change places with the one above or below."""
    form_service.move_section(queries.section(event, id), _direction(), by=actor())
    return _back(event, f"section-{id}")


@room.post("/sections/<int:id>/remove", needs=Need.EDITOR)
def remove_section(event: Event, id: int) -> BaseResponse:
    """Take an empty section away."""
    form_service.remove_section(queries.section(event, id), by=actor())
    flash(_("The section is removed."), "success")
    return _back(event)


@room.form("/sections/<int:id>/new", needs=Need.EDITOR)
def new(event: Event, id: int) -> Any:
    """Add a question at the end of a section."""
    section = queries.section(event, id)
    form = question_form(service.before_the_end(queries.form_of(event), section))
    if form.is_only_shown:
        return render_template("questions/edit.html", form=form, event=event, section=section)
    if form.validate_on_submit():
        with refusals_beside(form):
            question = service.add(section, form.details(), by=actor(), submission_id=form.submission_id.data)
            flash(_("The question is added."), "success")
            return _back(event, f"question-{question.id}")
    return page_of("questions/edit.html", form, event=event, section=section)


@room.form("/<int:id>", needs=Need.EDITOR)
def edit(event: Event, id: int) -> Any:
    """Say something else about a question."""
    question = queries.get(event, id)
    parts = queries.form_of(event)
    answers = queries.number_of_answers(question)
    form = question_form(service.before(parts, question), question, is_answered=bool(answers))
    told: dict[str, Any] = {"event": event, "question": question, "answers": answers, "section": question.section}
    if form.is_only_shown:
        return render_template("questions/edit.html", form=form, form_parts=parts, name_of=name_of, **told)
    if form.validate_on_submit():
        with refusals_beside(form, question):
            service.edit(question, form.details(), seen=form.seen.data, by=actor())
            flash(_("The question is saved."), "success")
            return _back(event, f"question-{id}")
    return page_of("questions/edit.html", form, form_parts=parts, name_of=name_of, **told)


@room.post("/<int:id>/move", needs=Need.EDITOR)
def move(event: Event, id: int) -> BaseResponse:
    """Move a question up, down, or to the end of another section."""
    question = queries.get(event, id)
    section = request.form.get("section", "")
    if section.isascii() and section.isdigit() and len(section) < 10:
        service.move_to(question, queries.section(event, int(section)), by=actor())
    else:
        service.move(question, _direction(), by=actor())
    return _back(event, f"question-{id}")


@room.form("/<int:id>/take-out", needs=Need.EDITOR)
def take_out(event: Event, id: int) -> Any:
    """Ask a question no more, once the organiser has read what that does."""
    question = queries.get(event, id)
    form = Form()
    if form.validate_on_submit():
        with refusals_on(form):
            kept = service.take_out(question, by=actor())
            told = ngettext("%(num)d answer is kept.", "%(num)d answers are kept.", kept) if kept else ""
            flash(" ".join(filter(None, (_("The question is taken out of the form."), told))), "success")
            return _back(event)
    return page_of(
        "questions/take_out.html",
        form,
        event=event,
        question=question,
        answers=queries.number_of_answers(question),
        stays=service.stays_when_taken_out(question),
        name_of=name_of,
    )


@room.post("/<int:id>/ask-again", needs=Need.EDITOR)
def ask_again(event: Event, id: int) -> BaseResponse:
    """Ask again what was taken out."""
    service.ask_again(queries.get(event, id), by=actor())
    flash(_("The question is asked again."), "success")
    return _back(event, f"question-{id}")


@room.form("/preview", needs=Need.READER)
def preview(event: Event) -> Any:
    """The form as a participant sees it; it can be tried, and stores nothing."""
    codes = question_rules.composing_languages(languages.current(), languages.offered())
    language = request.args.get("language", "")
    language = language if language in codes else codes[0]
    capacity = request.args.get("capacity", "")
    capacity = capacity if capacity in set(Capacity) else Capacity.PARTICIPANT.value
    with force_locale(language):
        form = PreviewForm.of(event, queries.form_of(event), language, capacity)
        is_accepted = form.validate_on_submit()
        fields = Markup(render_template("questions/_fields.html", form=form))  # noqa: S704 - a template, escaped
    if is_accepted:
        flash(_("All of it would be accepted. Nothing was stored: this is a preview."), "success")
    return page_of(
        "questions/preview.html",
        form,
        fields=fields,
        event=event,
        codes=codes,
        spoken=language,
        capacity=capacity,
        capacities=list(Capacity),
        language_name=language_name,
    )


@room.form("/copy", needs=Need.EDITOR)
def copy(event: Event) -> Any:
    """Choose another event, see what it asks, and copy it."""
    slug = request.args.get("source")
    if slug is None and request.method == "GET":
        ids = None if current_user.is_administrator else set(accounts.memberships_of(current_user))
        page = queries.events_with_questions(asked_page(request.args.get("page")), besides=event, ids=ids)
        return render_template("questions/sources.html", event=event, page=page)
    source = _source(slug or "")
    parts = [part for part in queries.form_of(source) if part.questions] if source else []
    form = CopyForm(part.section for part in parts)
    if form.validate_on_submit():
        with refusals_on(form):
            if source is None:
                raise Refused(_("Please choose an event to copy from."))
            copied = copy_service.copy(
                source, event, form.sections.data, by=actor(), submission_id=form.submission_id.data
            )
            flash(ngettext("%(num)d question is copied.", "%(num)d questions are copied.", copied), "success")
            return _back(event)
    return page_of("questions/copy.html", form, event=event, source=source, form_parts=parts, name_of=name_of)


def _source(slug: str) -> Event | None:
    """The event to copy from; 404 where the organiser has no role at it. None where none is named."""
    if not slug:
        return None
    source = events.by_slug(slug)
    if source is None or accounts.role_at(current_user, source.id) is None:
        abort(404)
    return source


def _direction() -> Direction:
    wanted = request.form.get("direction")
    if wanted not in set(Direction):
        raise Refused(_("Please say whether to move it up or down."))
    return Direction(wanted)


def _back(event: Event, anchor: str | None = None) -> BaseResponse:
    return redirect(url_for("questions.index", event=event.slug, _anchor=anchor), 303)

"""The verbs by which organisers compose an event's form.

An answer is never lost or falsified by any of them: a change of what a question says is a new version of it, and a
question that somebody has answered is no longer asked, but never deleted.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from itertools import chain

from flask_babel import gettext as _

from ranevents.core import audit, clock, consequences, tokens
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.questions import queries, question_rules
from ranevents.questions.details import WORDING, Condition, QuestionDetails
from ranevents.questions.form_service import (
    EditedMeanwhile,
    check_number,
    check_order,
    event_of,
    must_stand,
    name_of,
    open_form,
    told_plainly,
)
from ranevents.questions.models import Question, QuestionVersion, Section
from ranevents.questions.queries import Part
from ranevents.questions.question_rules import Direction
from ranevents.questions.states import Happening

OPTION_KEY_LENGTH = 8


def add(section: Section, details: QuestionDetails, *, by: Actor, submission_id: str | None = None) -> Question:
    """A new question at the end of a section; the same submission again gives the same question.

    Raises DomainError, with the field, for what can't be.
    """
    event = event_of(section)
    form = open_form(event)
    must_stand(form, section)
    known: Question | None = queries.by_submission(Question, submission_id)
    if known is not None:
        return known
    details = _with_keys(details, known=())
    _check(details, earlier=before_the_end(form, section))
    check_number(form, 1)
    question = insert(section, details, position=_next_position(form, section), submission_id=submission_id)
    audit.record(question, "create", by=by, label=name_of(details.labels))
    return question


def insert(section: Section, details: QuestionDetails, *, position: int, submission_id: str | None = None) -> Question:
    """Write down a question in a section of the open form; its details must have been checked."""
    question = Question(
        event_id=section.event_id,
        section_id=section.id,
        position=position,
        is_asked=True,
        version=1,
        submission_id=submission_id,
    )
    _set(question, details)
    with told_plainly():
        db.session.add(question)
    _write_version(question, details)
    return question


def edit(question: Question, details: QuestionDetails, *, seen: str | None, by: Actor) -> None:
    """Say something else about a question. `seen` is the fingerprint of what the editor saw.

    What was answered keeps the version that it was an answer to. Raises EditedMeanwhile; DomainError, with the field,
    for what can't be, and what answers that were given don't allow any more.
    """
    form = open_form(question.event)
    _must_be_asked(form, question)
    told = question.details
    if told.fingerprint != seen:
        raise EditedMeanwhile
    details = _with_keys(details, known={one.key for one in told.options})
    changed = told.differences(details)
    if not changed:
        return
    _check(details, earlier=before(form, question))
    answers = queries.number_of_answers(question)
    for fault in question_rules.broken_promises(told, details) if answers else ():
        raise DomainError(fault.message, field=fault.field)
    _check_dependents(question_rules.depending_on(_all(form), question.id), details)
    _set(question, details)
    if WORDING.intersection(changed):
        question.version += 1
        _write_version(question, details)
    audit.record(question, "edit", by=by, label=name_of(details.labels), fields=", ".join(changed))
    if answers and "sensitivity" in changed:
        consequences.follow(Happening.MADE_SPECIAL, question, by=by)


def move(question: Question, direction: Direction, *, by: Actor) -> None:
    """Move a question a step up or down, at the edge of its section into the next one.

    Raises Refused where a question would stand before the one it depends on.
    """
    form = open_form(question.event)
    _must_be_asked(form, question)
    questions = [part.questions for part in form]
    _arrange(form, question_rules.moved(questions, question, direction), question, by=by)


def move_to(question: Question, section: Section, *, by: Actor) -> None:
    """Move a question to the end of a section. Raises Refused as `move` does."""
    form = open_form(question.event)
    _must_be_asked(form, question)
    must_stand(form, section)
    after = [[one for one in part.questions if one is not question] for part in form]
    for part, questions in zip(form, after, strict=True):
        if part.section is section:
            questions.append(question)
    _arrange(form, after, question, by=by)


def take_out(question: Question, *, by: Actor) -> int:
    """Ask a question no more: one that nobody has answered is deleted, of another the answers stay.

    Gives the number of answers that are kept. Raises Refused where other questions depend on it.
    """
    form = open_form(question.event)
    _must_be_asked(form, question)
    order = _all(form)
    dependents = question_rules.depending_on(order, question.id)
    if dependents:
        raise Refused(
            _(
                "Other questions depend on this one: %(questions)s. Please change those first.",
                questions=_names(dependents),
            )
        )
    audit.record(question, "take_out", by=by, label=name_of(question.now.labels))
    answers = queries.number_of_answers(question)
    is_kept = stays_when_taken_out(question)
    question.is_asked = False
    _number([[one for one in part.questions if one is not question] for part in form])
    db.session.flush()
    if not is_kept:
        db.session.delete(question)
    return answers


def stays_when_taken_out(question: Question) -> bool:
    """Whether the question can be asked again later: it was answered, or another that is kept depends on it."""
    dependents = question_rules.depending_on(queries.taken_out(question.event), question.id)
    return bool(dependents) or queries.number_of_answers(question) > 0


def ask_again(question: Question, *, by: Actor) -> None:
    """Ask again what was taken out, at the end of its section. Raises Refused where its condition can't be met."""
    form = open_form(question.event)
    if question not in queries.taken_out(question.event):
        raise Refused
    check_number(form, 1)
    earlier = before_the_end(form, question.section)
    if question.condition is not None:
        decider = next((one for one in earlier if one.id == question.condition.question_id), None)
        if decider is None:
            other = queries.get(question.event, question.condition.question_id)
            raise Refused(
                _(
                    "This question depends on “%(question)s”, which is not asked before it. Please ask that one first.",
                    question=name_of(other.now.labels),
                )
            )
        _check_condition(question.condition, decider)
    question.is_asked = True
    question.position = _next_position(form, question.section)
    audit.record(question, "ask_again", by=by, label=name_of(question.now.labels))


def before_the_end(form: Sequence[Part], section: Section) -> list[Question]:
    """The questions that stand before the end of a section."""
    found: list[Question] = []
    for part in form:
        found += part.questions
        if part.section is section:
            break
    return found


def before(form: Sequence[Part], question: Question) -> list[Question]:
    """The questions that are asked before that one; none for one that is not asked."""
    order = _all(form)
    return order[: order.index(question)] if question in order else []


def _names(questions: Sequence[Question]) -> str:
    return ", ".join(_("“%(text)s”", text=name_of(one.now.labels)) for one in questions)


def _all(form: Sequence[Part]) -> list[Question]:
    return list(chain.from_iterable(part.questions for part in form))


def _next_position(form: Sequence[Part], section: Section) -> int:
    return 1 + max((one.position for part in form for one in part.questions if part.section is section), default=0)


def _must_be_asked(form: Sequence[Part], question: Question) -> None:
    if question not in _all(form):
        raise Refused(_("This question is no longer asked."))


def _arrange(form: Sequence[Part], after: Sequence[Sequence[Question]], question: Question, *, by: Actor) -> None:
    """Let the questions stand as `after` says, section by section."""
    if list(after) == [part.questions for part in form]:
        return
    check_order(after)
    for part, questions in zip(form, after, strict=True):
        for one in questions:
            one.section_id = part.section.id
    _number(after)
    audit.record(question, "move", by=by, label=name_of(question.now.labels))


def _number(sections: Sequence[Sequence[Question]]) -> None:
    for questions in sections:
        for position, one in enumerate(questions, start=1):
            one.position = position


def _check(details: QuestionDetails, *, earlier: Sequence[Question]) -> None:
    """Refuse what is no question, or depends on what is not asked before it."""
    for fault in question_rules.faults(details):
        raise DomainError(fault.message, field=fault.field)
    if details.condition is None:
        return
    decider = next((one for one in earlier if one.id == details.condition.question_id), None)
    if decider is None:
        raise DomainError(_("Please choose a question that is asked before this one."), field="condition")
    _check_condition(details.condition, decider)


def _check_condition(condition: Condition, decider: Question) -> None:
    if not set(condition.values) <= set(question_rules.values_of(decider.now.kind, decider.details.options)):
        raise DomainError(
            _(
                "An answer that this question depends on is no longer offered by “%(question)s”.",
                question=name_of(decider.now.labels),
            ),
            field="condition",
        )


def _check_dependents(dependents: Sequence[Question], details: QuestionDetails) -> None:
    """Refuse to take away an answer on which another question is asked."""
    left = set(question_rules.values_of(details.kind, details.options))
    stranded = [one for one in dependents if not set(one.condition_values) <= left]
    if stranded:
        raise DomainError(
            _(
                "Other questions are asked depending on an answer that you take away: %(questions)s. Please change "
                "those first.",
                questions=_names(stranded),
            ),
            field="options" if details.kind.has_options else "kind",
        )


def _with_keys(details: QuestionDetails, *, known: Collection[str]) -> QuestionDetails:
    """The details with a key of ours for each option that has none: it stays the option's, whatever its words."""
    left = set(known)
    options = []
    for one in details.options:
        is_known = one.key in left
        left.discard(one.key)
        options.append(one if is_known else replace(one, key=tokens.reference(OPTION_KEY_LENGTH)))
    return replace(details, options=tuple(options))


def _set(question: Question, details: QuestionDetails) -> None:
    question.is_required = details.is_required
    question.capacities = list(details.capacities)
    question.condition_question_id = details.condition.question_id if details.condition else None
    question.condition_values = list(details.condition.values) if details.condition else []
    question.kept_days = details.kept_days


def _write_version(question: Question, details: QuestionDetails) -> None:
    """Add what the question says from now on, and have it read afresh."""
    db.session.add(
        QuestionVersion(
            question_id=question.id,
            number=question.version,
            kind=details.kind,
            sensitivity=details.sensitivity,
            labels=details.labels,
            hints=details.hints,
            purposes=details.purposes,
            options=[asdict(one) for one in details.options],
            lowest=details.lowest,
            highest=details.highest,
            decimals=details.decimals,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    db.session.refresh(question)

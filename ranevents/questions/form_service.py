"""The verbs that concern a form as a whole: it is opened to be changed, its sections are made, moved and removed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from ranevents.core import audit, errors, languages, places
from ranevents.core.audit import Actor
from ranevents.core.db import db
from ranevents.core.errors import DomainError, Refused
from ranevents.events.models import Event
from ranevents.questions import queries, question_rules, rules
from ranevents.questions.details import QuestionKind, SectionDetails, Texts
from ranevents.questions.models import Question, Section
from ranevents.questions.queries import Part
from ranevents.questions.question_rules import Direction


class EditedMeanwhile(Refused):
    """Somebody else has saved the same question or section since the editor opened it."""

    message = _l("Somebody else has saved this while you were editing it.")


def open_form(event: Event) -> list[Part]:
    """Let nobody else change the event's form, nor answer it, until the transaction ends; and read it afresh.

    Raises Refused where the event's state allows no change.
    """
    places.lock([event.pool])
    db.session.refresh(event)
    if not event.state.is_editable:
        raise Refused(_("This event is cancelled or archived and can't be changed any more."))
    return queries.form_of(event, afresh=True)


def add_section(event: Event, details: SectionDetails, *, by: Actor, submission_id: str | None = None) -> Section:
    """A new section at the end of the form; the same submission again gives the same section."""
    form = open_form(event)
    known: Section | None = queries.by_submission(Section, submission_id)
    if known is not None:
        return known
    section = insert(form, event, details, submission_id=submission_id)
    audit.record(section, "create", by=by, title=name_of(details.titles))
    return section


def insert(
    form: Sequence[Part], event: Event, details: SectionDetails, *, submission_id: str | None = None, ahead: int = 0
) -> Section:
    """Write down a section at the end of the open form, behind `ahead` others that were put there just now.

    Raises DomainError, with the field, for what can't be.
    """
    _check_section(details)
    if len(form) + ahead >= question_rules.MOST_SECTIONS:
        raise Refused(_("A form has %(most)s sections at most.", most=question_rules.MOST_SECTIONS))
    position = 1 + ahead + max((part.section.position for part in form), default=0)
    section = Section(event_id=event.id, position=position, submission_id=submission_id, **asdict(details))
    with told_plainly():
        db.session.add(section)
    return section


def edit_section(section: Section, details: SectionDetails, *, seen: str | None, by: Actor) -> None:
    """Say something else about a section. `seen` is the fingerprint of what the editor saw."""
    must_stand(open_form(event_of(section)), section)
    before = section.details
    if before.fingerprint != seen:
        raise EditedMeanwhile
    _check_section(details)
    changed = before.differences(details)
    if not changed:
        return
    section.titles, section.introductions = details.titles, details.introductions
    audit.record(section, "edit", by=by, title=name_of(details.titles), fields=", ".join(changed))


def move_section(section: Section, direction: Direction, *, by: Actor) -> None:
    """Let a section change places with the one above or below. Raises Refused where a question would come too early."""
    form = open_form(event_of(section))
    must_stand(form, section)
    order = [part.section for part in form]
    [after] = question_rules.moved([order], section, direction)
    if after == order:
        return
    parts = {part.section.id: part for part in form}
    check_order([parts[one.id].questions for one in after])
    for position, one in enumerate(after, start=1):
        one.position = position
    audit.record(section, "move", by=by, title=name_of(section.titles))


def remove_section(section: Section, *, by: Actor) -> None:
    """Take an empty section away; questions in it that are no longer asked go over to another one.

    Raises Refused where it has questions, or where no other section could keep those.
    """
    event = event_of(section)
    form = open_form(event)
    must_stand(form, section)
    if any(part.questions for part in form if part.section is section):
        raise Refused(_("This section has questions. Please move them or take them out first."))
    others = [part.section for part in form if part.section is not section]
    kept = [one for one in queries.taken_out(event) if one.section_id == section.id]
    if kept and not others:
        raise Refused(_("This section keeps questions that were answered. Please add another section first."))
    for one in kept:
        one.section_id = others[0].id
    for position, other in enumerate(others, start=1):
        other.position = position
    db.session.flush()
    audit.record(section, "remove", by=by, title=name_of(section.titles))
    db.session.delete(section)


def check_number(form: Sequence[Part], more: int) -> None:
    """Refuse more questions than a form may have."""
    if sum(len(part.questions) for part in form) + more > question_rules.MOST_QUESTIONS:
        raise Refused(_("A form has %(most)s questions at most.", most=question_rules.MOST_QUESTIONS))


def check_order(sections: Sequence[Sequence[Question]]) -> None:
    """Refuse an order in which a question stands before the one it depends on."""
    questions = {one.id: one for one in chain.from_iterable(sections)}
    early = question_rules.too_early(chain.from_iterable(sections))
    if early is not None:
        raise Refused(
            _(
                "“%(question)s” is asked depending on “%(decider)s”, so it must stand after it.",
                question=name_of(early.now.labels),
                decider=name_of(questions[early.condition_question_id or 0].now.labels),
            )
        )


def must_stand(form: Sequence[Part], section: Section) -> None:
    """Refuse to work on a section that somebody else has removed meanwhile."""
    if not any(part.section is section for part in form):
        raise Refused


def event_of(section: Section) -> Event:
    """The event whose form the section is a part of."""
    return db.session.get_one(Event, section.event_id)


def name_of(texts: Texts) -> str:
    """How a question or a section is called where an organiser reads of it."""
    return rules.in_language(texts, languages.current())


def answer_name(question: Question, value: str) -> str:
    """What an answer that others depend on is called."""
    if question.now.kind is QuestionKind.YES_NO:
        return str(_("Yes") if value == "yes" else _("No"))
    labels: Texts = next((one["labels"] for one in question.now.options if one["key"] == value), {})
    return name_of(labels)


def answer_names(question: Question, values: Sequence[str]) -> str:
    """What several such answers are called, one after the other."""
    return ", ".join(answer_name(question, value) for value in values)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Write to the database; a violated constraint comes out as the domain's refusal and spoils nothing else."""
    try:
        with db.session.begin_nested():
            yield
    except IntegrityError as error:
        raise errors.from_integrity(error) or error from error


def _check_section(details: SectionDetails) -> None:
    if not any(details.titles.values()):
        raise DomainError(_("Please write the title in at least one language."), field="titles")

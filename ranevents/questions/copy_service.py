"""Copying another event's questions: appended to what is there, with their conditions."""

from collections.abc import Collection
from dataclasses import replace

from flask_babel import gettext as _

from ranevents.core import audit
from ranevents.core.audit import Actor
from ranevents.core.errors import DomainError
from ranevents.events.models import Event
from ranevents.questions import form_service, queries, service
from ranevents.questions.details import Condition, QuestionDetails
from ranevents.questions.models import Question, Section


def copy(
    source: Event, event: Event, section_ids: Collection[int], *, by: Actor, submission_id: str | None = None
) -> int:
    """Append these sections of another event's form, with what they ask today; gives the number of questions.

    The same submission again copies nothing more. Raises DomainError where nothing is chosen, where a question depends
    on one that is not chosen, or where the form would grow too long.
    """
    form = form_service.open_form(event)
    chosen = [part for part in queries.form_of(source) if part.section.id in section_ids]
    if not chosen:
        raise DomainError(_("Please choose at least one section."), field="sections")
    if queries.by_submission(Section, submission_id) is not None:
        return 0
    questions = [one for part in chosen for one in part.questions]
    _check_conditions(questions)
    form_service.check_number(form, len(questions))
    copied: dict[int, int] = {}
    for number, part in enumerate(chosen):
        submitted = submission_id if number == 0 else None
        section = form_service.insert(form, event, part.section.details, ahead=number, submission_id=submitted)
        for position, one in enumerate(part.questions, start=1):
            copied[one.id] = service.insert(section, _mapped(one.details, copied), position=position).id
    audit.record(event, "copy_questions", by=by, questions=len(questions))
    return len(questions)


def _check_conditions(questions: list[Question]) -> None:
    chosen = {one.id for one in questions}
    for one in questions:
        if one.condition_question_id is not None and one.condition_question_id not in chosen:
            raise DomainError(
                _(
                    "“%(question)s” depends on a question of a section that you have not chosen. Please choose that "
                    "section, too.",
                    question=form_service.name_of(one.now.labels),
                ),
                field="sections",
            )


def _mapped(details: QuestionDetails, copied: dict[int, int]) -> QuestionDetails:
    """The details with a condition on the copy of the question that they depend on."""
    if details.condition is None:
        return details
    return replace(details, condition=Condition(copied[details.condition.question_id], details.condition.values))

"""The rows of an export, read in batches: two statements each, whatever the length of the list."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import lazyload

from ranevents.core import countries
from ranevents.core.db import db
from ranevents.core.spreadsheets import Cell, batches
from ranevents.events.models import Capacity, Event
from ranevents.people.models import Person
from ranevents.questions.fields import languages_for, option_labels
from ranevents.questions.models import Question, QuestionVersion, Sensitivity
from ranevents.questions.queries import IN_FORM_ORDER
from ranevents.questions.rules import in_language
from ranevents.registrations import list_queries
from ranevents.registrations.export_rules import as_cell, yes_no
from ranevents.registrations.list_rules import Asked
from ranevents.registrations.models import Answer, Registration
from ranevents.registrations.states import RegistrationState

ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Table:
    """A head, and rows that are read while they are written."""

    head: list[str]
    rows: Iterator[Sequence[Cell]]


def for_participants(event: Event, asked: Asked) -> Table:
    """Of those who are asked for: who has a place and agreed to the shared list; nothing but what they agreed to."""
    head = [_("Name"), _("Organisation"), _("Country")]
    return Table(head, _rows_for_participants(event, asked))


def _rows_for_participants(event: Event, asked: Asked) -> Iterator[Sequence[Cell]]:
    for ids in batches(list_queries.ids(event, asked), ROWS_AT_ONCE):
        query = (
            select(Registration.id, Person.latin_given_name, Person.latin_family_name, Person.organisation)
            .add_columns(Person.country)
            .join(Registration.person)
            .where(
                Registration.id.in_(ids),
                Registration.is_on_shared_list,
                Registration.state == RegistrationState.CONFIRMED,
            )
        )
        found = {row.id: row for row in db.session.execute(query)}
        for row in (found[id] for id in ids if id in found):
            name = f"{row.latin_given_name} {row.latin_family_name}".strip()
            yield name, row.organisation, countries.name_of(row.country)


def for_team(event: Event, asked: Asked, *, with_special: bool) -> Table:
    """All that is known of those who are asked for; special data only where they are asked for."""
    questions = _questions(event, with_special=with_special)
    head = [*_head(event), *([_("Diet"), _("Accessibility needs")] if with_special else [])]
    languages = languages_for(event)
    head += [in_language(question.now.labels, *languages) or str(question.id) for question in questions]
    return Table(head, _rows_for_team(event, asked, questions, with_special=with_special))


def _head(event: Event) -> list[str]:
    return [
        _("Reference"),
        _("State"),
        _("Capacity"),
        _("Given name"),
        _("Family name"),
        _("Given name in Latin letters"),
        _("Family name in Latin letters"),
        _("E-mail"),
        _("Organisation"),
        _("Position"),
        _("Country"),
        _("Country code"),
        _("Sector"),
        _("Side"),
        _("Language of mails"),
        _("On the shared list"),
        _("Photographs may be published"),
        _("Registered (%(zone)s)", zone=event.time_zone),
    ]


def _questions(event: Event, *, with_special: bool) -> list[Question]:
    query = (
        select(Question)
        .where(Question.event_id == event.id)
        .join(Question.section)
        .order_by(*IN_FORM_ORDER)
        .options(lazyload(Question.event))
    )
    return [one for one in db.session.scalars(query) if with_special or one.now.sensitivity is Sensitivity.ORDINARY]


def _rows_for_team(
    event: Event, asked: Asked, questions: Sequence[Question], *, with_special: bool
) -> Iterator[Sequence[Cell]]:
    versions = _Versions(event)
    for ids in batches(list_queries.ids(event, asked), ROWS_AT_ONCE):
        answers = _answers(ids, versions, with_special=with_special) if questions else {}
        special = [Registration.diet, Registration.access_needs] if with_special else []
        query = select(*_COLUMNS, *special).join(Registration.person).where(Registration.id.in_(ids))
        found = {row.id: row for row in db.session.execute(query)}
        for row in (found[id] for id in ids if id in found):
            cells = _cells(row, event)
            if with_special:
                cells += [row.diet, row.access_needs]
            yield [*cells, *(answers.get((row.id, question.id)) for question in questions)]


_COLUMNS: tuple[Any, ...] = (
    Registration.id,
    Registration.reference,
    Registration.state,
    Registration.capacity,
    Person.given_name,
    Person.family_name,
    Person.latin_given_name,
    Person.latin_family_name,
    Person.email,
    Person.organisation,
    Person.position,
    Person.country,
    Person.sector,
    Person.side,
    Person.language,
    Registration.is_on_shared_list,
    Registration.allows_photographs,
    Registration.registered_at,
)


def _cells(row: Any, event: Event) -> list[Cell]:
    return [
        row.reference,
        row.state.label,
        Capacity(row.capacity).label,
        row.given_name,
        row.family_name,
        row.latin_given_name,
        row.latin_family_name,
        row.email,
        row.organisation,
        row.position,
        countries.name_of(row.country),
        countries.eu_code(row.country),
        row.sector.label,
        row.side.label,
        row.language,
        yes_no(row.is_on_shared_list),
        yes_no(row.allows_photographs),
        row.registered_at.astimezone(event.zone).replace(tzinfo=None, second=0, microsecond=0),
    ]


class _Versions:
    """Every version of the event's questions, with its options in the reader's words: read once."""

    def __init__(self, event: Event) -> None:
        found = select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
        self._kinds: dict[int, tuple[str, dict[str, str]]] = {}
        for version in db.session.scalars(found.where(Question.event_id == event.id)):
            self._kinds[version.id] = (version.kind.value, option_labels(version, languages_for(event)))

    def cell(self, version_id: int, value: Any) -> Cell:
        """An answer to that version as a cell."""
        return as_cell(value, *self._kinds[version_id])


def _answers(ids: Sequence[int], versions: _Versions, *, with_special: bool) -> dict[tuple[int, int], Cell]:
    columns = [Answer.registration_id, Answer.question_id, Answer.version_id, Answer.value, Answer.upload_id]
    query = select(*columns, *([Answer.secret] if with_special else [])).where(Answer.registration_id.in_(ids))
    found: dict[tuple[int, int], Cell] = {}
    for row in db.session.execute(query):
        secret = (row.secret or "") if with_special else ""
        if row.upload_id is not None:
            found[row.registration_id, row.question_id] = yes_no(True)
        elif row.value is not None or secret:
            value = row.value if row.value is not None else json.loads(secret)
            found[row.registration_id, row.question_id] = versions.cell(row.version_id, value)
    return found

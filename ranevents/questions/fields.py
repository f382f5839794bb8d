"""An event's questions as fields of a form: what is shown, what was typed, and what it says.

A form that asks them is an `AskingForm`; its fields are called `question-<id>`. What the fields of each kind know
stands in `kinds.py` and `choices.py`, what is told beside them in `words.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from wtforms import HiddenField

from ranevents.core.forms import Form
from ranevents.events.models import Capacity, Event
from ranevents.questions import rules
from ranevents.questions.choices import Upload, field_for
from ranevents.questions.kinds import Asked, QuestionField
from ranevents.questions.models import Question, Section
from ranevents.questions.queries import Part
from ranevents.questions.words import Given, KeptFile, in_words, languages_for, option_labels

__all__ = [
    "NO_REPLIES",
    "AskingForm",
    "FormPart",
    "Given",
    "KeptFile",
    "Questionnaire",
    "Replies",
    "Reply",
    "Upload",
    "in_words",
    "languages_for",
    "option_labels",
]

SHOWN = "questions_shown"
"""The hidden field that tells which version of each question the form was shown with."""


@dataclass(frozen=True)
class Questionnaire:
    """What a form is to ask: an event's questions, of somebody who comes in a capacity.

    `languages` are those that texts are looked for in, the reader's first. `given` holds the answers that are stored
    already, by the id of their question; `files` what arrived with the form, by the field's name.
    """

    parts: Sequence[Part]
    capacity: str = Capacity.PARTICIPANT
    languages: Sequence[str] = ()
    given: Mapping[int, Given] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, event: Event, parts: Sequence[Part], **more: Any) -> "Questionnaire":
        """The questions of this event in the languages of its reader: their own, the event's first, English, any."""
        return cls(parts, languages=languages_for(event), **more)

    @property
    def questions(self) -> list[Question]:
        """Those that people of this capacity may be asked, in their order."""
        return rules.for_capacity((one for part in self.parts for one in part.questions), self.capacity)


@dataclass(frozen=True)
class FormPart:
    """A section as a form shows it: its title and introduction in the reader's language, and its fields."""

    title: str
    introduction: str
    fields: list[QuestionField]


@dataclass(frozen=True)
class Reply:
    """One answer that was sent in, to the version of the question that was shown.

    `value` is a text, a number or a date as text, a country's code, an option's key, a list of keys, True or False;
    or a KeptFile.
    """

    question_id: int
    version_id: int
    value: Any


@dataclass(frozen=True)
class Replies:
    """What a form says about an event's questions.

    `on_form` are all questions that it showed; those of them that are neither in `given` nor in `untouched` have no
    answer (any more).
    """

    given: tuple[Reply, ...] = ()
    untouched: tuple[int, ...] = ()
    on_form: tuple[int, ...] = ()


NO_REPLIES = Replies()
"""What a form says that shows no questions."""


class AskingForm(Form):
    """A form that asks an event's questions beside what it asks anyway; without questions it is like any other."""

    AFTER_QUESTIONS: ClassVar[tuple[str, ...]] = ()
    """The fields that the page shows below the questions: the summary of errors follows the page."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        self.questionnaire = questionnaire
        self.question_fields: dict[int, QuestionField] = {}
        super().__init__(*args, **kwargs)

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, **more: Any) -> None:
        """Bind a field for each question, then read what was typed; or what is stored, where nothing was sent."""
        shown = self._bind_questions()
        if shown and formdata is None:
            data = {**(data or {}), **{one.short_name: one.prefilled() for one in self.question_fields.values()}}
        super().process(formdata, obj, data=data, **more)
        if shown:
            told = _numbers(self[SHOWN].data)
            for one in self.question_fields.values():
                one.shown_version = told.get(one.question.id)
                if formdata is not None and one.shown_version is None:
                    one.stand_as_stored()
            self[SHOWN].data = " ".join(f"{one.id}:{one.version}" for one in shown)

    def _bind_questions(self) -> list[Question]:
        told = self.questionnaire
        questions = told.questions
        if not questions:
            return []
        self._bind(SHOWN, HiddenField())
        for question in questions:
            deciding = self.question_fields.get(question.condition_question_id or 0)
            unbound = field_for(question, told.languages)
            made: QuestionField = self._bind(f"question-{question.id}", unbound)
            made.ask(Asked(question, deciding, told.given.get(question.id), told.languages, told.files))
            self.question_fields[question.id] = made
        for name in self.AFTER_QUESTIONS:
            self._fields.move_to_end(name)
        return questions

    def _bind(self, name: str, unbound: Any) -> Any:
        options = {"name": name, "prefix": self._prefix, "translations": self.meta.get_translations(self)}
        self._fields[name] = bound = self.meta.bind_field(self, unbound, options)
        return bound

    def validate(self, extra_validators: Any = None) -> bool:
        """Decide which questions are asked, given what was typed; then check every field."""
        answers = {id: one.answer for id, one in self.question_fields.items()}
        now = rules.asked(self.questionnaire.questions, self.questionnaire.capacity, answers)
        ids = {question.id for question in now}
        for id, one in self.question_fields.items():
            one.is_asked = id in ids
        return bool(super().validate(extra_validators))

    @property
    def parts(self) -> Iterator[FormPart]:
        """The sections that have questions for this person."""
        for part in self.questionnaire.parts:
            fields = [self.question_fields[one.id] for one in part.questions if one.id in self.question_fields]
            if fields:
                yield self._part(part.section, fields)

    def _part(self, section: Section, fields: list[QuestionField]) -> FormPart:
        languages = self.questionnaire.languages
        introduction = rules.in_language(section.introductions, *languages)
        return FormPart(rules.in_language(section.titles, *languages), introduction, fields)

    @property
    def file_fields(self) -> list[Upload]:
        """The questions that are answered with a file: with them, a form is sent as multipart/form-data."""
        return [one for one in self.question_fields.values() if isinstance(one, Upload)]

    def replies(self) -> Replies:
        """What was sent in, once it is valid."""
        fields = [one for one in self.question_fields.values() if one.is_asked]
        touched = [one for one in fields if not one.is_untouched and one.answer is not None]
        return Replies(
            given=tuple(Reply(one.question.id, one.question.now.id, one.answer) for one in touched),
            untouched=tuple(one.question.id for one in fields if one.is_untouched),
            on_form=tuple(self.question_fields),
        )


def _numbers(told: str | None) -> dict[int, int]:
    """Which version of which question a form was shown with, as far as what it says can be read."""
    pairs = (one.partition(":") for one in (told or "")[:20_000].split())
    return {int(id): int(number) for id, _colon, number in pairs if _is_number(id) and _is_number(number)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10

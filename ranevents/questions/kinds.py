"""What the fields of all kinds of questions share, and those into which one writes: texts, numbers, days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from wtforms import DateField, Field, StringField, TextAreaField
from wtforms.validators import StopValidation

from ranevents.core.forms import one_line
from ranevents.questions import rules, words
from ranevents.questions.models import Question, QuestionKind
from ranevents.questions.words import Given

LONGEST = {QuestionKind.SHORT_TEXT: 300, QuestionKind.LONG_TEXT: 5000}


@dataclass(frozen=True)
class Asked:
    """What a field is told before anything is read: the question, the field that decides whether it is asked, the
    answer that is stored, in which languages to look for texts, and the files that arrived with the form.
    """

    question: Question
    deciding: "QuestionField | None"
    given: Given | None
    languages: Sequence[str]
    files: Mapping[str, Any]


class QuestionField(Field):
    """What the fields of all kinds of questions share; `ask` comes before anything is read."""

    question: Question
    languages: Sequence[str]
    is_asked = True
    shown_version: int | None = None
    """The number of the version that the form was shown with; None where it was not shown."""
    deciding: "QuestionField | None" = None
    given: Given | None = None

    def ask(self, asked: Asked) -> None:
        """Take in what is asked."""
        self.question, self.deciding, self.given = asked.question, asked.deciding, asked.given
        self.languages = asked.languages
        if self.question.is_required and self.deciding is None:
            self.flags.required = True
        self.flags.must_be_answered = self.question.is_required
        self.description = _hints(self)

    @property
    def condition(self) -> list[str]:
        """The answers to the deciding question with which this one is asked."""
        return list(self.question.condition_values)

    @property
    def told_condition(self) -> str:
        """The same in words, such as “Yes” or “Perhaps”; '' where nothing decides."""
        if self.deciding is None:
            return ""
        labels = self.deciding.labels()
        return words.alternatives(labels.get(one, one) for one in self.question.condition_values)

    def labels(self) -> dict[str, str]:
        """What can be answered to a deciding question, in the reader's language, by its key."""
        return words.deciding_labels(self.question.now, self.languages)

    @property
    def is_filled(self) -> bool:
        """Whether anything was typed or chosen."""
        return bool(self.data)

    @property
    def answer(self) -> Any:
        """What was typed as a value to be stored; None for nothing, or nothing that can be read."""
        return self.data or None

    @property
    def is_untouched(self) -> bool:
        """Whether the form leaves the stored answer as it was."""
        if self.given is None:
            return False
        if self.given.version.kind is not self.question.now.kind:
            return not self.is_filled
        return bool(self.answer == self.given.value)

    def prefilled(self) -> Any:
        """What the field shows at first: the stored answer, where it is one to such a question."""
        is_alike = self.given is not None and self.given.version.kind is self.question.now.kind
        return self.shown(self.given.value) if self.given is not None and is_alike else None

    def stand_as_stored(self) -> None:
        """The form that was sent did not show the question: nothing was said about what is stored."""
        if self.given is not None and not self.is_filled:
            self.data = self.prefilled()

    def shown(self, value: Any) -> Any:
        """A stored value as this kind of field shows it."""
        return value

    def check(self) -> None:
        """Whether what was typed is an answer; raises StopValidation with what is wrong."""

    def can_be_left(self) -> bool:
        """Whether one may also choose to say nothing; buttons can't be unpressed."""
        return self.deciding is not None or not self.question.is_required


def fits(_form: Any, one: QuestionField) -> None:
    """What is true of the answers of all kinds: raises StopValidation, with words where something is wrong."""
    one.errors = list(one.process_errors)
    if not one.is_asked:
        one.errors = []
        raise StopValidation(_not_asked(one) if one.is_filled and not one.is_untouched else None)
    if one.is_untouched:
        one.errors = []
        raise StopValidation
    if not one.is_filled:
        one.errors = []
        raise StopValidation(_("Please answer this question.") if one.question.is_required else None)
    if one.shown_version not in (None, one.question.version):
        raise StopValidation(
            _("This question has changed in the meantime. Please check your answer and send it again.")
        )
    if not one.errors:
        one.check()


def _not_asked(one: QuestionField) -> str:
    told = _(
        "This is only asked if you answered %(answers)s to “%(question)s”. Please leave it empty, or change that "
        "answer.",
        answers=one.told_condition,
        question=one.deciding.label.text if one.deciding else "",
    )
    return str(told)


def _hints(one: QuestionField) -> Markup:
    """What stands below the question: hint, condition, bounds, purpose, how it is kept; each on a line of its own."""
    now = one.question.now
    purpose = rules.in_language(now.purposes, *one.languages)
    lines = [
        rules.in_language(now.hints, *one.languages),
        _condition(one),
        words.bounds(now),
        _("Why we ask: %(purpose)s", purpose=purpose) if purpose else "",
        words.keeping(one.question),
        _former(one),
    ]
    return Markup("").join(Markup('<span class="d-block">{}</span>').format(line) for line in lines if line)


def _condition(one: QuestionField) -> str:
    if one.deciding is None:
        return ""
    asked = {"answers": one.told_condition, "question": one.deciding.label.text}
    if one.given is not None:
        return str(_("Only if you answered %(answers)s to “%(question)s”; else your answer here is deleted.", **asked))
    return str(_("Only if you answered %(answers)s to “%(question)s”.", **asked))


def _former(one: QuestionField) -> str:
    """An answer to what was another kind of question then: it stays unless there is a new one."""
    if one.given is None or one.given.version.kind is one.question.now.kind:
        return ""
    told = words.in_words(one.given.value, one.given.version, one.languages)
    return str(_("Your answer so far: “%(answer)s”. It stays as it is if you leave this empty.", answer=told))


class Line(QuestionField, StringField):
    """One line of text."""

    def check(self) -> None:
        """Refuse what is too long."""
        _check_length(self)


class Lines(QuestionField, TextAreaField):
    """Several lines of text."""

    def check(self) -> None:
        """Refuse what is too long."""
        _check_length(self)


def _check_length(one: QuestionField) -> None:
    most = LONGEST[one.question.now.kind]
    if len(one.data or "") > most:
        raise StopValidation(_("Please use %(max)d characters at most.", max=most))


class Number(QuestionField, StringField):
    """A number, with the reader's comma or point."""

    @property
    def answer(self) -> str | None:
        """The number as plain decimal text."""
        try:
            return rules.plain_decimal(self.data or "")
        except ValueError:
            return None

    def shown(self, value: str) -> str:
        """The number as the reader writes it."""
        return words.decimal(value)

    def check(self) -> None:
        """Refuse what is no number, has too many decimals, or lies beyond the bounds."""
        now = self.question.now
        if self.answer is None or (not now.decimals and rules.decimal_places(self.answer)):
            wrong = _("Please enter a number in digits, such as %(example)s.", example=words.decimal("12.5"))
            raise StopValidation(wrong if now.decimals else _("Please enter a whole number, in digits."))
        if rules.decimal_places(self.answer) > now.decimals:
            most = ngettext(
                "Please give at most %(num)d decimal place.",
                "Please give at most %(num)d decimal places.",
                now.decimals,
            )
            raise StopValidation(most)
        if now.lowest and Decimal(self.answer) < Decimal(now.lowest):
            raise StopValidation(_("Please enter a number of at least %(lowest)s.", lowest=words.decimal(now.lowest)))
        if now.highest and Decimal(self.answer) > Decimal(now.highest):
            raise StopValidation(_("Please enter a number of at most %(highest)s.", highest=words.decimal(now.highest)))


class Day(QuestionField, DateField):
    """A day."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read a day; raises ValueError for what is none."""
        try:
            super().process_formdata([one_line(one) for one in valuelist])
        except ValueError as error:
            raise ValueError(_("Please give a day that exists, such as 2018-04-04.")) from error

    def _value(self) -> str:
        # The library writes years before 1000 without their zeros.
        return " ".join(self.raw_data) if self.raw_data else self.answer or ""

    @property
    def is_filled(self) -> bool:
        """Whether anything was typed, be it a day or not."""
        return any(one.strip() for one in self.raw_data or ())

    @property
    def answer(self) -> str | None:
        """The day as ISO 8601."""
        return self.data.isoformat() if self.data else None

    def shown(self, value: str) -> date:
        """The day itself."""
        return date.fromisoformat(value)

    def check(self) -> None:
        """Refuse days beyond the bounds."""
        now = self.question.now
        if self.data and now.lowest and self.data < date.fromisoformat(now.lowest):
            raise StopValidation(_("Please choose %(day)s or a later day.", day=words.day(now.lowest)))
        if self.data and now.highest and self.data > date.fromisoformat(now.highest):
            raise StopValidation(_("Please choose %(day)s or an earlier day.", day=words.day(now.highest)))

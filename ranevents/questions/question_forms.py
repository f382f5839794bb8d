"""What organisers send in about a question: fields by its kind, and once for each language."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput

from ranevents.core import languages, tokens
from ranevents.core.forms import one_line
from ranevents.events.models import Capacity
from ranevents.questions import question_rules
from ranevents.questions.composing_forms import (
    ComposingForm,
    DayField,
    WholeNumberField,
    choice,
    line,
    plain_number,
    submission,
)
from ranevents.questions.details import Condition, Option, QuestionDetails, QuestionKind, Sensitivity
from ranevents.questions.form_service import answer_name, name_of
from ranevents.questions.models import Question
from ranevents.questions.question_rules import language_name

FEWEST_ROWS, MORE_ROWS = 4, 5
_OF_KIND = {
    QuestionKind.NUMBER: ("decimals", "lowest", "highest"),
    QuestionKind.DATE: ("earliest", "latest"),
    QuestionKind.FILE: ("megabytes",),
}
"""Fields that only questions of one kind have."""


@dataclass(frozen=True)
class OptionRow:
    """The fields of one answer to choose from: its key (hidden), its place, its words in each language."""

    number: int
    key: Any
    place: Any
    labels: list[Any]


class QuestionForm(ComposingForm):
    """What is said about a question. `earlier` are those that it may depend on; `is_answered`: its kind is fixed."""

    question: Question | None = None
    is_answered = False
    earlier: Sequence[Question] = ()
    rows: int = 0

    kind: Any
    condition_question: Any
    condition_values: Any
    sensitivity: Any

    def __init__(self, **filled: Any) -> None:
        super().__init__(**filled)
        if self.is_answered:
            del self.kind
        for kind, names in _OF_KIND.items():
            for name in names if kind is not self.question_kind else ():
                del self[name]
        if not self.question_kind.has_options:
            for name in [name for name in self._fields if name.startswith("option_")]:
                del self[name]
        self._offer_conditions()

    def _offer_conditions(self) -> None:
        """Offer the earlier questions, and the answers to the one that is chosen."""
        if not self.earlier:
            del self.condition_question, self.condition_values
            return
        choices = [SelectChoice(str(one.id), name_of(one.now.labels)) for one in self.earlier]
        self.condition_question.choices = [SelectChoice("", _("No: it is always asked")), *choices]
        decider = self.decider
        if decider is None:
            del self.condition_values
            return
        values = question_rules.values_of(decider.now.kind, decider.details.options)
        self.condition_values.choices = [SelectChoice(value, answer_name(decider, value)) for value in values]
        self.condition_values.data = [one for one in self.condition_values.data or () if one in values]

    @property
    def decider(self) -> Question | None:
        """The question that this one is to depend on."""
        return next((one for one in self.earlier if str(one.id) == self.condition_question.data), None)

    @property
    def question_kind(self) -> QuestionKind:
        """Of which kind the question is, or is to be."""
        if self.is_answered and self.question:
            return self.question.now.kind
        return QuestionKind(self.kind.data) if self.kind.data in set(QuestionKind) else QuestionKind.SHORT_TEXT

    @property
    def is_only_shown(self) -> bool:
        """Whether a button was pressed that shows more fields and saves nothing."""
        return request.method == "POST" and bool({"again", "more"} & set(request.form))

    @property
    def option_rows(self) -> list[OptionRow]:
        """The rows of fields for the answers to choose from."""
        if not self.question_kind.has_options:
            return []
        return [
            OptionRow(n + 1, self[f"option_{n}_key"], self[f"option_{n}_place"], self.of_text(f"option_{n}"))
            for n in range(self.rows)
        ]

    def field_of(self, name: str | None) -> str | None:
        """Beside which field a refusal stands that concerns this part of the details."""
        several = {
            "options": [f"option_0_{self.codes[0]}"],
            "condition": ["condition_values", "condition_question"],
            "lowest": ["lowest", "earliest"],
            "highest": ["highest", "latest", "megabytes"],
        }
        if name in several:
            return next((one for one in several[name] if one in self), None)
        return super().field_of(name) if name in ("labels", "hints", "purposes") else name

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then what they say together."""
        if not super().validate(extra_validators):
            return False
        for fault in question_rules.faults(self.details()):
            self.refuse(fault.field, self._never_shown(fault.field) or fault.message)
        return not self.errors

    def _never_shown(self, part: str) -> str:
        """What to say instead of blaming fields that were not on the page which was sent; '' where they were."""
        if part == "options" and "rows" not in request.form:
            return str(_("Here are the fields for this kind of answer. Please fill them in."))
        decider = self.decider if part == "condition" else None
        if decider and request.form.get("shown_decider") != str(decider.id):
            return str(_("Here are the answers to that question. Please choose those on which this one is asked."))
        return ""

    def details(self) -> QuestionDetails:
        """What was sent in; the form must be valid."""
        sensitivity = Sensitivity(self.sensitivity.data)
        kept_days = self["kept_days"].data
        return QuestionDetails(
            kind=self.question_kind,
            labels=self.texts("label"),
            hints=self.texts("hint"),
            purposes=self.texts("purpose"),
            options=self._options(),
            lowest=self._bound("lowest", "earliest"),
            highest=self._bound("highest", "latest", "megabytes"),
            decimals=(self["decimals"].data or 0) if "decimals" in self else 0,
            is_required=self["is_required"].data,
            capacities=self._capacities(),
            condition=self._condition(),
            sensitivity=sensitivity,
            kept_days=question_rules.USUAL_KEPT_DAYS[sensitivity] if kept_days is None else kept_days,
        )

    def _bound(self, *names: str) -> str:
        value = next((self[name].data for name in names if name in self), "")
        if value is None:
            return str(question_rules.USUAL_MEGABYTES) if "megabytes" in self else ""
        return value.isoformat() if isinstance(value, date) else str(value)

    def _options(self) -> tuple[Option, ...]:
        """The answers that have words, in the order of their places."""
        rows = sorted(self.option_rows, key=lambda row: 10_000 if row.place.data is None else row.place.data)
        written = [(row, self.texts(f"option_{row.number - 1}")) for row in rows]
        return tuple(Option(row.key.data or "", labels) for row, labels in written if labels)

    def _capacities(self) -> tuple[str, ...]:
        chosen = tuple(one.value for one in Capacity if one.value in (self["capacities"].data or ()))
        return () if len(chosen) == len(Capacity) else chosen

    def _condition(self) -> Condition | None:
        decider = self.decider if self.earlier else None
        return Condition(decider.id, tuple(self.condition_values.data)) if decider else None


def question_form(
    earlier: Iterable[Question], question: Question | None = None, *, is_answered: bool = False
) -> QuestionForm:
    """The form for a question that is asked after the `earlier` ones; without a question, for a new one."""
    details = question.details if question else None
    codes = question_rules.composing_languages(
        languages.current(), languages.offered(), question_rules.written_in(details) if details else ()
    )
    rows = _number_of_rows(details)
    made = type(
        "OneQuestionForm",
        (QuestionForm,),
        {
            **_fields(codes, rows),
            "codes": codes,
            "rows": rows,
            "question": question,
            "is_answered": is_answered,
            "earlier": [one for one in earlier if one.now.kind.may_decide],
        },
    )
    form: QuestionForm = made(data=_shown(details) if details else _blank())
    return form


def _number_of_rows(details: QuestionDetails | None) -> int:
    sent = request.form.get("rows", "")
    if re.fullmatch("[0-9]{1,2}", sent):
        number = int(sent) + (MORE_ROWS if "more" in request.form else 0)
    else:
        number = max(FEWEST_ROWS, len(details.options) + 1 if details else 0)
    return min(max(number, FEWEST_ROWS), question_rules.MOST_OPTIONS)


def _fields(codes: Sequence[str], rows: int) -> dict[str, Any]:
    """All fields that a question may have, in the order in which they are shown."""
    named = [(code, language_name(code)) for code in codes]
    fields: dict[str, Any] = {
        "kind": SelectField(
            _l("Kind of answer"),
            [InputRequired(_l("Please choose among these kinds."))],
            choices=[SelectChoice(one.value, one.label) for one in QuestionKind],
            **choice(_l("Please choose among these kinds.")),
        )
    }
    for code, name in named:
        fields[f"label_{code}"] = line(_("Question (%(language)s)", language=name), code, 500, is_needed=True)
    for code, name in named:
        fields[f"hint_{code}"] = line(_("Hint (%(language)s)", language=name), code, 500)
    for code, name in named:
        fields[f"purpose_{code}"] = line(_("Why we ask (%(language)s)", language=name), code, 500)
    for n in range(rows):
        fields[f"option_{n}_key"] = HiddenField()
        for code, name in named:
            label = _("Answer %(number)s (%(language)s)", number=n + 1, language=name)
            is_needed = n < question_rules.FEWEST_OPTIONS
            fields[f"option_{n}_{code}"] = line(label, code, 200, is_needed=is_needed)
        place = _("Place of answer %(number)s", number=n + 1)
        fields[f"option_{n}_place"] = WholeNumberField(place, [Optional()], render_kw={"inputmode": "numeric"})
    return {**fields, **_bounds(), **_who_and_when(), **submission()}


def _bounds() -> dict[str, Any]:
    return {
        "decimals": WholeNumberField(_l("Digits after the point"), [Optional()]),
        "lowest": StringField(_l("Lowest number"), [Optional(), plain_number], filters=[one_line]),
        "highest": StringField(_l("Highest number"), [Optional(), plain_number], filters=[one_line]),
        "earliest": DayField(_l("Earliest day"), [Optional()]),
        "latest": DayField(_l("Latest day"), [Optional()]),
        "megabytes": WholeNumberField(
            _l("Largest size in megabytes"),
            [Optional()],
            description=_l("PDF, JPEG, PNG, DOCX, ODT and XLSX files are taken. Left empty, it is 5; at most 10."),
        ),
    }


def _who_and_when() -> dict[str, Any]:
    return {
        "is_required": BooleanField(_l("It must be answered")),
        "capacities": SelectMultipleField(
            _l("Who is asked"),
            choices=[SelectChoice(one.value, one.label) for one in Capacity],
            option_widget=CheckboxInput(),
            description=_l("With none chosen, everybody is asked."),
            **choice(_l("Please choose among these.")),
        ),
        "condition_question": SelectField(
            _l("Does it depend on the answer to another question?"),
            **choice(_l("Please choose a question that is asked before this one.")),
        ),
        "condition_values": SelectMultipleField(
            _l("It is asked where the answer is one of these"),
            option_widget=CheckboxInput(),
            **choice(_l("Please choose among these answers.")),
        ),
        "sensitivity": RadioField(
            _l("Sensitivity"),
            [InputRequired(_l("Please say how sensitive the answers are."))],
            choices=[SelectChoice(one.value, one.label) for one in Sensitivity],
            description=_l("Special are health, diet, belief and the like: encrypted, seen by few, deleted soon."),
            **choice(_l("Please say how sensitive the answers are.")),
        ),
        "kept_days": WholeNumberField(
            _l("Days to keep the answers after the event"),
            [Optional()],
            description=_l("Left empty, it is 365; for special data 30, which is also the most."),
        ),
    }


def _blank() -> dict[str, Any]:
    return {
        "kind": QuestionKind.SHORT_TEXT.value,
        "sensitivity": Sensitivity.ORDINARY.value,
        "submission_id": tokens.secret(),
    }


def _shown(details: QuestionDetails) -> dict[str, Any]:
    """What the fields of an existing question hold."""
    shown: dict[str, Any] = {
        "seen": details.fingerprint,
        "kind": details.kind.value,
        "decimals": details.decimals,
        "is_required": details.is_required,
        "capacities": list(details.capacities),
        "sensitivity": details.sensitivity.value,
        "kept_days": details.kept_days,
    }
    for name, texts in (("label", details.labels), ("hint", details.hints), ("purpose", details.purposes)):
        shown |= {f"{name}_{code}": text for code, text in texts.items()}
    for n, option in enumerate(details.options):
        shown |= {f"option_{n}_key": option.key, f"option_{n}_place": n + 1}
        shown |= {f"option_{n}_{code}": text for code, text in option.labels.items()}
    if details.condition:
        shown["condition_question"] = str(details.condition.question_id)
        shown["condition_values"] = list(details.condition.values)
    return {**shown, **_shown_bounds(details)}


def _shown_bounds(details: QuestionDetails) -> dict[str, Any]:
    if details.kind is QuestionKind.DATE:
        lowest, highest = (date.fromisoformat(one) if one else None for one in (details.lowest, details.highest))
        return {"earliest": lowest, "latest": highest}
    if details.kind is QuestionKind.FILE:
        return {"megabytes": int(details.highest) if details.highest else None}
    return {"lowest": details.lowest, "highest": details.highest}

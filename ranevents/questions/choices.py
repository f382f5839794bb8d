"""The fields in which one chooses among answers, or sends a file; and which kind of question gets which field."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, FileInput, ListWidget

from ranevents.core import countries, files
from ranevents.core.forms import one_line, several_lines
from ranevents.questions import rules, words
from ranevents.questions.kinds import Asked, Day, Line, Lines, Number, QuestionField, fits
from ranevents.questions.models import Question, QuestionKind
from ranevents.questions.words import KeptFile

MOST_BUTTONS = 8
"""One of so many is chosen by buttons, one of more from a list."""


class _Choice(QuestionField):
    """What the kinds share in which one chooses among what is offered."""

    def ask(self, asked: Asked) -> None:
        """Take in what is asked and offer what can be chosen: also what was chosen once and is offered no longer."""
        super().ask(asked)
        self.choices = [*self.blank(), *self.offered().items(), *self.withdrawn().items()]

    def blank(self) -> list[tuple[str, str]]:
        """The choice of saying nothing."""
        return []

    def offered(self) -> dict[str, str]:
        """What can be chosen, by its key."""
        return self.labels()

    def withdrawn(self) -> dict[str, str]:
        """What the stored answer has chosen and is offered no longer."""
        if self.given is None or self.given.version.kind is not self.question.now.kind:
            return {}
        keys = self.given.value if isinstance(self.given.value, list) else [self.given.value]
        old = words.option_labels(self.given.version, self.languages)
        offered = self.offered()
        return {
            key: _("%(option)s (no longer offered)", option=old.get(key, key))
            for key in keys
            if isinstance(key, str) and key not in offered
        }

    def check(self) -> None:
        """Refuse what is not offered; what was withdrawn can only be kept as it was."""
        chosen = self.data if isinstance(self.data, list) else [self.data]
        offered, withdrawn = self.offered(), self.withdrawn()
        kept = [withdrawn[one] for one in chosen if one in withdrawn]
        if kept:
            told = "; ".join(kept)
            raise StopValidation(
                _("Please leave your answer as it was, or choose only among what is offered now: %(kept)s.", kept=told)
            )
        if any(one not in offered for one in chosen):
            raise StopValidation(_("Please choose among what is offered."))


class Buttons(_Choice, RadioField):
    """One of a few: radio buttons. Where one need not answer, one of them says so: a button can't be unpressed."""

    def blank(self) -> list[tuple[str, str]]:
        """The button for saying nothing."""
        return [("", _("No answer"))] if self.can_be_left() else []

    def shown(self, value: Any) -> Any:
        """The key of the chosen button."""
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value

    def prefilled(self) -> Any:
        """The stored answer; else none, where there is a button for that."""
        return super().prefilled() or ("" if self.can_be_left() else None)

    @property
    def answer(self) -> Any:
        """The key; of yes and no, True or False."""
        if self.question.now.kind is QuestionKind.YES_NO:
            return {"yes": True, "no": False}.get(self.data or "")
        return self.data or None


class Pulldown(_Choice, SelectField):
    """One of many: a list."""

    def blank(self) -> list[tuple[str, str]]:
        """What the list shows at first."""
        return [("", _("Please choose") if self.question.is_required else _("No answer"))]

    def offered(self) -> dict[str, str]:
        """The options, or every country."""
        if self.question.now.kind is QuestionKind.COUNTRY:
            return {one.code: one.name for one in countries.all_countries()}
        return self.labels()


class Checkboxes(_Choice, SelectMultipleField):
    """Several of several."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    @property
    def answer(self) -> list[str] | None:
        """The keys of what was chosen, in the order in which they are offered."""
        chosen = set(self.data or ())
        return [key for key, _label in self.choices if key in chosen] or None

    @property
    def is_untouched(self) -> bool:
        """Whether the same are chosen as before, in whatever order they were offered then."""
        stored = self.given.value if self.given is not None else None
        return super().is_untouched or (isinstance(stored, list) and set(stored) == set(self.answer or ()))


class Upload(QuestionField):
    """A file. `data` is the KeptFile that stands for the answer; `sent` the one that arrived and is not kept yet."""

    widget = FileInput()
    data: KeptFile | None
    sent: Any = None
    secret = ""
    """What the form says about the file that it kept."""
    refusal = ""
    is_removed = False

    def ask(self, asked: Asked) -> None:
        """Take in what is asked, and the file that arrived for it."""
        super().ask(asked)
        arrived = asked.files.get(self.name)
        self.sent = arrived if arrived is not None and arrived.filename else None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read what the form says about a file that is kept already."""
        super().process(None, self.prefilled(), extra_filters)
        if formdata is not None:
            self.secret = formdata.get(f"{self.name}-kept", "")
            self.is_removed = bool(formdata.get(f"{self.name}-remove"))
            if self.is_removed and self.sent is None:
                self.data = None

    @property
    def kept(self) -> KeptFile | None:
        """The file to be shown as kept: also the one that is to be removed."""
        stored = self.given.value if self.given is not None else None
        return self.data or (stored if isinstance(stored, KeptFile) else None)

    def keep(self, kept: KeptFile | None) -> None:
        """This file stands for the answer from now on."""
        self.data, self.sent, self.is_removed = kept, None, False

    def refuse(self, why: str) -> None:
        """The file that arrived can't be taken."""
        self.sent, self.refusal = None, why

    @property
    def is_filled(self) -> bool:
        """Whether there is a file, or one was refused."""
        return self.data is not None or bool(self.refusal)

    @property
    def is_untouched(self) -> bool:
        """Whether the form leaves the stored file as it was."""
        return not self.refusal and super().is_untouched

    def check(self) -> None:
        """Tell why a file was refused."""
        if self.refusal:
            raise StopValidation(self.refusal)


_FIELDS: dict[QuestionKind, Callable[..., Any]] = {
    QuestionKind.SHORT_TEXT: lambda **options: Line(filters=[one_line], **options),
    QuestionKind.LONG_TEXT: lambda **options: Lines(filters=[several_lines], **options),
    QuestionKind.YES_NO: lambda **options: Buttons(validate_choice=False, **options),
    QuestionKind.SEVERAL_OF: lambda **options: Checkboxes(validate_choice=False, **options),
    QuestionKind.NUMBER: lambda **options: Number(
        filters=[one_line], **_rendered(options, inputmode="decimal", autocomplete="off")
    ),
    QuestionKind.COUNTRY: lambda **options: Pulldown(validate_choice=False, **options),
    QuestionKind.FILE: lambda **options: Upload(**_rendered(options, accept=files.ENDINGS)),
}


def _rendered(options: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    return {**options, "render_kw": attributes}


def field_for(question: Question, languages: Sequence[str]) -> Any:
    """The field, not yet bound to a form, in which a question is answered."""
    now = question.now
    options = {"label": rules.in_language(now.labels, *languages), "validators": [fits]}
    if now.kind is QuestionKind.ONE_OF:
        kind = Buttons if len(now.options) <= MOST_BUTTONS else Pulldown
        return kind(validate_choice=False, **options)
    if now.kind is QuestionKind.DATE:
        bounds = {"min": now.lowest, "max": now.highest}
        return Day(**_rendered(options, **{name: bound for name, bound in bounds.items() if bound}))
    return _FIELDS[now.kind](**options)

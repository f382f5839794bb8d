"""What an organiser aims at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from ranevents.core.countries import Group
from ranevents.core.forms import Form, WholeNumberField
from ranevents.events.models import Event
from ranevents.overview import balance_queries
from ranevents.overview.balance_rules import Dimension
from ranevents.overview.balance_service import AimedAt
from ranevents.overview.models import Aim
from ranevents.people.models import Sector, Side
from ranevents.questions.models import Question


@dataclass(frozen=True)
class AimsPart:
    """Fields that share a hundred per cent."""

    title: str
    fields: list[Any]


class AimsForm(Form):
    """At least so many per cent of each kind, and at least so many countries; empty fields aim at nothing."""

    countries = WholeNumberField(
        _l("At least so many countries"),
        [Optional(), NumberRange(1, 250, _l("Please give a number from %(min)s to %(max)s."))],
    )

    def __init__(self, event: Event, questions: Iterable[Question], wanted: Iterable[Aim]) -> None:
        self.event = event
        self._abouts: dict[str, AimedAt] = {}
        self._titles: dict[str, list[str]] = {}
        before = {AimedAt(aim.of, aim.kind, aim.question_id): aim.least for aim in wanted}
        self._unbound = self._fields_for(event, questions)
        data = {name: before.get(about) for name, about in self._abouts.items()}
        super().__init__(data={**data, "countries": before.get(AimedAt(Dimension.COUNTRIES))})

    def _fields_for(self, event: Event, questions: Iterable[Question]) -> dict[str, Any]:
        unbound: dict[str, Any] = {}
        kinds = ((Dimension.SIDE, Side), (Dimension.SECTOR, Sector), (Dimension.GROUP, Group))
        for of, values in kinds:
            for one in values:
                name = f"{of.value}-{one.value}"
                self._note(name, of.label, AimedAt(of, one.value))
                unbound[name] = _per_cent(one.label)
        for question in questions:
            title = balance_queries.words_of(question, event)
            for key, label in balance_queries.words_of_options(question, event).items():
                name = f"question-{question.id}-{key}"
                self._note(name, title, AimedAt(Dimension.QUESTION, key, question.id))
                unbound[name] = _per_cent(label)
        return unbound

    def _note(self, name: str, title: str, about: AimedAt) -> None:
        self._abouts[name] = about
        self._titles.setdefault(f"{about.of.value}-{about.question_id}", [title]).append(name)

    def process(self, formdata: Any = None, obj: Any = None, data: Any = None, **more: Any) -> None:
        """Bind a field for each kind, then read what was typed."""
        for name, unbound in self._unbound.items():
            options = {"name": name, "prefix": self._prefix, "translations": self.meta.get_translations(self)}
            self._fields[name] = self.meta.bind_field(self, unbound, options)
        self._fields.move_to_end("countries")
        super().process(formdata, obj, data=data, **more)

    @property
    def parts(self) -> list[AimsPart]:
        """The fields by what they divide."""
        return [AimsPart(title, [self[name] for name in names]) for title, *names in self._titles.values()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Each number by itself; together they can't be more than everybody."""
        fits = super().validate(extra_validators)
        for part in self.parts:
            if fits and sum(one.data or 0 for one in part.fields) > 100:
                last = [one for one in part.fields if one.data][-1]
                last.errors = [_("Together these are more than 100 per cent. Please lower one of them.")]
                fits = False
        return bool(fits)

    def wanted(self) -> dict[AimedAt, int]:
        """What is aimed at, once it is valid."""
        found = {about: self[name].data for name, about in self._abouts.items() if self[name].data}
        if self.countries.data:
            found[AimedAt(Dimension.COUNTRIES)] = self.countries.data
        return found


def _per_cent(label: str) -> WholeNumberField:
    return WholeNumberField(
        label, [Optional(), NumberRange(0, 99, _l("Please give a number from %(min)s to %(max)s."))]
    )

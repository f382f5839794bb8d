"""What people and organisers send in about privacy."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from ranevents.core.forms import Form, WholeNumberField, at_most, several_lines
from ranevents.events.models import Event
from ranevents.privacy.rules import PERIODS, DataKind


class AskForm(Form):
    """The wish to be forgotten; nobody has to say why."""

    reason = TextAreaField(
        _l("Is there anything you would like to add?"),
        [Optional(), at_most(1000)],
        filters=[several_lines],
        description=_l("You need not give a reason."),
    )


class DeclineForm(Form):
    """Why a wish is declined."""

    answer = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Please say why: the person has a right to know.")), at_most(1000)],
        filters=[several_lines],
        description=_l("Stands in the mail to the person, word for word."),
    )


class ConfirmForm(Form):
    """Nothing but the button."""


def _days(kind: DataKind) -> WholeNumberField:
    period = PERIODS[kind]
    return WholeNumberField(
        _LABELS[kind],
        [
            InputRequired(_l("Please say how many days.")),
            NumberRange(period.least, period.most, _l("Please give a number of days from %(min)s to %(max)s.")),
        ],
        description=_l("Days after the event."),
    )


_LABELS = {
    DataKind.SPECIAL: _l("Diet and accessibility needs"),
    DataKind.ENDED: _l("Registrations without a place in the end"),
    DataKind.MAILS: _l("The content of mails"),
    DataKind.PARTICULARS: _l("Particulars of those who had a place"),
}


class ScheduleForm(Form):
    """How many days after the event each kind is kept."""

    special_kept_days = _days(DataKind.SPECIAL)
    ended_kept_days = _days(DataKind.ENDED)
    mails_kept_days = _days(DataKind.MAILS)
    particulars_kept_days = _days(DataKind.PARTICULARS)

    @classmethod
    def of(cls, event: Event) -> "ScheduleForm":
        """The form, filled in with what holds."""
        return cls(data={period.column: getattr(event, period.column) for period in PERIODS.values()})

    def wanted(self) -> dict[DataKind, int]:
        """What was sent in, once it is valid."""
        return {kind: self[period.column].data for kind, period in PERIODS.items()}

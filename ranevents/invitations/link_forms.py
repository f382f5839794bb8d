"""What an invited person sends in, beside the registration form."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from ranevents.core.forms import Form, an_address, at_most, one_line, several_lines
from ranevents.invitations.substitute_service import Proposed

LONGEST_NAME = 120


class DeclineForm(Form):
    """No, with a reason if the person likes."""

    reason = TextAreaField(
        _l("Reason"),
        [Optional(), at_most(1000)],
        filters=[several_lines],
        description=_l("Only if you like. The organisers read it."),
    )


class ProposeForm(Form):
    """Somebody who could come instead."""

    given_name = StringField(
        _l("Given name"), [InputRequired(_l("Please enter the given name.")), at_most(LONGEST_NAME)], filters=[one_line]
    )
    family_name = StringField(
        _l("Family name"),
        [InputRequired(_l("Please enter the family name.")), at_most(LONGEST_NAME)],
        filters=[one_line],
    )
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Please enter the e-mail address.")), an_address, at_most(320)],
        filters=[one_line],
        description=_l("The invitation goes there, if the organisers agree."),
    )
    organisation = StringField(
        _l("Organisation"), [InputRequired(_l("Please enter the organisation.")), at_most(200)], filters=[one_line]
    )
    position = StringField(_l("Position"), [Optional(), at_most(200)], filters=[one_line])

    def proposed(self) -> Proposed:
        """What was sent in, once it is valid."""
        told: dict[str, Any] = {name: self[name].data for name in Proposed.__dataclass_fields__}
        return Proposed(**told)

"""What is sent in about organisations."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, ValidationError

from ranevents.core.forms import Form, at_most, one_line
from ranevents.directory.organisation_queries import Organisation


class RenameForm(Form):
    """How an organisation is spelled from now on."""

    name = StringField(
        _l("Spelling for all"), [InputRequired(_l("Please enter the name.")), at_most(200)], filters=[one_line]
    )
    seen_key = HiddenField()

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(data={"name": organisation.name, "seen_key": organisation.key})

    def validate_name(self, field: StringField) -> None:
        """Refuse what holds nothing but space."""
        if not field.data:
            raise ValidationError(_("Please enter the name."))

"""What is sent in about a list from a spreadsheet: the file, what its columns are, a row, what becomes of rows."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from openpyxl.utils import get_column_letter
from wtforms import EmailField, FileField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from ranevents.core import charsets, files, languages, sheets
from ranevents.core.forms import CountryField, Form, one_line
from ranevents.directory import import_words
from ranevents.directory.correction_rules import said
from ranevents.directory.import_models import ImportBatch, ImportRow
from ranevents.directory.import_rules import FIXED, LABELS, OF_A_PERSON, Choice, Cleaned, Field
from ranevents.people.models import Sector, Side

_CHARSETS = {
    "": _l("Let ranevents find out"),
    charsets.UTF_8: _l("UTF-8"),
    charsets.UTF_16: _l("UTF-16 (“Unicode text” of Excel)"),
    "cp1252": _l("Western European (Windows-1252)"),
    "cp1251": _l("Cyrillic (Windows-1251)"),
    "cp1250": _l("Central European (Windows-1250)"),
    "cp1253": _l("Greek (Windows-1253)"),
}
_NAMES = (Field.GIVEN_NAME, Field.FAMILY_NAME, Field.FULL_NAME)
_NEEDS_ONE = _l("Please say which column holds it.")
_NEEDS_COLUMN_OR_VALUE = _l("Please say which column holds it, or choose one value for all rows.")


class FileForm(Form):
    """The file."""

    file = FileField(_l("File"))
    charset = SelectField(
        _l("Letters of a CSV file"),
        choices=lambda: list(_CHARSETS.items()),
        description=_l("Choose them only if letters looked wrong when you tried before."),
    )

    def __init__(self) -> None:
        request.max_content_length = (sheets.MOST_MEGABYTES + 1) * files.MEGABYTE
        super().__init__()
        sent = request.files.get("file") if request.method == "POST" else None
        self.sent = sent if sent is not None and sent.filename else None
        self.file.data = None
        self.file.flags.required = True
        limits = {"megabytes": sheets.MOST_MEGABYTES, "rows": sheets.MOST_ROWS}
        self.file.description = _(
            "XLSX or CSV, %(megabytes)s MB and %(rows)s rows at most: a line of headings, then a line for each person.",
            **limits,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether there is a file."""
        fits = super().validate(extra_validators)
        if self.sent is None:
            self.file.errors = [_("Please choose a file.")]
        return fits and self.sent is not None


class LettersForm(Form):
    """In which letters a text file is read, where they looked wrong."""

    charset = SelectField(
        _l("Letters of this file"),
        choices=lambda: [(one, str(_CHARSETS[one])) for one in charsets.WINDOWS],
        description=_l("If letters look wrong above, choose others until they look right."),
    )

    def __init__(self, charset: str = "") -> None:
        super().__init__(data={"charset": charset})


def letters_of(batch: ImportBatch) -> str:
    """The letters that a text file was read in, as a reader sees them; empty for a workbook."""
    return str(_CHARSETS[batch.charset]) if batch.charset else ""


class SheetForm(Form):
    """Which sheet of a workbook holds the list."""

    sheet = RadioField(_l("Sheet"), [InputRequired(_l("Please choose a sheet."))])

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.sheet.choices = [(name, name) for name in names]


class ColumnsForm(Form):
    """Which column holds what, and which values hold for rows that don't say."""

    PARTS: ClassVar[tuple[str, ...]] = tuple(one.value for one in Field)

    fixed_country = CountryField(_l("Country of those rows that say none"))
    fixed_sector = SelectField(_l("Sector of those rows that say none"))
    fixed_side = SelectField(_l("Side of those rows that say none"))
    fixed_language = SelectField(_l("Language of those rows that say none"))

    def __init__(self, batch: ImportBatch) -> None:
        shown = {str(one): str(column) for one, column in batch.column_of.items()}
        super().__init__(data={**shown, **{f"fixed_{one}": value for one, value in batch.fixed_values.items()}})
        columns = [("", _("Not in the file")), *_named_columns(batch)]
        for name in self.PARTS:
            self[name].choices = columns
        nothing = ("", _("None"))
        self.fixed_sector.choices = [nothing, *_sectors()]
        self.fixed_side.choices = [nothing, *_sides()]
        self.fixed_language.choices = [nothing, *_languages()]
        self.email.flags.required = True
        for name in (*_NAMES, *FIXED, *(f"fixed_{one}" for one in FIXED)):
            self[name].flags.must_be_answered = True  # by this field or by its neighbour, as the page says

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all that a person needs is said by a column, or by one value for all."""
        fits = super().validate(extra_validators)
        wrong = {**self._said_twice(), **self._missing()}
        for name, told in wrong.items():
            self[name].errors = [*self[name].errors, str(told)]
        return fits and not wrong

    def _said_twice(self) -> dict[str, str]:
        """A column holds one thing: for which field it was said already."""
        fields: dict[str, Field] = {}
        twice: dict[str, str] = {}
        for one in Field:
            column = self[one.value].data
            if column and column in fields:
                twice[one.value] = _(
                    "This column is already chosen for “%(field)s”. Please choose another one here, or there.",
                    field=fields[column].label,
                )
            elif column:
                fields[column] = one
        return twice

    def _missing(self) -> dict[str, Any]:
        has = {name for name in self.PARTS if self[name].data}
        missing: dict[str, Any] = {}
        if Field.FULL_NAME not in has:
            missing |= {name: _NEEDS_ONE for name in (Field.GIVEN_NAME, Field.FAMILY_NAME) if name not in has}
        if Field.EMAIL not in has:
            missing[Field.EMAIL] = _NEEDS_ONE
        return missing | {
            name: _NEEDS_COLUMN_OR_VALUE for name in FIXED if name not in has and not self[f"fixed_{name}"].data
        }

    @property
    def columns(self) -> dict[Field, int]:
        """Of each field that the file holds, its column."""
        return {Field(name): int(self[name].data) for name in self.PARTS if self[name].data}

    @property
    def fixed(self) -> dict[Field, str]:
        """What holds for all rows that say nothing."""
        return {one: self[f"fixed_{one}"].data for one in FIXED if self[f"fixed_{one}"].data}


for _one in Field:
    setattr(ColumnsForm, _one.value, SelectField(LABELS[_one]))


def _named_columns(batch: ImportBatch) -> list[tuple[str, str]]:
    return [
        (str(at), f"{get_column_letter(at + 1)}: {heading}" if heading else get_column_letter(at + 1))
        for at, heading in enumerate(batch.headings)
    ]


def _sectors() -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in Sector]


def _sides() -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in Side]


def _languages() -> list[tuple[str, str]]:
    return [(code, languages.own_name(code)) for code in languages.offered()]


class RowForm(Form):
    """A row as a person, to be corrected. It is read by the same rules as the file was."""

    given_name = StringField(LABELS[Field.GIVEN_NAME], filters=[one_line])
    family_name = StringField(LABELS[Field.FAMILY_NAME], filters=[one_line])
    latin_given_name = StringField(
        LABELS[Field.LATIN_GIVEN_NAME], filters=[one_line], description=_l("Left empty, we spell it.")
    )
    latin_family_name = StringField(
        LABELS[Field.LATIN_FAMILY_NAME], filters=[one_line], description=_l("Left empty, we spell it.")
    )
    form_of_address = StringField(LABELS[Field.FORM_OF_ADDRESS], filters=[one_line])
    email = EmailField(LABELS[Field.EMAIL], filters=[one_line])
    organisation = StringField(LABELS[Field.ORGANISATION], filters=[one_line])
    position = StringField(LABELS[Field.POSITION], filters=[one_line])
    country = CountryField(LABELS[Field.COUNTRY])
    sector = SelectField(LABELS[Field.SECTOR])
    side = SelectField(LABELS[Field.SIDE])
    language = SelectField(LABELS[Field.LANGUAGE])

    def __init__(self, batch: ImportBatch, row: ImportRow) -> None:
        told = said(batch.column_of, row.cells)
        super().__init__(data={one.value: _shown(row, one, told) for one in OF_A_PERSON})
        nothing = ("", _("Please choose"))
        self.sector.choices = [nothing, *_sectors()]
        self.side.choices = [nothing, *_sides()]
        self.language.choices = [nothing, *_languages()]
        for one in FIXED:
            if told.get(one):
                self[one.value].description = _("The file says: %(text)s", text=import_words.quoted(told[one]))
        for name in (Field.GIVEN_NAME, Field.FAMILY_NAME, Field.EMAIL, *FIXED):
            self[name.value].flags.required = True

    @property
    def texts(self) -> dict[Field, str]:
        """What was typed or chosen, by field."""
        return {one: self[one.value].data or "" for one in OF_A_PERSON}

    def tell(self, cleaned: Cleaned) -> None:
        """Show beside each field what is wrong with it."""
        for one, problem in cleaned.problems.items():
            self[one.value].errors = [*self[one.value].errors, problem.label(one)]


def _shown(row: ImportRow, one: Field, told: Mapping[Field, str]) -> str:
    """What was understood; of what was not, what the file says, to be corrected."""
    return row.says(one) or ("" if one in FIXED else one_line(told.get(one)))


def choices_sent() -> dict[int, Choice]:
    """What a page of rows says about each of them, by the row's id; what it doesn't understand is left aside."""
    known = {one.value: one for one in Choice}
    return {
        int(name.removeprefix("choice-")): known[value]
        for name, value in request.form.items()
        if re.fullmatch("choice-[1-9][0-9]{0,8}", name) and value in known
    }

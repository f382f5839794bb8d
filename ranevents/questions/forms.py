"""What organisers send in about an event's form as a whole: its sections, and what they copy from another event."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice, SelectMultipleField
from wtforms.widgets import CheckboxInput

from ranevents.core import files, languages, tokens
from ranevents.core.errors import DomainError
from ranevents.core.forms import Form
from ranevents.events.models import Event
from ranevents.questions import question_rules
from ranevents.questions.composing_forms import ComposingForm, choice, line, lines, own_submission, submission
from ranevents.questions.details import QuestionKind, SectionDetails
from ranevents.questions.fields import AskingForm, KeptFile, Questionnaire
from ranevents.questions.form_service import name_of
from ranevents.questions.models import Section
from ranevents.questions.queries import Part
from ranevents.questions.question_rules import language_name

WITHOUT_FILES, MOST_FILES = 2, 10
"""How many megabytes the preview may send beside its files, and how many files."""


class SectionForm(ComposingForm):
    """What is said about a section."""

    def details(self) -> SectionDetails:
        """What was sent in."""
        return SectionDetails(self.texts("title"), self.texts("introduction"))


def section_form(section: Section | None = None) -> SectionForm:
    """The form for a section; without one, for a new one."""
    written = question_rules.written_in(section.details) if section else ()
    codes = question_rules.composing_languages(languages.current(), languages.offered(), written)
    fields = {
        f"title_{code}": line(_("Title (%(language)s)", language=language_name(code)), code, 200, is_needed=True)
        for code in codes
    }
    fields |= {
        f"introduction_{code}": lines(_("Introduction (%(language)s)", language=language_name(code)), code, 2000)
        for code in codes
    }
    made = type("OneSectionForm", (SectionForm,), {**fields, **submission(), "codes": codes})
    form: SectionForm = made(data=_shown_of_section(section) if section else {"submission_id": tokens.secret()})
    return form


def _shown_of_section(section: Section) -> dict[str, Any]:
    shown = {"seen": section.details.fingerprint}
    shown |= {f"title_{code}": text for code, text in section.titles.items()}
    return shown | {f"introduction_{code}": text for code, text in section.introductions.items()}


class CopyForm(Form):
    """Which sections of another event's form to copy."""

    submission_id = HiddenField(filters=[own_submission])
    sections = SelectMultipleField(
        _l("Sections to copy"),
        coerce=int,
        option_widget=CheckboxInput(),
        **choice(_l("Please choose among these sections.")),
    )

    def __init__(self, sections: Iterable[Section]) -> None:
        sections = list(sections)
        super().__init__(data={"sections": [one.id for one in sections], "submission_id": tokens.secret()})
        self.sections.choices = [SelectChoice(str(one.id), name_of(one.titles)) for one in sections]


class PreviewForm(AskingForm):
    """The form as a participant sees it, to be tried: what is sent is checked and forgotten."""

    @classmethod
    def of(cls, event: Event, parts: Sequence[Part], language: str, capacity: str) -> "PreviewForm":
        """The form in this language, for those who come in this capacity; it may carry files."""
        versions = [one.now for part in parts for one in part.questions if one.now.kind is QuestionKind.FILE]
        room = sum(files.most_megabytes(one.highest) for one in versions[:MOST_FILES])
        request.max_content_length = (WITHOUT_FILES + room) * files.MEGABYTE
        arrived = request.files if room and request.method == "POST" else {}
        spoken = (language, *event.languages[:1])
        return cls(questionnaire=Questionnaire(parts=parts, capacity=capacity, languages=spoken, files=arrived))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what was filled in and look into the files; none of them is kept."""
        for one in self.file_fields:
            if one.sent is not None:
                _look_into(one)
        is_valid = super().validate(extra_validators)
        for one in self.file_fields:
            one.data = None
        return is_valid


def _look_into(field: Any) -> None:
    most = files.most_megabytes(field.question.now.highest)
    name = files.plain_name(field.sent.filename)
    content = field.sent.read(most * files.MEGABYTE + 1)
    try:
        media_type = files.media_type(name, content, most=most)
    except DomainError as refusal:
        field.refuse(str(refusal))
    else:
        field.keep(KeptFile(0, name, len(content), media_type))

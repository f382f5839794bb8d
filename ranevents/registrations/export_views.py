"""Exports of the list: a page that asks which, then the file."""

from flask import Response, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from ranevents.core.access import actor, may
from ranevents.core.forms import Form, page
from ranevents.core.room import Need, Room
from ranevents.core.spreadsheets import Kind
from ranevents.events.models import Event
from ranevents.registrations import export_service, list_forms, list_queries, list_words, queries
from ranevents.registrations.export_rules import Scope

exporting = Room("registrations_export", __name__, url_prefix="/organise/events/<event>/registrations")


class ExportForm(Form):
    """Which list, and as what."""

    scope = RadioField(_l("Which list?"), [InputRequired(_l("Please choose a list."))], default=Scope.TEAM.value)
    kind = RadioField(_l("Which kind of file?"), [InputRequired(_l("Please choose a kind of file."))], default="xlsx")
    with_special = BooleanField(
        _l("With diet, accessibility needs and other special answers"),
        description=_l("Only for those who need them to look after people. Delete the file when it has served."),
    )

    def __init__(self) -> None:
        super().__init__()
        self.scope.choices = [(one.value, one.label) for one in Scope]
        self.kind.choices = [
            (Kind.XLSX.value, _("Excel workbook (XLSX)")),
            (Kind.CSV.value, _("Text with semicolons (CSV), for other programs")),
        ]
        if not may(Need.EDITOR):
            del self.with_special


@exporting.form("/export", needs=Need.READER)
def export(event: Event) -> tuple[str, int] | Response:
    """Take the list that is shown, as a file."""
    may_see_needs = may(Need.EDITOR)
    questions = list_queries.questions_to_filter_by(event)
    asked = list_forms.asked(request.args, questions, may_see_needs=may_see_needs)
    form = ExportForm()
    if form.validate_on_submit():
        exported = export_service.export(
            event,
            asked,
            kind=Kind(form.kind.data),
            scope=Scope(form.scope.data),
            with_special=may_see_needs and form.with_special.data,
            by=actor(),
        )
        return send_file(
            exported.content, mimetype=exported.kind.media_type, as_attachment=True, download_name=exported.name
        )
    filters = list_words.filters(asked, event, questions, may_see_needs=may_see_needs)
    return page(
        "registrations/export.html",
        form,
        event=event,
        asked=asked,
        chips=list_words.chips(asked, filters),
        count=list_queries.count(event, asked, figures=queries.figures(event)),
    )

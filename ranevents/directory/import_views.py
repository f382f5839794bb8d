"""A list from a spreadsheet onto the guest list: upload, columns, preview, confirmation.

Each list is seen by the organiser who brought it and by nobody else, until it is confirmed.
"""

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from ranevents.core import charsets, sheets
from ranevents.core.access import actor
from ranevents.core.files import BadFile
from ranevents.core.forms import page, refusals_on
from ranevents.core.paging import asked_page
from ranevents.core.room import Need, Room
from ranevents.core.spreadsheets import Kind
from ranevents.directory import (
    import_forms,
    import_queries,
    import_row_service,
    import_service,
    import_words,
    left_over_service,
)
from ranevents.directory.import_forms import ColumnsForm, FileForm, LettersForm, RowForm, SheetForm, choices_sent
from ranevents.directory.import_models import ImportBatch
from ranevents.directory.import_queries import Show
from ranevents.directory.import_rules import KEPT, offered
from ranevents.events.models import Event

importing = Room("directory_import", __name__, url_prefix="/organise/events/<event>/guests/import")

Answer = str | tuple[str, int] | Response


@importing.form("", needs=Need.EDITOR)
def bring(event: Event) -> Answer:
    """Bring a file."""
    form = FileForm()
    if form.validate_on_submit() and form.sent is not None:
        content = form.sent.read(sheets.MOST_MEGABYTES * 1024 * 1024 + 1)
        with refusals_on(form):
            batch = import_service.bring(
                event, content, name=form.sent.filename or "", user_id=current_user.id, charset=form.charset.data
            )
            return redirect(url_for(".columns" if batch.headings else ".sheet", event=event.slug, id=batch.id), 303)
    waiting = import_queries.waiting(event, current_user.id)
    return page("directory/import.html", form, event=event, waiting=waiting)


@importing.form("/<int:id>/sheet", needs=Need.EDITOR)
def sheet(event: Event, id: int) -> Answer:
    """Choose the sheet of a workbook."""
    batch = _batch(event, id)
    form = SheetForm(sheets.sheets(batch.content) if batch.content else [])
    is_chosen = form.validate_on_submit()
    if batch.content is None and "csrf_token" not in form.errors:
        return _to(batch)
    if is_chosen and batch.content is not None:
        with refusals_on(form):
            import_service.stage(batch, batch.content, sheet=form.sheet.data)
            return redirect(url_for(".columns", event=event.slug, id=id), 303)
    return page("directory/import_sheet.html", form, event=event, batch=batch)


@importing.form("/<int:id>/columns", needs=Need.EDITOR)
def columns(event: Event, id: int) -> Answer:
    """Say which column holds what."""
    batch = _batch(event, id)
    if batch.finished_at is not None or batch.content is not None:
        return _to(batch)
    form = ColumnsForm(batch)
    if form.validate_on_submit():
        lost = import_service.say_columns(batch, form.columns, form.fixed)
        if lost:
            flash(_lost(lost), "warning")
        return redirect(url_for(".show", event=event.slug, id=id), 303)
    first = import_queries.first_rows(batch)
    letters = LettersForm(batch.charset) if batch.charset in charsets.WINDOWS else None
    return page(
        "directory/import_columns.html",
        form,
        event=event,
        batch=batch,
        first=first,
        letters=letters,
        read_in=import_forms.letters_of(batch),
        corrected=import_queries.number_corrected(batch),
    )


def _lost(count: int) -> str:
    told: str = ngettext(
        "%(num)d correction is gone, as its column holds something else now.",
        "%(num)d corrections are gone, as their columns hold something else now.",
        count,
    )
    return told


@importing.post("/<int:id>/letters", needs=Need.EDITOR)
def letters(event: Event, id: int) -> Response:
    """Read the letters of a text file in another way."""
    batch = _batch(event, id)
    form = LettersForm()
    try:
        if form.validate_on_submit():
            import_service.read_anew(batch, form.charset.data)
    except BadFile as refused:
        flash(str(refused), "danger")
    return _to(batch)


@importing.get("/<int:id>", needs=Need.EDITOR)
def show(event: Event, id: int) -> Answer:
    """What would become of the rows, a page at a time; once it is confirmed, what became of them."""
    batch = _batch(event, id)
    if batch.finished_at is not None:
        return _done(batch)
    if batch.mapped_at is None:
        return _to(batch)
    import_row_service.look_again(batch)
    figures = import_queries.figures(batch)
    return render_template(
        "directory/import_rows.html",
        event=event,
        batch=batch,
        figures=figures,
        show=_shown(),
        page=import_queries.page(batch, _shown(), asked_page(request.args.get("page"))),
        offered=offered,
        Show=Show,
        remarks=import_words.remarks,
    )


def _done(batch: ImportBatch) -> str:
    return render_template(
        "directory/import_done.html",
        event=batch.event,
        batch=batch,
        page=import_queries.page(batch, Show.WRONG, asked_page(request.args.get("page"))),
        remarks=import_words.remarks,
        until=batch.created_at + KEPT,
    )


@importing.post("/<int:id>/left-over", needs=Need.EDITOR)
def left_over(event: Event, id: int) -> Response:
    """Fetch the rows that could not be taken, with what is wrong, to be mended and brought again."""
    batch = _batch(event, id)
    content = left_over_service.workbook(batch)
    name = left_over_service.name_of(batch)
    return send_file(content, mimetype=Kind.XLSX.media_type, as_attachment=True, download_name=name)


@importing.post("/<int:id>/choices", needs=Need.EDITOR)
def choose(event: Event, id: int) -> Response:
    """Say what becomes of the rows of a page."""
    batch = _batch(event, id)
    changed = import_row_service.decide(batch, choices_sent())
    flash(ngettext("%(num)d choice is saved.", "%(num)d choices are saved.", changed), "success")
    at = asked_page(request.args.get("page"))
    return redirect(url_for(".show", event=event.slug, id=id, show=_shown().value, page=at), 303)


@importing.form("/<int:id>/rows/<int:row>", needs=Need.EDITOR)
def correct(event: Event, id: int, row: int) -> Answer:
    """Correct one row."""
    batch = _batch(event, id)
    found = import_queries.row(batch, row)
    form = RowForm(batch, found)
    if form.validate_on_submit():
        number = found.number
        cleaned = import_row_service.correct_row(batch, found, form.texts)
        if not cleaned.problems:
            return _corrected(batch, number)
        form.tell(cleaned)
    wrong = [] if form.is_submitted() else import_words.remarks(found, batch.column_of)
    return page("directory/import_row.html", form, event=event, batch=batch, row=found, wrong=wrong)


def _corrected(batch: ImportBatch, number: int) -> Response:
    following = import_queries.next_wrong(batch, number)
    if following is None:
        flash(_("Line %(number)s is corrected. There is nothing left to correct.", number=number), "success")
        return redirect(url_for(".show", event=batch.event.slug, id=batch.id), 303)
    flash(_("Line %(number)s is corrected. This is the next one.", number=number), "success")
    return redirect(url_for(".correct", event=batch.event.slug, id=batch.id, row=following.id), 303)


@importing.post("/<int:id>/confirm", needs=Need.EDITOR)
def confirm(event: Event, id: int) -> Response:
    """Take all good rows, as the choices on the page that was sent say, too."""
    batch = _batch(event, id)
    import_row_service.decide(batch, choices_sent())
    import_service.confirm(batch, by=actor())
    return _to(batch)


@importing.post("/<int:id>/give-up", needs=Need.EDITOR)
def give_up(event: Event, id: int) -> Response:
    """Let the list go."""
    batch = _batch(event, id)
    is_confirmed = batch.finished_at is not None
    import_service.give_up(batch)
    if is_confirmed:
        flash(_("The rows that were left over are deleted."), "success")
        return _to(batch)
    flash(_("The list is deleted. Nobody was imported."), "success")
    return redirect(url_for(".bring", event=event.slug), 303)


def _batch(event: Event, id: int) -> ImportBatch:
    return import_queries.batch(event, current_user.id, id)


def _shown() -> Show:
    asked = request.args.get("show", "")
    return Show(asked) if asked in list(Show) else Show.ALL


def _to(batch: ImportBatch) -> Response:
    """Where a list stands."""
    place = ".show" if batch.mapped_at else ".sheet" if batch.content is not None else ".columns"
    return redirect(url_for(place, event=batch.event.slug, id=batch.id), 303)

"""Files that arrive with a form: taken up before the form is checked, so that a refused form keeps them."""

import math
from typing import Any

from flask import request
from flask_babel import gettext as _

from ranevents.core import files
from ranevents.core.db import unit_of_work
from ranevents.core.errors import DomainError
from ranevents.core.limits import is_over, network
from ranevents.events.models import Event
from ranevents.questions import queries as question_queries
from ranevents.questions.fields import AskingForm, Given, Questionnaire, Upload
from ranevents.questions.models import QuestionKind
from ranevents.questions.queries import Part
from ranevents.registrations import answer_queries, upload_service

WITHOUT_FILES = 2 * files.MEGABYTE
"""How much a form may hold beside its files."""
MOST_FILES = 10


def questionnaire(event: Event, *, capacity: str, given: dict[int, Given] | None = None) -> Questionnaire:
    """What the form that is shown or sent now is to ask; before anything of the form is read.

    Forms are of texts and choices; where a question asks for a file, this one may also carry files.
    """
    parts = question_queries.form_of(event)
    room = _room_for_files(parts)
    if room:
        request.max_content_length = WITHOUT_FILES + room
    arrived = request.files if room and request.method == "POST" else {}
    return Questionnaire.of(event, parts, capacity=capacity, given=given or {}, files=arrived)


def _room_for_files(parts: list[Part]) -> int:
    versions = [one.now for part in parts for one in part.questions if one.now.kind is QuestionKind.FILE]
    return sum(files.most_megabytes(one.highest) for one in versions[:MOST_FILES]) * files.MEGABYTE


def keep_files(form: AskingForm, event: Event) -> None:
    """Keep each file that arrived, in a transaction of its own, and find again those that the form kept before.

    Done whatever else is wrong with the form, be it that its page was open for too long: a file that belongs to nobody
    harms nobody, and goes after a day.
    """
    fields = form.file_fields
    arrived = [one for one in fields if one.sent is not None]
    for field in fields:
        if field.sent is None and field.secret and not field.is_removed:
            field.keep(answer_queries.kept_file(field.question, field.secret) or field.data)
    if arrived and is_over("LIMIT_REGISTER", network(), "files"):
        for field in arrived:
            field.refuse(_("Too many forms came from your network. Please wait a minute, then choose the file again."))
        return
    for field in arrived:
        _keep(field)
    if arrived:
        # What was read before those transactions is read anew, all at once instead of one by one.
        question_queries.form_of(event)


def _keep(field: Upload) -> None:
    try:
        field.keep(_kept(field))
    except DomainError as refusal:
        field.refuse(str(refusal))


def _kept(field: Upload) -> Any:
    most = files.most_megabytes(field.question.now.highest)
    name = files.plain_name(field.sent.filename)
    content = field.sent.read(most * files.MEGABYTE + 1)
    media_type = files.media_type(name, content, most=most)
    if is_over("LIMIT_UPLOADS", network(), amount=math.ceil(len(content) / files.MEGABYTE)):
        raise DomainError(_("Many files came from your network today. Please write to the organiser."))
    with unit_of_work():
        return upload_service.keep(field.question, name=name, media_type=media_type, content=content)

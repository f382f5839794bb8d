"""Files that were sent in with answers: only as downloads, only for those whom they concern."""

from urllib.parse import quote

from flask import Response

from ranevents.core.room import Need, Room
from ranevents.events.models import Event
from ranevents.registrations import answer_queries
from ranevents.registrations.link_views import mine
from ranevents.registrations.models import Upload

personal = Room("my_files", __name__, url_prefix="/r/<token>/files")
organise = Room("files_of_event", __name__, url_prefix="/organise/events/<event>/files")
ROOMS = [personal, organise]


@personal.get("/<int:id>", needs=Need.LINK)
def my_file(token: str, id: int) -> Response:
    """A file that I sent in."""
    return _download(answer_queries.file_of(mine(token), id))


@organise.get("/<int:id>", needs=Need.EDITOR)
def file(event: Event, id: int) -> Response:
    """A file that somebody sent in with a registration."""
    return _download(answer_queries.file_at(event, id))


def _download(upload: Upload) -> Response:
    """The file as it came, to be saved: what a stranger sent is never opened as a page of ours."""
    response = Response(upload.content, mimetype=upload.media_type)
    ascii_name = upload.name.encode("ascii", "replace").decode().replace("?", "_")
    named = {"filename": ascii_name, "filename*": f"UTF-8''{quote(upload.name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **named)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response

"""Files that people send in: which kinds we take, told by their content and not only by their name.

Taken are documents and pictures without programs inside. An office document is a ZIP archive: it is opened to see that
it is what its name says, and that it holds no macros.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import puremagic
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.core.errors import DomainError
from ranevents.core.forms import one_line

MEGABYTE = 1024 * 1024
LONGEST_NAME = 120
_ENTRIES = 5000
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TEXT = "application/vnd.oasis.opendocument.text"
_DIRECTORY = "[Content_Types].xml"
_MOST_UNPACKED = 100 * MEGABYTE
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How office documents are packed; what else the library knows may ask for as much memory as it likes."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, KeyError)
"""What the library says about archives that are broken, encrypted, or packed in ways of their own."""
_ACTIVE = re.compile(
    r"(^|/)(vbaproject|vbadata|activex|basic/|scripts/|macrosheets/)|oleobject|\.(exe|dll|js|vbs|jar|class|hta|lnk|docm|xlsm|pptm)$",
    re.I,
)


class BadFile(DomainError):
    """A file that we don't take."""

    message = _l("This file can't be taken. Please choose a PDF, JPEG, PNG, DOCX, ODT or XLSX file.")


@dataclass(frozen=True)
class _Kind:
    media_type: str
    endings: tuple[str, ...]
    main_part: str = ""
    """Of an office document: the content type of its main part, or of the whole."""
    holds: str = ""
    """With what the name of a file begins that such an archive must hold."""


KINDS = (
    _Kind("application/pdf", ("pdf",)),
    _Kind("image/jpeg", ("jpg", "jpeg")),
    _Kind("image/png", ("png",)),
    _Kind(
        f"{_OFFICE}wordprocessingml.document",
        ("docx",),
        f"{_OFFICE}wordprocessingml.document.main+xml",
        "word/document",
    ),
    _Kind(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), f"{_OFFICE}spreadsheetml.sheet.main+xml", "xl/workbook"),
    _Kind(_TEXT, ("odt",), _TEXT, "content.xml"),
)
ENDINGS = ",".join(f".{ending}" for kind in KINDS for ending in kind.endings)
"""What a browser offers to choose."""


def most_megabytes(asked: str) -> int:
    """How large a file may be where a question allows `asked` megabytes: never larger than the site allows."""
    site = int(current_app.config["UPLOAD_MEGABYTES"])
    return min(int(asked), site) if asked.isascii() and asked.isdigit() else site


def plain_name(name: str) -> str:
    """A file's name without folders, on one line and not too long; its ending stays."""
    last = one_line(name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ") or "file"
    stem, dot, ending = last.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot and len(ending) < 10 else last[:LONGEST_NAME]


def media_type(name: str, content: bytes, *, most: int) -> str:
    """What kind of file this is, by its content; `most` megabytes. Raises BadFile, with words, for others."""
    if not content:
        raise BadFile(_("This file is empty. Please choose another."))
    if len(content) > most * MEGABYTE:
        raise BadFile(_("This file is too large: %(most)s MB at most. Please choose a smaller one.", most=most))
    ending = name.rpartition(".")[2].lower()
    kind = next((one for one in KINDS if ending in one.endings), None)
    if kind is None or not _looks_like(kind, content):
        raise BadFile
    if kind.main_part:
        _check_archive(kind, content)
    elif not _WHOLE[kind.media_type](content):
        raise BadFile(_("This file is damaged or locked with a password. Please choose another."))
    return kind.media_type


def _looks_like(kind: _Kind, content: bytes) -> bool:
    try:
        found = {match.mime_type for match in puremagic.magic_string(content[: 64 * 1024])}
    except (puremagic.PureError, ValueError):
        return False
    return kind.media_type in found or (bool(kind.main_part) and content[:4] == b"PK\x03\x04")


def _check_archive(kind: _Kind, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            _check_entries(kind, archive)
            said = _said(archive, "mimetype" if kind.endings == ("odt",) else _DIRECTORY)
            is_whole = archive.testzip() is None
    except _DAMAGED as error:
        raise BadFile(_("This file is damaged or locked with a password. Please choose another.")) from error
    if not is_whole:
        raise BadFile(_("This file is damaged or locked with a password. Please choose another."))
    if not re.search(rf'(^|"){re.escape(kind.main_part)}($|")', said):
        raise BadFile
    if "macroenabled" in said.lower() or any(_ACTIVE.search(one) for one in names):
        raise BadFile(_("This file holds macros or other files. Please save it without them, or as PDF."))


def _check_entries(kind: _Kind, archive: zipfile.ZipFile) -> None:
    """Refuse, by what the archive says of its files and before any is unpacked, what would cost too much to unpack."""
    entries = archive.infolist()
    is_small = len(entries) <= _ENTRIES and sum(one.file_size for one in entries) <= _MOST_UNPACKED
    if not is_small or any(one.compress_type not in _PACKED for one in entries):
        raise BadFile
    if not any(one.filename.startswith(kind.holds) for one in entries):
        raise BadFile


def _said(archive: zipfile.ZipFile, entry: str) -> str:
    """The beginning of one of the archive's files: never more, however much it would unpack to."""
    with archive.open(entry) as file:
        return file.read(MEGABYTE).decode()


def _is_whole_pdf(content: bytes) -> bool:
    """It ends with where its table of contents begins (ISO 32000-1, 7.5.5)."""
    end = content[-4096:]
    return content.startswith(b"%PDF-") and 0 <= end.rfind(b"startxref") < end.rfind(b"%%EOF")


def _is_whole_png(content: bytes) -> bool:
    """Its chunks go from the header over the picture to the end (PNG, 5.6)."""
    chunks, at = [b""], len(_PNG)
    while at + 12 <= len(content) and chunks[-1] != b"IEND" and len(chunks) < _MOST_PARTS:
        length, name = struct.unpack_from(">I4s", content, at)
        chunks.append(name)
        at += 12 + length
    return chunks[1:2] == [b"IHDR"] and b"IDAT" in chunks and chunks[-1] == b"IEND" and at <= len(content)


def _is_whole_jpeg(content: bytes) -> bool:
    """Its segments go from the frame's header to the scan, and that to the end of the picture (ITU-T T.81, B.1)."""
    at, has_frame = 2, False
    for _segment in range(_MOST_PARTS):
        if at + 4 > len(content) or content[at] != 0xFF:
            break
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker == _SCAN:
            return has_frame and content.rfind(b"\xff\xd9") > at
        has_frame = has_frame or (marker & 0xF0 == 0xC0 and marker not in _NO_FRAMES)
        at += 1 if marker == 0xFF else 2 + length
    return False


_MOST_PARTS = 10_000
_PNG = b"\x89PNG\r\n\x1a\n"
_SCAN, _NO_FRAMES = 0xDA, (0xC4, 0xC8, 0xCC)
_WHOLE: dict[str, Callable[[bytes], bool]] = {
    "application/pdf": _is_whole_pdf,
    "image/png": _is_whole_png,
    "image/jpeg": _is_whole_jpeg,
}
"""Whether a file has both its ends and what lies between: a few first bytes are soon written."""

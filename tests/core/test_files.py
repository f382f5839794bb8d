"""Which files are taken: told by their content, not only by their name."""

import io
import zipfile

import openpyxl
import pytest
from flask import Flask

from ranevents.core.files import BadFile, media_type, plain_name

PDF = b"%PDF-1.7\n1 0 obj\nstartxref\n9\n%%EOF\n"
PNG = b"".join(
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(13 + 4),
        b"\0\0\0\x04IDAT" + bytes(4 + 4),
        b"\0\0\0\0IEND\xae\x42\x60\x82",
    ]
)
JPEG = b"".join(
    [
        b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(9),
        b"\xff\xc0\0\x0b" + bytes(9),
        b"\xff\xda\0\x08" + bytes(6) + b"picture\xff\xd9",
    ]
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD = f'<Types><Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'


def archive(**entries: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return made.getvalue()


def docx(types: str = WORD, **more: str) -> bytes:
    return archive(**{"[Content_Types].xml": types, "word/document.xml": "<x/>", **more})


def oddly_packed() -> bytes:
    """An archive that unpacks with an error of its own, in a way that may ask for four gigabytes first."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("[Content_Types].xml", WORD)
    content = bytearray(made.getvalue())
    content[58:68] = b"\xff" * 10
    return bytes(content)


def damaged(content: bytes) -> bytes:
    """The archive with another checksum for each of its files."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        sums = [one.CRC.to_bytes(4, "little") for one in file.infolist()]
    for one in sums:
        content = content.replace(one, b"oops")
    return content


def odt(**more: str) -> bytes:
    return archive(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "<x/>", **more})


def xlsx() -> bytes:
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    return made.getvalue()


def _told(part: str | bytes) -> str:
    """A case's name: archives hold the time at which they were made, so their bytes would be another name each time."""
    return part if isinstance(part, str) else f"{len(part)} bytes"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PDF", PDF, "application/pdf"),
        ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.b.jpeg", JPEG, "image/jpeg"),
        ("a.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.odt", odt(), "application/vnd.oasis.opendocument.text"),
        ("a.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
    ids=_told,
)
def test_documents_and_pictures_are_taken(app: Flask, name: str, content: bytes, kind: str) -> None:
    assert media_type(name, content, most=1) == kind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PNG),
        ("a.png", PDF),
        ("a.pdf.exe", PDF),
        ("a", PDF),
        ("a.html", b"<html><script>alert(1)</script></html>"),
        ("a.svg", b"<svg/>"),
        ("a.pdf", b"MZ\x90\0"),
        ("a.docx", PDF),
        ("a.docx", odt()),
        ("a.docx", xlsx()),
        ("a.odt", docx()),
        ("a.zip", archive(x="y")),
        ("a.docx", archive(x="y")),
        ("a.docx", docx(WORD.replace("document.main+xml", "document.main+xmlx"))),
        ("a.docx", docx()[:60]),
        ("a.docx", b"PK\x03\x04" + bytes(100)),
        ("a.docx", docx(WORD.replace(MAIN, "application/vnd.ms-word.document.macroEnabled.main+xml"))),
        ("a.docx", docx(**{"word/vbaProject.bin": "x"})),
        ("a.docx", docx(**{"word/embeddings/oleObject1.bin": "x"})),
        ("a.docx", docx(**{"x.exe": "x"})),
        ("a.docx", docx(**{"word/embeddings/sheet.xlsm": "x"})),
        ("a.docx", docx(**{"xl/macrosheets/sheet1.xml": "x"})),
        ("a.docx", oddly_packed()),
        ("a.odt", odt(**{"Basic/Standard/Module1.xml": "x"})),
        ("a.odt", odt(**{"Scripts/python/x.py": "x"})),
        ("a.docx", docx(**{f"x{number}": "" for number in range(5001)})),
        ("a.png", PNG[:8]),
        ("a.png", PNG[:-12]),
        ("a.png", PNG[:33] + PNG[-12:]),
        ("a.jpg", JPEG[:20]),
        ("a.jpg", JPEG[:-2]),
        ("a.jpg", JPEG[:20] + JPEG[33:]),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n"),
        ("a.pdf", b"%PDF-1.7\n%%EOF startxref"),
        ("a.docx", archive(**{"[Content_Types].xml": WORD, "elsewhere.xml": "<x/>"})),
        ("a.docx", damaged(docx())),
        ("a.pdf", b""),
        ("a.pdf", PDF + bytes(1024 * 1024)),
    ],
    ids=_told,
)
def test_everything_else_is_refused_with_words(app: Flask, name: str, content: bytes) -> None:
    with pytest.raises(BadFile, match=r"[Pp]lease (choose|save)"):
        media_type(name, content, most=1)


def test_an_archive_that_would_unpack_to_a_huge_file_is_only_read_at_its_beginning(app: Flask) -> None:
    with pytest.raises(BadFile):
        media_type("a.docx", docx("x" * 300_000_000), most=1)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("passport.pdf", "passport.pdf"),
        (r"C:\Users\me\passport.pdf", "passport.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("...", "file"),
        ("\u202efdp.exe", "fdp.exe"),
        ("y" * 300, "y" * 120),
    ],
)
def test_a_name_is_kept_without_folders_and_tricks(sent: str, kept: str) -> None:
    assert plain_name(sent) == kept

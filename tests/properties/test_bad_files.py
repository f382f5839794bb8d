"""Whatever is sent as a file: never a 500, nothing of a refused form stays but the file, and it is what was sent."""

import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ranevents.core.db import db
from ranevents.core.forms import one_line
from ranevents.registrations.models import Upload
from tests.client import check_manners
from tests.house.world import Route, World, everything, routes, who_may
from tests.properties.test_bad_input import NASTY, anything, fields_of

pytestmark = pytest.mark.slow

WITH_FILES = [
    route
    for route in routes()
    if route.rule
    in (
        *(
            "/events/<event>/register",
            "/r/<token>/change",
            "/i/<token>/register",
            "/organise/events/<event>/guests/import",
        ),
        *("/organise/events/<event>/registrations/<int:id>/change", "/organise/events/<event>/questions/preview"),
    )
]
FILE_FIELD = re.compile(r'<input(?=[^>]*type="file")[^>]*name="([^"]+)"')
BOUNDARY = b"----a-boundary"
PDF = b"%PDF-1.7\nx\nstartxref\n0\n%%EOF"
BEGINNINGS = [
    b"", b"\x00", PDF, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"PK\x03\x04", b"PK\x05\x06" + b"\x00" * 18,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"MZ", b"#!/bin/sh\n", b"<html><script>", b"<?xml version='1.0'?><svg>",
    b"\xef\xbb\xbf", b"\xff\xfe", b"%!PS", b"{\\rtf1", b"RIFF\x00\x00\x00\x00WEBP", b"\r\n--", b"--" + BOUNDARY[:-1],
]  # fmt: skip
STEMS = [
    "a",
    "",
    ".",
    "..",
    "passwd",
    "a\x00",
    "a\u202efdp",
    "a\r\nX-Evil: 1",
    "x" * 5000,
    "=1+1",
    '"',
    "CON",
    " ",
    *NASTY,
]
FOLDERS = ["", "", "", "/", "../../etc/", "C:\\x\\"]
ENDINGS = [".pdf", ".pdf", ".pdf", ".PDF", ".png", ".jpg", ".docx", ".pdf.exe", ".svg", "", ".", " "]

contents = st.just(PDF) | st.builds(
    lambda begun, more, times, ended: begun + more * times + ended,
    st.sampled_from(BEGINNINGS),
    st.binary(max_size=40),
    st.sampled_from([1, 1, 1, 300, 60_000]),
    st.sampled_from([b"", b"%%EOF", b"\x00", b"\xff\xd9"]),
)
"""Bytes of every sort, from none to two megabytes, most of which pass themselves off as something."""
types = st.sampled_from(
    ["application/pdf", "image/png", "text/html", "", "x", "multipart/mixed; boundary=y", "a/b; c=\x7f"]
)
names = st.builds(
    lambda folder, stem, ending: folder + stem + ending,
    st.sampled_from(FOLDERS),
    st.sampled_from(STEMS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.sampled_from(ENDINGS),
)
heads = st.builds(
    lambda name, told, encoding: (f'; filename="{name}"', told, encoding),
    names,
    types,
    st.sampled_from(["", "", "base64", "gzip", "\x00"]),
)
a_file = st.tuples(heads, contents)
a_text = st.tuples(st.just(("", "", "")), anything.map(str.encode))
"""A text where a file was asked for."""
deeds = st.sampled_from(["file", "file", "file", "text", "two files", "no head", "cut off"])


def part(name: str, head: tuple[str, str, str], content: bytes) -> bytes:
    file, told, encoding = head
    lines = [f'Content-Disposition: form-data; name="{name}"{file}']
    lines += [f"Content-Type: {told}"] if told else []
    lines += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
    return b"--" + BOUNDARY + b"\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"


def body_of(fields: dict[str, str], files: list[bytes], *, is_cut_off: bool = False) -> dict[str, Any]:
    told = b"".join(part(name, ("", "", ""), value.encode()) for name, value in fields.items()) + b"".join(files)
    end = b"" if is_cut_off else b"--" + BOUNDARY + b"--\r\n"
    return {
        "data": told[: -len(told) // 8] if is_cut_off else told + end,
        "content_type": f"multipart/form-data; boundary={BOUNDARY.decode()}",
    }


def test_each_page_that_takes_files_is_tried(app: Flask) -> None:
    world = World()
    with_files = {
        route.rule
        for route in routes()
        if route.methods == ("GET", "POST")
        and 'enctype="multipart/form-data"' in who_may(app, world, route).get(route.path(world.samples(world.own))).html
    }

    assert {route.rule for route in WITH_FILES} == with_files


@pytest.mark.parametrize("route", WITH_FILES, ids=lambda route: route.rule)
def test_no_file_ends_in_an_error_of_ours(app: Flask, route: Route, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("LIMIT_UPLOADS", "LIMIT_REGISTER", "LIMIT_PER_ADDRESS"):
        monkeypatch.setitem(app.config, limit, "1000000 per minute")
    world = World()
    path = route.path(world.samples(world.own))
    client = who_may(app, world, route)
    shown = fields_of(client.get(path))
    (asked,) = FILE_FIELD.findall(client.get(path).html)
    texts = sorted(name for name in shown if name != "csrf_token")

    @settings(
        max_examples=40,
        phases=[Phase.generate],  # a whole form takes minutes to shrink
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(data=st.data())
    def attempt(data: st.DataObject) -> None:
        fields = dict(shown)
        files = []
        deed = data.draw(deeds, label="deed")
        if deed == "text":
            files.append(part(asked, *data.draw(a_text, label="text")))
        elif deed == "no head":
            files.append(b"--" + BOUNDARY + b"\r\n\r\n" + data.draw(contents) + b"\r\n")
        else:
            sent = [data.draw(a_file, label="file") for _one in range(2 if deed == "two files" else 1)]
            files += [part(asked, head, content) for head, content in sent]
        if data.draw(st.booleans(), label="a file in the place of a text"):
            instead = data.draw(st.sampled_from(texts), label="which")
            fields.pop(instead, None)
            files.append(part(instead, *data.draw(a_file, label="instead")))
        if data.draw(st.booleans(), label="what is kept is another text"):
            fields[f"{asked}-kept"] = data.draw(anything)
        before = {table: told for table, told in everything().items() if table != "uploads"}

        answer = client.http.post(path, **body_of(fields, files, is_cut_off=deed == "cut off"))

        assert answer.status_code in (200, 303, 400, 413, 422), answer.status_code
        if answer.status_code >= 400:
            assert {table: told for table, told in everything().items() if table != "uploads"} == before
        if answer.mimetype == "text/html" and answer.status_code != 303:
            check_manners(answer.get_data(as_text=True))
        db.session.rollback()
        for name, size, content in db.session.execute(select(Upload.name, Upload.size, Upload.content)):
            assert 0 < len(name) <= 255
            assert one_line(name) == name
            assert size == len(content) > 0

    attempt()

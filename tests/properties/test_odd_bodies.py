"""Bodies that no browser of ours would send: files in the place of texts, JSON, nothing at all."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from tests.house.world import Route, World, everything, who_may
from tests.properties.test_bad_input import FORMS

pytestmark = pytest.mark.slow


def as_files(fields: dict[str, str]) -> dict[str, Any]:
    token = fields["csrf_token"]
    return {"data": {**{name: (BytesIO(b"x"), "a.txt") for name in fields}, "csrf_token": token}}


def as_json(fields: dict[str, str]) -> dict[str, Any]:
    return {"json": {name: [{"x": 1}] for name in fields}, "headers": {"X-CSRFToken": fields["csrf_token"]}}


def as_json_list(fields: dict[str, str]) -> dict[str, Any]:
    return {"json": [1], "headers": {"X-CSRFToken": fields["csrf_token"]}}


def as_json_text(fields: dict[str, str]) -> dict[str, Any]:
    return {"json": "x", "headers": {"X-CSRFToken": fields["csrf_token"]}}


def as_nothing(_fields: dict[str, str]) -> dict[str, Any]:
    return {"data": b""}


def as_broken_multipart(_fields: dict[str, str]) -> dict[str, Any]:
    return {"data": b"--x\r\nContent-Disposition: form-data", "content_type": "multipart/form-data; boundary=x"}


BODIES = [as_files, as_json, as_json_list, as_json_text, as_nothing, as_broken_multipart]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.rule)
def test_an_odd_body_is_refused_and_changes_nothing(app: Flask, route: Route, body: Any) -> None:
    world = World()
    client = who_may(app, world, route)
    path = route.path(world.samples(world.own))
    sent = body(client.get(path).forms[-1]["fields"])
    before = everything()

    answer = client.http.post(path, **sent)

    assert answer.status_code in (200, 303, 400, 422), answer.status_code
    if answer.status_code >= 400:
        assert everything() == before

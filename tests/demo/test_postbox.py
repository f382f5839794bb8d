"""The demo's post box: a real mail server process, read in the browser."""

import re
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from flask import Flask

from ranevents.core.calendar import Method
from ranevents.demo.views import folder
from ranevents.mailing.delivery import drain
from ranevents.mailing.models import MailQueue
from tests.client import Client, Page
from tests.conftest import ROOT
from tests.mailing.conftest import with_wordings
from tests.mailing.letters import post

ENTRY = (
    "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:uid-7\r\nSEQUENCE:2\r\nSUMMARY:Партньорства\r\n"
    "DTSTART;VALUE=DATE:20180404\r\nDTEND;VALUE=DATE:20180405\r\nLOCATION:Sofia\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def a_free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def postbox(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    port = a_free_port()
    with_wordings(app)
    monkeypatch.setattr(app.config["SETTINGS"], "instance", tmp_path)
    monkeypatch.setattr(app.extensions["mail"], "port", port)
    command = [sys.executable, "-m", "ranevents.demo.sink", str(port), str(folder())]
    server = subprocess.Popen(command, cwd=ROOT)
    for _nth in range(1200):
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield folder()
    server.terminate()
    assert server.wait(10) == 0


def test_a_mail_is_kept_and_shown_with_its_links_and_its_calendar_entry(postbox: Path, client: Client) -> None:
    post("мария@example.org", calendar=ENTRY, calendar_method=Method.PUBLISH, context={"subject": "Място за Вас"})
    drain(MailQueue.PROMPT)
    [kept] = postbox.glob("*")

    listed = client.get("/demo/mails?search=МАРИЯ")
    page = client.get(f"/demo/mails/{kept.stem}")

    assert "Място за Вас Мария Петрова <мария@example.org>" in listed.text.replace("&lt;", "<").replace("&gt;", ">")
    assert page.heading == "Място за Вас"
    assert '<a href="http://127.0.0.1:8000/r/' in page.html
    assert "Put it in ( PUBLISH ) Title Партньорства Begins 4 April 2018 Ends before 5 April 2018" in page.text
    assert "uid-7 , 2" in page.text
    assert "No mail was found" in client.get("/demo/mails?search=nobody").text


def test_a_long_name_in_another_script_is_shown_as_it_was_meant(postbox: Path, client: Client) -> None:
    name = "Гайова Олександра-Єлизавета з Великого Кам'янець-Подільського"
    post("hayova@example.org", to_name=name, context={"subject": f"{name}: {name}"})
    drain(MailQueue.PROMPT)
    [kept] = postbox.glob("*.eml")

    listed = client.get("/demo/mails?search=великого")
    page = client.get(f"/demo/mails/{kept.stem}")

    assert kept.read_bytes().count(b"=?utf-8?") > 2
    assert f"{name}: {name} {name} &lt;hayova@example.org&gt; 1 March 2018, 09:00 UTC" in listed.text
    assert page.heading == f"{name}: {name}"
    assert f"To {name} &lt;hayova@example.org&gt;" in page.text


def test_a_header_that_is_no_good_is_shown_as_it_came(
    client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "instance", tmp_path)
    folder().mkdir()
    (folder() / "20180301T090000000000-ABCDEF.eml").write_bytes(
        b"To: =?klingon?q?x?= =?utf-8?b?!?= <a@example.org>\nSubject: =?utf-8?q?=FF?=\n\n"
    )

    page = client.get("/demo/mails")

    assert "=?utf-8?q?=FF?= =?klingon?q?x?= =?utf-8?b?!?= &lt;a@example.org&gt;" in page.text


def test_the_post_box_shows_fifty_mails_a_page(
    client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "instance", tmp_path)
    folder().mkdir()
    for number in range(60):
        recipient = "odd" if number % 2 else "even"
        content = f"To: {recipient}@example.org\nSubject: Mail no. {number}.\n\n"
        (folder() / f"20180301T0900{number:02}000000-ABCDEF.eml").write_text(content)

    first, second = client.get("/demo/mails"), client.get("/demo/mails?page=2")
    found = client.get("/demo/mails?search=ODD&page=7")

    def numbers(page: Page) -> list[int]:
        return [int(number) for number in re.findall(r"Mail no. (\d+)\.", page.text)]

    assert numbers(first) == list(range(59, 9, -1))
    assert numbers(second) == list(range(9, -1, -1))
    assert numbers(found) == list(range(59, 0, -2))
    assert "60 mails, the newest first" in first.text


def test_a_mails_own_page_is_shut_in_and_nothing_else_is_opened_for_it(postbox: Path, client: Client) -> None:
    post()
    drain(MailQueue.PROMPT)
    [kept] = postbox.glob("*.eml")

    body = client.http.get(f"/demo/mails/{kept.stem}/body").headers["Content-Security-Policy"].split("; ")
    page = client.get(f"/demo/mails/{kept.stem}").response.headers["Content-Security-Policy"]
    elsewhere = client.get("/demo/mails").response.headers["Content-Security-Policy"]

    assert "default-src 'none'" in body
    assert [rule for rule in body if rule.startswith("sandbox")]
    assert not [rule for rule in body if "script" in rule]
    assert page == f"{elsewhere}; frame-src 'self'"
    assert "unsafe-inline" not in page


def test_a_mail_can_be_had_as_it_was_sent(postbox: Path, client: Client) -> None:
    message = post()
    drain(MailQueue.PROMPT)
    [kept] = postbox.glob("*.eml")

    response = client.http.get(f"/demo/mails/{kept.stem}/source")

    assert response.mimetype == "message/rfc822"
    assert BytesParser(policy=policy.default).parsebytes(response.data)["Message-ID"] == message.message_id


@pytest.mark.parametrize(
    "name", ["..%2Fsecret", "..%2f..%2fetc%2fpasswd", "secret", "20180301T090000000000-ABCDE", "."]
)
def test_no_name_leads_out_of_the_folder(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "instance", tmp_path)
    folder().mkdir()
    for place in (tmp_path, folder()):
        (place / "secret.eml").write_text("Subject: secret\n\nsecret")

    statuses = {client.http.get(f"/demo/mails/{name}{part}").status_code for part in ("", "/body", "/source")}

    assert statuses == {404}


def test_an_empty_post_box_says_so(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "instance", tmp_path)

    assert "No mail has arrived yet" in client.get("/demo/mails").text

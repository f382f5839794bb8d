"""Mails in an organiser's own words."""

import re

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from ranevents.accounts.models import Role
from ranevents.core.audit import SYSTEM
from ranevents.core.db import db, unit_of_work
from ranevents.events.models import Event
from ranevents.mailing import outbox, text_rules, text_service
from ranevents.mailing.text_models import OwnText
from ranevents.registrations import service
from ranevents.registrations.states import RegistrationState
from tests import builders
from tests.client import Client, Page
from tests.registrations.conftest import MARIA
from tests.registrations.journey import last_mail, register
from tests.statements import count_statements

TEXT = "**Welcome**, {name}!\n\nWe meet in {city}: see [our page](https://example.org/x)."


@pytest.fixture
def event(app: Flask) -> Event:
    event = builders.an_event(capacity=5)
    db.session.commit()
    return event


@pytest.fixture
def editor(app: Flask, event: Event) -> Client:
    client = Client(app, builders.a_user(Role.EDITOR, event))
    db.session.commit()
    return client


def path(event: Event, mail: str = "registrations/confirmation", language: str = "en") -> str:
    return f"/organise/events/{event.slug}/texts/{mail.replace('/', '.')}/{language}"


def write(editor: Client, event: Event, *, mail: str = "registrations/confirmation", **words: str) -> Page:
    page = editor.get(path(event, mail))
    return send(editor, page, **{"subject": "Welcome to {event}", "text": TEXT, **words})


def form_of(page: Page) -> int:
    return next(nth for nth, one in enumerate(page.forms) if "text" in one["fields"])


def send(editor: Client, page: Page, **words: str) -> Page:
    return editor.submit(page, form=form_of(page), **{"preview": None, **words})


def test_the_standard_text_is_shown_until_there_is_an_own_one(editor: Client, event: Event) -> None:
    page = editor.get(path(event))

    assert "The standard text holds." in page.text
    assert "You have a place. We look forward to meeting you." in page.text
    assert "Dear Elena Dimitrova," in page.text


def test_the_own_text_is_what_people_get(app: Flask, editor: Client, event: Event) -> None:
    assert "Saved: it holds from the next mail on." in write(editor, event).text

    register(Client(app), event, **MARIA)

    mail = last_mail(event)
    assert mail.subject == f"Welcome to {event.title}"
    assert f"**Welcome**, Мария Петрова!\n\nWe meet in {event.city}" in mail.text
    assert "You have a place. We look forward" not in mail.text + mail.html
    assert "<strong>Welcome</strong>, Мария Петрова!" in mail.html
    assert 'href="https://example.org/x"' in mail.html
    assert "personal-link:" in mail.text, "the frame keeps the link"
    assert "Dear Мария Петрова," in mail.text


@pytest.mark.parametrize("language", ["en", "bg", "de", "fr"])
def test_one_begins_with_the_standard_text_and_saving_it_unchanged_makes_no_version(
    app: Flask, editor: Client, event: Event, language: str
) -> None:
    for mail in text_rules.editable():
        page = editor.get(path(event, mail, language))
        assert page.forms[form_of(page)]["fields"]["subject"]

        saved = send(editor, page)

        assert "Nothing was changed, so there is no new version." in saved.text, mail
    assert not db.session.scalars(select(OwnText)).all()


@pytest.mark.parametrize("language", ["en", "bg", "de", "fr"])
def test_the_standard_text_reads_the_same_when_it_is_somebodys_own(app: Flask, event: Event, language: str) -> None:
    with app.test_request_context():
        for mail, kind in text_rules.editable().items():
            words, letter = text_service.standard(mail, language), kind.letters(event, language, 1)[0]
            own = text_rules.filled(words.subject, words.text, letter.values)

            usual, ours = outbox.as_written(letter, is_standard=True), outbox.as_written(letter, own=own)

            assert (without_marks(ours.text), ours.subject) == (without_marks(usual.text), usual.subject)
            assert not text_rules.unknown(f"{words.subject}\n{words.text}", kind.placeholders)
            assert not text_rules.missing(words.text, kind.required)


def without_marks(text: str) -> str:
    """The same for each rendering: references are made anew for somebody invented."""
    return re.sub(r"personal-link:[0-9A-Z]+|Your reference.*|[^ ]*: [0-9A-Z]{8,}", "", text)


def test_what_differs_from_the_standard_text_and_the_version_before_is_shown(editor: Client, event: Event) -> None:
    page = editor.get(path(event))
    words = page.forms[form_of(page)]["fields"]["text"].strip()
    send(editor, page, text=words.replace("a place", "a seat"))
    send(editor, editor.get(path(event)), text=words.replace("a place", "two seats"))

    page = editor.get(path(event))

    assert "[left out:] a place. [added:] two seats." in page.text.partition("What differs from the standard text")[2]
    assert "[left out:] a seat. [added:] two seats." in page.text.partition("What differs from the version before")[2]
    older = editor.get(path(event) + "?version=1")
    assert "two seats" not in older.text
    assert "What differs from the version before" not in older.text, "before it there was the standard text"


def test_the_words_of_the_standard_text_are_the_standard_text(app: Flask, editor: Client, event: Event) -> None:
    usual = editor.get(path(event)).forms
    write(editor, event)
    words = next(one["fields"] for one in usual if "text" in one["fields"])

    page = write(editor, event, subject=words["subject"], text=words["text"].strip())

    assert "The standard text holds again." in page.text
    assert "The standard text holds." in editor.get(path(event)).text


def test_what_the_frame_does_not_say_cannot_be_left_out(editor: Client, event: Event) -> None:
    page = write(editor, event, mail="invitations/invitation")

    assert page.status == 422
    assert "Please put in {asked_as} (as what the person is asked, as a sentence)" in page.text
    assert "Saved" in write(editor, event, mail="invitations/invitation", text=f"{TEXT}\n\n{{asked_as}}").text


def test_it_holds_for_its_language_and_its_event_only(app: Flask, editor: Client, event: Event) -> None:
    write(editor, event)
    other = builders.an_event()
    db.session.commit()

    register(Client(app), event, **{**MARIA, "language": "de"})
    register(Client(app), other, **MARIA)

    assert "Welcome" not in last_mail(event).text + last_mail(other).text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"text": "Dear {nmae}"}, "{nmae} in line 1, column 6 is no placeholder of this mail."),
        ({"text": "One\nand {{ 7*7 }} and {% if x %}"}, "{ 7*7 } in line 2, column 6 is no placeholder of this mail."),
        ({"text": "Dear\n{x} {y}"}, "{y} in line 2, column 5 is no placeholder of this mail."),
        ({"text": "{x}" * 25}, "There are 5 more."),
        ({"subject": "{x}", "text": "{y}"}, "{x} in line 1, column 1"),
        ({"subject": "About {event"}, "{ in line 1, column 7 is no placeholder of this mail."),
        ({"text": "One\ntwo } three"}, "} in line 2, column 5 is no placeholder of this mail."),
        ({"subject": "Dear {secret_key}"}, "{secret_key} in line 1, column 6"),
        ({"text": "[here]({contact})"}, "A placeholder can't stand in a link's address."),
        ({"text": "  \u200b "}, "Please write the text of the mail."),
        ({"subject": ""}, "Please give the mail a subject."),
        ({"text": "x" * 10_001}, "Please use 10000 characters at most."),
    ],
)
def test_what_cannot_be_filled_in_is_refused_with_its_place(
    editor: Client, event: Event, words: dict[str, str], told: str
) -> None:
    page = write(editor, event, **words)

    assert page.status == 422
    assert told in page.text
    assert not editor.get(path(event)).text.count("Your own text holds")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "![x](https://example.org/pixel.gif)",
        "<a href='data:text/html,x'>x</a>",
        "\u202egnp.exe",
    ],
)
def test_hostile_text_is_shown_as_text(app: Flask, editor: Client, event: Event, hostile: str) -> None:
    write(editor, event, text=f"Look: {hostile}")

    register(Client(app), event, **MARIA)

    mail = last_mail(event)
    assert not re.search(r"<script|<img|<[^>]*onerror|<a[^>]*href=.(javascript|data)|\u202e", mail.html)


def test_a_subject_is_one_line_whatever_is_typed(app: Flask, editor: Client, event: Event) -> None:
    write(editor, event, subject="Hello\r\nBcc: everybody@example.org")

    register(Client(app), event, **MARIA)

    assert last_mail(event).subject == "Hello Bcc: everybody@example.org"


def test_what_a_person_is_called_is_text_and_no_markdown(app: Flask, editor: Client, event: Event) -> None:
    write(editor, event)

    register(Client(app), event, **{**MARIA, "family_name": "**<b>x</b>** {city}"})

    assert "Мария **&lt;b&gt;x&lt;/b&gt;** {city}!" in last_mail(event).html


def test_it_is_shown_as_a_real_person_will_read_it_before_it_is_saved(app: Flask, editor: Client, event: Event) -> None:
    for name in ("Ana", "Borislav"):
        builders.a_registration(event, builders.a_person(given_name=name, family_name="Ilieva"))
    db.session.commit()

    page = write(editor, event, preview="1", recipient="1")

    assert "Subject: Welcome to Partnerships in prevention" in page.text
    assert "Welcome , Ana Ilieva!" in page.text
    assert "[personal link]" in page.text
    assert "The standard text holds." in editor.get(path(event)).text


def test_whoever_saves_over_somebody_else_is_told_and_loses_nothing(app: Flask, editor: Client, event: Event) -> None:
    late = editor.get(path(event))
    write(editor, event)

    page = send(editor, late, subject="Mine", text="My words")

    assert page.status == 422
    assert "Somebody else has changed this text" in page.text
    assert page.forms[form_of(page)]["fields"]["text"].strip() == "My words"
    assert "Saved" in send(editor, page).text


def test_the_standard_text_can_be_taken_again_and_versions_stay(app: Flask, editor: Client, event: Event) -> None:
    write(editor, event)
    page = editor.get(path(event))
    assert "Your own text holds: version 1" in page.text

    back = editor.submit(page, form=-1)

    assert "The standard text holds again." in back.text
    register(Client(app), event, **MARIA)
    assert "You have a place." in last_mail(event).text
    older = editor.get(path(event) + "?version=1")
    assert older.forms[form_of(older)]["fields"]["subject"] == "Welcome to {event}"
    owner = Client(app, builders.a_user(Role.OWNER, event))
    db.session.commit()
    trail = owner.get(f"/organise/events/{event.slug}/trail").text
    assert "Own text of a mail saved: version 1, language en" in trail
    assert "Standard text of a mail taken again: language en" in trail


def test_every_mail_that_may_be_edited_can_be_filled_in_and_shown(app: Flask, editor: Client, event: Event) -> None:
    listed = editor.get(f"/organise/events/{event.slug}/texts")
    assert listed.html.count("/texts/") >= 4 * len(text_rules.editable())

    for mail, kind in text_rules.editable().items():
        text = " ".join("{" + name + "}" for name in kind.placeholders)
        page = write(editor, event, mail=mail, text=f"Filled: {text}", preview="1")
        assert page.status == 200, mail
        assert "Filled:" in page.text
        for letter in kind.letters(event, "en", 3):
            assert set(kind.placeholders) <= set(letter.values), mail


@pytest.mark.parametrize(
    "wrong", ["accounts.forgotten/en", "registrations.confirmation/xx", "x.y/en", "registrations/en"]
)
def test_there_is_nothing_else_to_edit(editor: Client, event: Event, wrong: str) -> None:
    assert editor.get(f"/organise/events/{event.slug}/texts/{wrong}").status == 404


def test_many_mails_of_one_deed_ask_for_the_texts_once(app: Flask, editor: Client, event: Event) -> None:
    write(editor, event, mail="registrations/refusal")
    waiting = [builders.a_registration(event, state=RegistrationState.PENDING) for _nth in range(3)]
    db.session.commit()

    with count_statements() as counted, unit_of_work():
        for one in waiting:
            service.reject(one, by=SYSTEM)

    assert sum("FROM own_texts" in statement for statement in counted) == 1


def test_what_was_written_to_one_person_is_not_lost_where_the_text_leaves_it_out() -> None:
    values = {"note": "See you!\nAna", "reason": ""}

    assert text_rules.filled("Hi", "Come.", values).text == "Come.\n\nSee you!\nAna"
    assert "See you!<br>" in text_rules.filled("Hi", "Come.", values).html
    assert text_rules.filled("Hi", "{note} Come.", values).text == "See you!\nAna Come."
    assert text_rules.filled("Hi", "Come. We write: {reason}", values).text == "Come.\n\nSee you!\nAna"


@given(st.text(max_size=300), st.text(max_size=50))
@example("{name}" * 3, "{name}")
@example("&#xE000;5&#xE001; {name}", "x0x")
def test_any_text_makes_clean_html(text: str, value: str) -> None:
    own = text_rules.filled(text, text, {"name": value})

    assert not re.search(r"(?i)<(script|img|iframe|style|svg|object|form|input)\b", own.html)
    assert not re.search(r"(?i)<[^>]*\son\w+\s*=", own.html)
    assert "\n" not in own.subject


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Sorry. The organiser writes: {reason}", "Sorry."),
        ("As Mr. Smith writes: {reason}", ""),
        ("**Reason:** {reason}\n\nUntil then.", "Until then."),
        ("Until then.\n\nThe reason:\n\n{reason}", "Until then."),
        ("A place **for you**.\n\n_Reason: {reason}_", "A place **for you**."),
        ("Given the {reason}we end.", "Given the we end."),
    ],
)
def test_where_there_is_no_reason_the_words_that_lead_to_it_go_too(written: str, read: str) -> None:
    filled = text_rules.filled("Cancelled: {reason}", written, {})

    assert (filled.subject, filled.text) == ("Cancelled", read)

"""Every text has its words in every language, and they fit: nothing missing, nothing broken, nothing left in English."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask
from flask_babel import force_locale
from jinja2 import ChainableUndefined

from ranevents.core import languages
from ranevents.events.states import EventState
from ranevents.mailing import wordings
from ranevents.mailing.states import MessageState
from ranevents.registrations.states import RegistrationState
from ranevents.registrations.together_service import Words
from tests.client import Client
from tests.house import catalogues
from tests.house.source import ROOT, TEMPLATES, Source, called, sources
from tests.house.world import Route, World, routes

SAME_WORD: dict[str, set[str]] = {
    "bg": {"Message-ID"},
    "de": {
        *("Administration", "Export: %(title)s", "Format", "Hybrid", "Link", "Message-ID", "Name", "Online"),
        *(
            "Organisation",
            "Organisation: %(name)s",
            "Passkeys",
            "Person: %(name)s",
            "Position",
            "Team",
            "Team: %(title)s",
            "Text",
            "Version %(number)s",
        ),
        *("Delegation %(delegation)s – %(title)s", "Delegation:", "Institution"),
    },
    "fr": {
        *(
            "Administration",
            "Contact",
            "Date",
            "Dates",
            "Description",
            "Versions",
            "Format",
            "Introduction (%(language)s)",
            "Invitation",
            "Invitations",
        ),
        *("Message-ID", "Organisation", "Page", "Pages", "Places", "Question", "Question (%(language)s)"),
        *("Questions", "UID, version", "Version %(number)s", "description", "format", "introduction"),
        *("organisation", "places", "Invitation", "Organisations", "%(num)d invitation", "%(num)d invitations"),
        *("%(num)d organisation", "%(num)d organisations", "Institution", "Message"),
    },
}
"""Texts that a language writes as English does."""

every_language = pytest.mark.parametrize("language", catalogues.LANGUAGES)
# What is there


@every_language
def test_every_text_has_a_translation(language: str) -> None:
    lacking = [message.id for message in catalogues.missing(language)]

    assert not lacking, (
        f"{len(lacking)} texts; run: make messages, then translate them in {catalogues.path_of(language)}"
    )


@every_language
def test_no_translation_is_left_over(language: str) -> None:
    used = {(message.context, message.id) for message in catalogues.texts(catalogues.gathered())}
    known = [(message.context, message.id) for message in catalogues.texts(catalogues.read(language))]

    left_over = [one for one in known if one not in used]
    assert not left_over, "run: make messages"


@every_language
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in _translated(language) if message.fuzzy] == []


@every_language
def test_every_plural_form_is_there(language: str) -> None:
    catalogue = catalogues.read(language)
    own = Catalog(locale=language)

    assert catalogue.plural_forms == own.plural_forms
    halfway = [one.id for one in _translated(language) if not catalogues.is_complete(one, catalogue)]
    assert halfway == []


# Whether it fits


@every_language
def test_translations_have_the_same_placeholders(language: str) -> None:
    """A plural form may leave the number out, as in 'one place'."""
    wrong = []
    for told, string, is_only in _pairs(language):
        wanted, found = _placeholders(told), _placeholders(string)
        if found != wanted and not (not is_only and found == wanted - {("num", "d"), ("num", "s")}):
            wrong.append((told, string))
        if wanted and re.search(r"%(?!\(\w+\)[sd]|%)", string):
            wrong.append((told, string))

    assert wrong == []


@every_language
def test_translations_have_the_same_tags_and_edges(language: str) -> None:
    wrong = [
        (told, string)
        for told, string, _is_only in _pairs(language)
        if _tags(told) != _tags(string)
        or _edges(told) != _edges(string)
        or told.count("\n") != string.count("\n")
        or "  " in string
    ]

    assert wrong == []


@every_language
def test_nothing_is_left_in_english(language: str) -> None:
    same = {
        told for told, string, _is_only in _pairs(language) if told == string and re.search("[a-z]{2}", _bare(told))
    }

    assert sorted(same - SAME_WORD[language]) == []
    assert sorted(SAME_WORD[language] - same) == [], "no longer the same: take them off the list"


@every_language
def test_translations_are_set_as_their_language_sets_them(language: str) -> None:
    """Quotation marks, apostrophes, spaces and dots as in the Interinstitutional Style Guide, not as on a typewriter."""
    wrong = [
        (string, fault)
        for _told, string, _is_only in _pairs(language)
        for fault, pattern in (_FAULTS["all"] | _FAULTS[language]).items()
        if re.search(pattern, re.sub(r"<[^>]*>", "", string))
    ]

    assert wrong == []


_FAULTS: dict[str, dict[str, str]] = {
    "all": {
        "three dots for …": r"\.\.\.",
        "straight or English quotation marks": r"[\"”‘]|(?<!\w)'|'(?!\w)",
        "a straight apostrophe": r"\w'\w",
        "a letter of another alphabet inside a word": r"[А-Яа-яѝ][A-Za-zÀ-ÿ]|[A-Za-zÀ-ÿ][А-Яа-яѝ]",
    },
    "fr": {
        "no U+00A0 before ; ! ? : »": r"[^\u00a0]([;!?»]|:(?=\s|$))",
        "no U+00A0 after «": r"«[^\u00a0]",
        "foreign quotation marks": r"[„“]",
        "U+202F for U+00A0": r"\u202f",
    },
    "de": {
        "foreign quotation marks": r"[«»]",
        "no letter after „ or before “": r"„\s|\s“",
    },
    "bg": {
        "foreign quotation marks": r"[«»]",
        "a hyphen for a dash": r"\s-\s",
    },
}


# Where it is read


MAILS = sorted(
    str(path.relative_to(TEMPLATES / "mails")).removesuffix(".subject.txt")
    for path in (TEMPLATES / "mails").rglob("*.subject.txt")
)


def test_every_mail_can_be_written_in_every_language(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.jinja_env, "undefined", ChainableUndefined)
    world = World()
    person = world.own.place.person
    told = {"event": world.own.event, "registration": world.own.place, "person": person, "user": world.somebody}
    told["circular"] = Words("What an organiser writes", "stands as it was written.")

    for mail in MAILS:
        written = {language: wordings.render(mail, language, told) for language in languages.offered()}

        assert set(written) == {"en", *catalogues.LANGUAGES}
        for language, wording in written.items():
            assert wording.subject, mail
            assert wording.text.strip(), mail
            assert f'<html lang="{language}">' in wording.html, mail
            if _is_finished(language):
                assert wording.text != written["en"].text, mail
                assert "Policy and Practice Event" not in wording.text, mail


@pytest.mark.slow
def test_every_page_is_in_the_language_that_was_asked_for_and_nothing_in_another(app: Flask) -> None:
    world = World()
    samples = world.samples(world.own)
    pages = [route for route in routes() if "GET" in route.methods and not NOT_WRITTEN_BY_US.search(route.rule)]

    for language in (*catalogues.LANGUAGES, "en"):
        client = Client(app, world.cast["administrator"])
        client.get(f"/?lang={language}")
        left = {f"{route.rule}: {text}" for route in pages for text in _english(client, route, samples, language)}
        assert not left or not _is_finished(language), "\n".join(sorted(left))


def _english(client: Client, route: Route, samples: dict[str, object], language: str) -> Iterator[str]:
    """The texts of a page that are still in English."""
    page = client.get(route.path(samples))
    if page.status != 200:
        yield f"answers {page.status}"
    if page.response.mimetype != "text/html":
        return
    assert f'<html lang="{language}">' in page.html, route.rule
    assert page.response.headers["Content-Language"] == language
    assert {"Accept-Language", "Cookie"} <= set(page.response.vary)
    if language != "en":
        words = _Words()
        words.feed(page.html)
        exact, patterns = _english_texts(language)
        words.seen.discard(IN_ITS_READERS_LANGUAGE)
        yield from (one for one in words.seen if one in exact or any(re.fullmatch(each, one) for each in patterns))


IN_ITS_READERS_LANGUAGE = "You have a place: Partnerships in prevention"
"""The subject of the world's mails: a mail is in the language of whom it was written to, whoever looks at it."""
NOT_WRITTEN_BY_US = re.compile(
    r"^/(bootstrap/static|static|demo/mails/|demo/guests\.xlsx)|/questions/preview$|/organisation(/back)?$"
)
"""Files, mails, the form shown in a language chosen for it, and ways to a provider that the tests don't have."""


class _Words(HTMLParser):
    """All that a page says: its texts, and the attributes that are read out or shown.

    Left aside is a mail that is shown or written in its own language.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self._of_mail: list[str] = []

    def handle_data(self, data: str) -> None:
        if not self._of_mail:
            self.seen.add(" ".join(data.split()))

    def handle_endtag(self, tag: str) -> None:
        if self._of_mail and self._of_mail[-1] == tag:
            self._of_mail.pop()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_mail = "lang" in dict(attrs) and (tag == "textarea" or dict(attrs).get("class") == "mail-text")
        if is_mail or tag in self._of_mail:
            self._of_mail.append(tag)
        self.seen |= {" ".join((value or "").split()) for name, value in attrs if name in _READ_OUT}


_READ_OUT = {"aria-label", "title", "placeholder", "alt"}


def _english_texts(language: str) -> tuple[set[str], list[str]]:
    """English texts that a page in the language must not show: the plain ones, and patterns of those with gaps.

    French for 'Organise' is 'Organiser', which is English for somebody else: what is some text's translation may stand.
    """
    exact, patterns = set(), []
    translations = {string for _told, string, _is_only in _pairs(language)}
    for told, string, _is_only in _pairs(language):
        plain = " ".join(re.sub(r"<[^>]+>", "", told).split())
        if string == told or not re.search("[a-z]{2}", _bare(told)):
            continue
        if "%(" not in plain:
            exact.add(plain)
        elif len(_bare(told).split()) >= 3:
            patterns.append(".+".join(re.escape(part) for part in re.split(r"%\(\w+\)[sd]", plain)))
    return exact - translations, patterns


# In the code


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_no_text_is_put_into_words_for_whoever_comes_first(source: Source) -> None:
    """A text in a cache would stay in the language of the one for whom it was made."""
    cached = [
        node
        for node in source.nodes(ast.FunctionDef)
        if isinstance(node, ast.FunctionDef) and any("cache" in ast.unparse(one) for one in node.decorator_list)
    ]

    assert [f"{node.name}: {ast.unparse(one)}" for node in cached for one in ast.walk(node) if _has_words(one)] == []


def _has_words(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "label"
    return isinstance(node, ast.Call) and called(node.func).split(".")[-1] in ("_", "gettext", "ngettext")


@pytest.mark.slow
def test_no_text_is_put_into_words_before_there_is_a_reader() -> None:
    """Outside of any context gettext speaks English without a word of warning: a lazy text read too early stays so."""
    done = subprocess.run([sys.executable, "-c", _START], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


_START = """
from flask_babel import Domain

def too_early(_self, text, *_more, **_gaps):
    raise AssertionError(f"read at the start: {text!r}; use lazy_gettext, and str() only where somebody reads it")

Domain.gettext = Domain.ngettext = Domain.pgettext = Domain.npgettext = too_early
from ranevents import cli
from ranevents.app import create_app
from ranevents.config import Mode, load
create_app(load(mode=Mode.TEST, DATABASE_URL="postgresql://nowhere/none"))
"""


def test_one_english_word_may_be_several_elsewhere(app: Flask) -> None:
    cancelled = (EventState.CANCELLED, RegistrationState.CANCELLED, MessageState.CANCELLED)

    with app.test_request_context(), force_locale("fr"):
        in_french = [one.label for one in cancelled]

    assert [one.label for one in cancelled] == ["Cancelled"] * 3
    assert in_french == ["Annulé", "Inscription annulée", "Annulé"]


# Reading catalogues


@lru_cache
def _translated(language: str) -> list[Message]:
    found = catalogues.texts(catalogues.read(language))
    return [one for one in found if (any(one.string) if one.pluralizable else one.string)]


def _pairs(language: str) -> Iterator[tuple[str, str, bool]]:
    """Each text with each of its translations, and whether there is only one."""
    for message in _translated(language):
        if not message.pluralizable:
            yield str(message.id), str(message.string), True
            continue
        singular, plural = message.id
        for number, string in enumerate(message.string):
            yield (singular if number == 0 else plural), string, False


@lru_cache
def _is_finished(language: str) -> bool:
    return next(catalogues.missing(language), None) is None


def _placeholders(text: str) -> set[tuple[str, str]]:
    return set(re.findall(r"%\((\w+)\)([sd])", text))


def _tags(text: str) -> list[str]:
    return sorted(re.findall(r"</?\w[^>]*>", text))


def _edges(text: str) -> tuple[str, str, str]:
    """Space before and after, and the mark that closes it."""
    space = re.fullmatch(r"(?s)(\s*)(.*?)(\s*)", text)
    assert space
    closing = re.search(r"[.:?!…]$", re.sub(r"<[^>]+>", "", space[2]))
    return space[1], space[3], closing[0] if closing else ""


def _bare(text: str) -> str:
    """A text without placeholders and tags."""
    return re.sub(r"%\(\w+\)[sd]|<[^>]*>", " ", text)


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_no_text_stands_inside_a_formatted_string(source: Source) -> None:
    """Texts are gathered from calls; one within an f-string is not found, and stays English for ever."""
    hidden = [
        f"{call.lineno}: {ast.unparse(call)}"
        for formatted in source.nodes(ast.JoinedStr)
        for call in ast.walk(formatted)
        if isinstance(call, ast.Call)
        and called(call.func) in ("_", "_l", "gettext", "ngettext", "pgettext", "lazy_gettext", "lazy_pgettext")
    ]

    assert hidden == [], "make the text first, then put it in"

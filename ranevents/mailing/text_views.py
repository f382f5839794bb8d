"""Where organisers put an event's mails into their own words."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ranevents.core import languages
from ranevents.core.access import actor
from ranevents.core.errors import NotFound
from ranevents.core.forms import page, refusals_on
from ranevents.core.room import Need, Room
from ranevents.mailing import outbox, text_queries, text_rules, text_service, wordings
from ranevents.mailing.outbox import Letter
from ranevents.mailing.text_forms import TextForm
from ranevents.mailing.text_models import OwnText
from ranevents.mailing.text_rules import Editable, Piece, Words

room = Room("texts", __name__, url_prefix="/organise/events/<event>/texts")
ROOMS: list[Room] = [room]

RECIPIENTS = 20
"""So many people a text can be tried out on."""


@dataclass(frozen=True)
class _Asked:
    """The text that a page is about."""

    mail: str
    language: str
    kind: Editable
    versions: list[OwnText]
    letters: list[Letter]
    standard: Words

    @property
    def newest(self) -> int:
        """The number of the version that holds; 0 before there is any."""
        return self.versions[0].version if self.versions else 0

    @property
    def own(self) -> OwnText | None:
        """The words that hold; None for the standard text."""
        return self.versions[0] if self.versions and not self.versions[0].is_standard else None

    @property
    def words(self) -> Words:
        """The words that hold, an organiser's own or the standard ones."""
        return self.own.words if self.own else self.standard

    @property
    def needed(self) -> str:
        """The placeholders that the text must have."""
        return ", ".join(f"{{{name}}}" for name in self.kind.required)

    def before(self, version: OwnText) -> Words:
        """What held before a version."""
        older = next((one for one in self.versions if one.version < version.version), None)
        return self.standard if older is None or older.is_standard else older.words

    @property
    def recipients(self) -> list[tuple[str, str]]:
        """Whom it can be tried out on: numbers and names."""
        return [(str(nth), letter.to_name) for nth, letter in enumerate(self.letters)]


@room.get("", needs=Need.EDITOR)
def index(event: Any) -> str:
    """All mails that may be put into own words, in each language."""
    return render_template(
        "mailing/texts.html",
        event=event,
        mails=text_rules.editable(),
        languages=languages.offered(),
        own=text_queries.newest(event.id),
    )


@room.form("/<mail>/<language>", needs=Need.EDITOR)
def edit(event: Any, mail: str, language: str) -> Response | tuple[str, int]:
    """Write it, see how it reads to real people, save it."""
    asked = _asked(event, mail, language)
    older = _older(asked)
    form = TextForm(kind=asked.kind, recipients=asked.recipients, **_filled(asked, older))
    wording = None
    if form.validate_on_submit():
        if form.preview.data:
            wording = _wording(asked, form)
        else:
            with refusals_on(form):
                words = {"subject": form.subject.data, "text": form.text.data}
                saved = text_service.save(event, asked.mail, language, **words, seen=form.version, by=actor())
                flash(*_outcome(saved))
                return redirect(url_for(".index", event=event.slug), 303)
            form.seen.data = str(asked.newest)
    elif not form.is_submitted():
        wording = _wording(asked, form)
    return page(
        "mailing/text.html",
        form,
        event=event,
        asked=asked,
        wording=wording,
        older=older,
        differences=_differences(asked, form, older),
    )


@room.post("/<mail>/<language>/standard", needs=Need.EDITOR)
def standard(event: Any, mail: str, language: str) -> Response:
    """Take the standard text again."""
    asked = _asked(event, mail, language)
    told = request.form.get("seen", "")
    seen = int(told) if told.isascii() and told.isdigit() and len(told) < 9 else 0
    text_service.take_standard(event, asked.mail, language, seen=seen, by=actor())
    flash(_("The standard text holds again."), "success")
    return redirect(url_for(".index", event=event.slug), 303)


def _asked(event: Any, told: str, language: str) -> _Asked:
    mail = told.replace(".", "/")
    kind = text_rules.editable().get(mail)
    if kind is None or language not in languages.offered():
        raise NotFound
    letters = list(kind.letters(event, language, RECIPIENTS))
    versions = text_queries.versions(event.id, mail, language)
    return _Asked(mail, language, kind, versions, letters, text_service.standard(mail, language))


def _outcome(saved: OwnText | None) -> tuple[str, str]:
    """What has come of saving: a sentence, and its kind."""
    if saved is None:
        return _("Nothing was changed, so there is no new version."), "info"
    if saved.is_standard:
        return _("The standard text holds again."), "success"
    return _("Saved: it holds from the next mail on."), "success"


def _older(asked: _Asked) -> OwnText | None:
    """The version that the address asks for, where it has words of its own."""
    told = request.args.get("version", "")
    return next((one for one in asked.versions if str(one.version) == told and not one.is_standard), None)


def _filled(asked: _Asked, older: OwnText | None) -> dict[str, Any]:
    """What the form shows first: the words that hold, or those of an older version that was asked for."""
    shown = older.words if older else asked.words
    return {"data": {"subject": shown.subject, "text": shown.text, "seen": str(asked.newest), "recipient": "0"}}


def _differences(asked: _Asked, form: TextForm, older: OwnText | None) -> list[tuple[str, list[Piece]]]:
    """How what is written differs from the standard text, and a version from the one before it; each with its heading.

    Nothing where it does not differ.
    """
    written = Words(form.subject.data or "", form.text.data or "")
    compared = [(_("What differs from the standard text"), asked.standard)]
    version = older or asked.own
    if version is not None and asked.before(version) != asked.standard:
        compared.append((_("What differs from the version before"), asked.before(version)))
    return [(heading, pieces) for heading, words in compared if (pieces := text_rules.difference(words, written))]


def _wording(asked: _Asked, form: TextForm) -> wordings.Wording:
    number = form.recipient.data or ""
    chosen = next((nth for nth, _name in asked.recipients if nth == number), "0")
    letter = asked.letters[int(chosen)]
    own = text_rules.filled(form.subject.data, form.text.data, letter.values)
    return _shown(outbox.as_written(letter, own=own))


def _shown(wording: wordings.Wording) -> wordings.Wording:
    return wordings.Wording(wording.subject, wordings.blanked(wording.text), wording.html, wording.message)

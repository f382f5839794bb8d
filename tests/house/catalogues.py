"""The texts of the house and their translations: gathered from code and templates, written back, looked through.

`make messages` runs this file: it renews every catalogue, keeps what is translated, and says what is missing. With the
code of a language and `--missing` it writes that language's missing texts as JSON, each with where it stands; with
`--take FILE` it takes translations in again: a list of {"id", "text"} as `--missing` wrote them, `text` filled in.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from tests.house.source import ROOT

TRANSLATIONS = ROOT / "ranevents" / "translations"
LANGUAGES = ("bg", "de", "fr")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_pgettext": ((1, "c"), 2)}
"""Texts whose one English word is several elsewhere have a context: pgettext, lazy_pgettext."""
WIDTH = 110
_OF_THE_HOUR = tuple(
    f'"{name}:'
    for name in (
        *("Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date", "Last-Translator"),
        *("Language-Team", "Generated-By"),
    )
)
"""Lines of a catalogue's head that say who wrote it and when: git knows, and each renewal would make a difference."""


def path_of(language: str) -> Path:
    """Where a language's catalogue is."""
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it stands; empty where there is none."""
    path = path_of(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as told:
        return read_po(told, locale=language)


def texts(catalogue: Catalog) -> list[Message]:
    """Its messages without its head, in their order."""
    return [message for message in catalogue if message.id]


@lru_cache(maxsize=1)
def gathered() -> Catalog:
    """Every text of code and templates, sorted, so that code may move without a difference here."""
    with (ROOT / "babel.cfg").open() as told:
        methods, options = parse_mapping_cfg(told)
    found = Catalog(project="ranevents", copyright_holder="the ranevents project", charset="utf-8")
    for folder in ("ranevents", "templates"):
        for name, line, told_id, comments, context in extract_from_dir(
            ROOT / folder, methods, options, KEYWORDS, ("Translators:",)
        ):
            found.add(told_id, None, [(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    in_order = _empty(None)
    for message in sorted(texts(found), key=lambda one: (_singular(one.id).casefold(), _singular(one.id))):
        in_order[message.id] = message
    return in_order


def renew(language: str) -> None:
    """Bring a language's catalogue to the present texts: what is translated stays, nothing is guessed."""
    catalogue = read(language)
    catalogue.update(gathered(), no_fuzzy_matching=True)
    _write(catalogue, language)


def missing(language: str) -> Iterator[Message]:
    """The texts that a language has no words for yet."""
    catalogue = read(language)
    for message in texts(gathered()):
        known = catalogue.get(message.id, message.context)
        if known is None or not is_complete(known, catalogue):
            yield message


def is_complete(message: Message, catalogue: Catalog) -> bool:
    """Whether a message has all its words: one text, or one for each plural form of the language."""
    if message.pluralizable:
        return len(message.string) == catalogue.num_plurals and all(message.string)
    return bool(message.string)


def take_in(language: str, translated: list[dict[str, Any]]) -> None:
    """Fill in translations: `id` is a text or its two plural forms, `text` one text or one for each plural form."""
    catalogue = read(language)
    unknown = []
    for one in translated:
        told_id = tuple(one["id"]) if isinstance(one["id"], list) else one["id"]
        message = catalogue.get(told_id, one.get("context"))
        if message is None:
            unknown.append(told_id)
            continue
        message.string = tuple(one["text"]) if isinstance(one["text"], list) else one["text"]
    _write(catalogue, language)
    if unknown:
        print(
            f"{language}: {len(unknown)} texts are not in the catalogue (any more; else run: make messages): {unknown}"
        )


def _empty(language: str | None) -> Catalog:
    return Catalog(locale=language, project="ranevents", copyright_holder="the ranevents project", charset="utf-8")


def _write(catalogue: Catalog, language: str) -> None:
    catalogue.header_comment = f"# ranevents in {Locale.parse(language).english_name}. Words to use: docs/glossary.md"
    catalogue.fuzzy = False
    told = BytesIO()
    write_po(told, catalogue, width=WIDTH, no_location=True, ignore_obsolete=True)
    lines = [line for line in told.getvalue().decode().splitlines() if not line.startswith(_OF_THE_HOUR)]
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_text("\n".join(lines).rstrip() + "\n")


def _singular(told_id: Any) -> str:
    return told_id[0] if isinstance(told_id, tuple | list) else told_id


def _as_json(message: Message) -> dict[str, Any]:
    where = sorted({name for name, _line in message.locations})
    return {"id": message.id, "where": where[:3], **({"context": message.context} if message.context else {})}


def main() -> None:
    """Renew, list, or take in."""
    asked = argparse.ArgumentParser(prog="python -m tests.house.catalogues")
    asked.add_argument("language", nargs="?", choices=LANGUAGES)
    asked.add_argument("--missing", action="store_true", help="write the missing texts as JSON")
    asked.add_argument("--take", metavar="FILE", type=Path, help="take in translations from JSON")
    given = asked.parse_args()
    if given.take:
        take_in(given.language, json.loads(given.take.read_text()))
    elif given.missing:
        json.dump([_as_json(one) for one in missing(given.language)], sys.stdout, ensure_ascii=False, indent=1)
    else:
        for language in LANGUAGES:
            renew(language)
            print(f"{language}: {sum(1 for _one in missing(language))} texts have no translation yet")


if __name__ == "__main__":
    main()

"""The words that files use for countries, sectors, sides and languages, in every language that we speak."""

from collections.abc import Iterable
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from flask_babel import force_locale

from ranevents.core import countries, languages, names
from ranevents.directory.import_rules import Field, Vocabulary
from ranevents.people.models import Sector, Side

_COUNTRIES = {
    "uk": "GB", "el": "GR", "england": "GB", "scotland": "GB", "great britain": "GB", "usa": "US", "holland": "NL",
    "the netherlands": "NL", "niederlande": "NL", "czech republic": "CZ", "republique tcheque": "CZ",
    "tschechische republik": "CZ", "macedonia": "MK", "fyrom": "MK", "republic of north macedonia": "MK",
    "mazedonien": "MK", "macedoine": "MK", "bosnia": "BA", "bosnia and herzegovina": "BA", "bih": "BA", "kosovo": "XK",
    "slovak republic": "SK", "republic of ireland": "IE", "turkey": "TR", "turkiye": "TR", "russian federation": "RU",
    "moldova": "MD", "republic of moldova": "MD", "holy see": "VA",
}  # fmt: skip
"""Usual ways of naming a country that are neither a code nor the name that we show."""


def vocabulary() -> Vocabulary:
    """All of them, in all languages that the site has."""
    return _vocabulary(tuple(languages.offered()))


@lru_cache(maxsize=4)
def _vocabulary(spoken: tuple[str, ...]) -> Vocabulary:
    return Vocabulary(
        {
            Field.COUNTRY: _countries(spoken),
            Field.LANGUAGE: _languages(spoken),
            Field.SECTOR: _labels(Sector, spoken),
            Field.SIDE: _labels(Side, spoken),
        }
    )


def _countries(spoken: Iterable[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    for language in spoken:
        territories = Locale.parse(language).territories
        known |= {names.fold(str(territories[code])): code for code in countries.CODES if code in territories}
    known |= {names.fold(str(code)): to[0] for code, to in get_global("territory_aliases").items() if _is_alpha_3(code)}
    known |= {code: code.upper() for code in map(str.lower, countries.CODES)} | _COUNTRIES
    return {word: code for word, code in known.items() if code in countries.CODES}


def _is_alpha_3(code: object) -> bool:
    return isinstance(code, str) and len(code) == 3 and code.isalpha()


def _languages(spoken: tuple[str, ...]) -> dict[str, str]:
    known = {code: code for code in spoken}
    for language in spoken:
        named = Locale.parse(language).languages
        known |= {names.fold(str(named[code])): code for code in spoken if code in named}
    return known


def _labels(kind: type[Sector] | type[Side], spoken: Iterable[str]) -> dict[str, str]:
    known = {names.fold(one.value): one.value for one in kind}
    for language in spoken:
        with force_locale(language):
            known |= {names.fold(one.label): one.value for one in kind}
    return known

"""The words that files use for countries, sectors, sides and languages, in every language that we speak."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from flask_babel import force_locale
from flask_babel import gettext as _

from ranevents.core import countries, languages, names
from ranevents.core.forms import is_seen
from ranevents.directory.correction_rules import said
from ranevents.directory.import_models import ImportRow
from ranevents.directory.import_rules import Field, Problem, Vocabulary
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


_LONGEST_QUOTE = 60
_IN_FULL_NAME = (Field.GIVEN_NAME, Field.FAMILY_NAME)


def quoted(text: str) -> str:
    """What a cell says, to be shown: not too long, and with every character to be seen that would deceive the eye."""
    short = text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
    return "".join(one if one == " " or is_seen(one) else f"[U+{ord(one):04X}]" for one in short)


def remark(row: ImportRow, columns: Mapping[Field, int], field: Field, problem: Problem) -> str:
    """What is wrong with a field of a row: with what the file says there, and what is expected."""
    told = said(columns, row.cells)
    text = told.get(field, "") or (told.get(Field.FULL_NAME, "") if field in _IN_FULL_NAME else "")
    text = row.typed.get(field, text)
    if not text.strip():
        return str(_("%(field)s: %(problem)s", field=field.label, problem=problem.label(field)))
    shown = {"field": field.label, "text": quoted(text), "problem": problem.label(field)}
    return str(_("%(field)s: “%(text)s”. %(problem)s", **shown))


def remarks(row: ImportRow, columns: Mapping[Field, int]) -> list[tuple[Field, str]]:
    """All that is wrong with a row, field by field."""
    wrong = ((Field(name), Problem(problem)) for name, problem in row.problems.items())
    return [(field, remark(row, columns, field, problem)) for field, problem in wrong]


def says_what_is_wrong(heading: str) -> bool:
    """Whether it heads the column by which we say what is wrong, in any of our languages."""
    for language in languages.offered():
        with force_locale(language):
            if names.fold(_("What is wrong")) == names.fold(heading):
                return True
    return False


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

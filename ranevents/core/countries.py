"""Countries: ISO 3166 codes, the EU's own where they differ, groups by date, names in the reader's language.

Sources: names from the Unicode CLDR (through Babel); EU codes EL and UK and the wording of the footnote on Kosovo from
the EU's Interinstitutional Style Guide (annexes A5 and A6, section 7.1); membership from the accession treaties and
the Withdrawal Agreement (United Kingdom out after 31 January 2020).
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from babel import Locale
from flask import g, has_request_context
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ranevents.core import names

_NOT_ISO = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
CODES = frozenset(str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))) - _NOT_ISO
"""ISO 3166-1 alpha-2, and XK for Kosovo (user-assigned, as the EU uses it)."""

_EU_CODES = {"GR": "EL", "GB": "UK"}
_JOINED = {
    date(1958, 1, 1): "BE DE FR IT LU NL",
    date(1973, 1, 1): "DK GB IE",
    date(1981, 1, 1): "GR",
    date(1986, 1, 1): "ES PT",
    date(1995, 1, 1): "AT FI SE",
    date(2004, 5, 1): "CY CZ EE HU LT LV MT PL SI SK",
    date(2007, 1, 1): "BG RO",
    date(2013, 7, 1): "HR",
}
_LEFT = {"GB": date(2020, 1, 31)}
_WESTERN_BALKANS = frozenset(["AL", "BA", "ME", "MK", "RS", "XK"])
KOSOVO = "XK"
KOSOVO_MARK = "*"


class Group(StrEnum):
    """The groups in which countries are counted."""

    EU = "eu"
    WESTERN_BALKANS = "western_balkans"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The group as a reader sees it."""
        return str(_GROUPS[self])


_GROUPS = {
    Group.EU: _l("EU member states"),
    Group.WESTERN_BALKANS: _l("Western Balkan partners"),
    Group.OTHER: _l("Other countries"),
}


@dataclass(frozen=True)
class Country:
    """One country as a reader sees it."""

    code: str
    name: str


def group_of(code: str, on: date) -> Group:
    """The group a country belongs to on a day: an EU member state, a Western Balkan partner, or other."""
    if code in eu_members(on):
        return Group.EU
    return Group.WESTERN_BALKANS if code in _WESTERN_BALKANS else Group.OTHER


def eu_members(on: date) -> frozenset[str]:
    """The member states of the European Union on a day: 28 in 2018, 27 from 1 February 2020."""
    joined = {code for day, codes in _JOINED.items() if day <= on for code in codes.split()}
    return frozenset(code for code in joined if on <= _LEFT.get(code, date.max))


def eu_code(code: str) -> str:
    """The code that the EU's institutions write: EL for Greece, UK for the United Kingdom, else ISO's own."""
    return _EU_CODES.get(code, code)


def name_of(code: str, language: str | None = None) -> str:
    """The country's name in the reader's language, Kosovo with the mark of its footnote; an unknown code as it is."""
    if code == KOSOVO and has_request_context():
        g.kosovo_is_named = True
    return _names(language or str(get_locale() or "en")).get(code, code)


def footnote() -> str:
    """The customary footnote: stands wherever Kosovo is printed."""
    wording = _(
        "This designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the "
        "ICJ Opinion on the Kosovo declaration of independence."
    )
    return f"{KOSOVO_MARK} {wording}"


def all_countries(language: str | None = None) -> tuple[Country, ...]:
    """Every country, in the alphabetical order of its name in the reader's language."""
    if has_request_context():
        g.kosovo_is_named = True
    return _in_order(language or str(get_locale() or "en"))


@lru_cache(maxsize=32)
def _in_order(language: str) -> tuple[Country, ...]:
    named = (Country(code, name) for code, name in _names(language).items())
    return tuple(sorted(named, key=lambda one: names.alphabetical(one.name)))


@lru_cache(maxsize=32)
def _names(language: str) -> dict[str, str]:
    territories = Locale.parse(language).territories
    named: dict[str, str] = {code: str(territories.get(code, code)) for code in CODES}
    named[KOSOVO] += KOSOVO_MARK
    return named

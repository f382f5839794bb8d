"""The words that files use for countries, sectors, sides and languages, in every language that we speak."""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from flask_babel import force_locale
from flask_babel import gettext as _

from ranevents.core import countries, languages, names
from ranevents.core.forms import is_seen
from ranevents.directory import sector_words
from ranevents.directory.correction_rules import said
from ranevents.directory.import_models import ImportRow
from ranevents.directory.import_rules import Field, Problem, Vocabulary
from ranevents.people.models import Sector, Side

_SPOKEN_IN_EUROPE = (
    *("en", "fr", "de", "bg", "cs", "da", "el", "es", "et", "fi", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl"),
    *("pt", "ro", "sk", "sl", "sv", "be", "bs", "ca", "cy", "eu", "gl", "hy", "is", "ka", "lb", "mk", "nb", "nn", "rm"),
    *("ru", "sq", "sr", "sr_Latn", "tr", "uk"),
)
"""The languages of whose lists we know the names of countries and languages (Unicode CLDR, through Babel)."""
_COUNTRIES = {
    "GB": "uk | u k | england | scotland | wales | northern ireland | great britain | britain | angleterre"
    " | grande bretagne | grossbritannien | england und wales | anglia | velikobritaniya | inglaterra"
    " | gran bretagna | gran bretana | wielka brytania | velka britanie | velika britanija"
    " | vereinigtes konigreich von grossbritannien und nordirland"
    " | united kingdom of great britain and northern ireland | marea britanie | reino unido"
    " | regno unito",
    "GR": "el | hellas | hellenic republic | elliniki dimokratia",
    "NL": "holland | hollande | the netherlands | niederlande | holandiya | nederland | paises bajos"
    " | olanda | holanda | holandia | nizozemsko | nizozemska | hollandia",
    "CZ": "czech republic | czech | republique tcheque | tschechische republik | tschechei"
    " | ceska republika | cheshka republika | cheska republika | republica checa | repubblica ceca"
    " | republika czeska | tsjechische republiek",
    "MK": "macedonia | fyrom | north macedonia | mazedonien | macedoine | makedoniya | makedonija"
    " | makedonien | makedonia | macedonie | republika makedoniya"
    " | former yugoslav republic of macedonia | the former yugoslav republic of macedonia"
    " | republika severna makedonija | republic of macedonia | macedonia del norte | severna makedoniya",
    "XK": "kosovo | kosova | kosove | kosovo unscr 1244 | kosovo unscr 1244 99 | kosovo unscr 1244 1999"
    " | kosovo under unscr 1244 | kosovo under unscr 1244 99 | ks | rks | xkx | kos",
    "BA": "bosnia | bosnia and herzegovina | bosna | bosna i hercegovina | bosnie | bosnien | bih"
    " | bosna i khertsegovina",
    "SK": "slovak republic | slovakia republic | republique slovaque | slowakische republik",
    "IE": "republic of ireland | eire",
    "TR": "turkey | turkiye | turkei | turquie | turtsiya | turchia | turquia",
    "US": "usa | united states of america | u s a | u s | etats unis d amerique"
    " | vereinigte staaten von amerika | sasht",
    "RU": "russian federation | federation de russie | russische foderation | ruska federatsiya",
    "MD": "moldova | republic of moldova | moldavia | moldavie | moldawien | moldau",
    "BY": "belarus | byelorussia | weissrussland | bielorussie",
    "VA": "holy see | saint siege | heiliger stuhl | vatican | vatikan",
    "CN": "people s republic of china | prc | volksrepublik china | republique populaire de chine",
    "CD": "democratic republic of the congo | democratic republic of congo | dr congo | drc | congo kinshasa"
    " | republique democratique du congo | rd congo | rdc | demokratische republik kongo | dr kongo"
    " | demokratichna republika kongo",
    "CG": "republic of the congo | republic of congo | congo brazzaville | republique du congo",
    "TW": "republic of china",
    "KR": "republic of korea | korea republic of",
    "CY": "cyprus republic",
    "ME": "crna gora | montenegro",
    "RO": "rumania | roumania",
    "UA": "the ukraine",
}
"""Usual ways of naming a country that are neither a code nor the name that CLDR shows in any language."""
_FORMS_OF_STATE = frozenset(
    [
        *("the", "of", "de", "du", "d", "la", "le", "l", "von", "di", "da", "del", "della", "do", "het", "van"),
        *("republic", "federal", "kingdom", "grand", "duchy", "principality", "hellenic", "federale"),
        *("republique", "royaume", "duche", "principaute", "republik", "bundesrepublik", "konigreich"),
        *("grossherzogtum", "furstentum", "republika", "federativna", "kralstvo", "repubblica", "regno", "republica"),
        *("reino", "republiek", "koninkrijk", "rzeczpospolita", "krolestwo", "kralovstvi", "kraljevina", "regatul"),
        *("dimokratia", "republiken", "konungariket", "kongeriget", "kongeriket", "respublika", "vabariik"),
    ]
)


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
            Field.SECTOR: sector_words.of_sectors() | _labels(Sector, spoken),
            Field.SIDE: sector_words.of_sides() | _labels(Side, spoken),
        },
        _FORMS_OF_STATE,
    )


def _countries(spoken: Iterable[str]) -> dict[str, str]:
    known = _in_europe("territories", countries.CODES)
    for language in spoken:
        known |= _called(language, "territories", countries.CODES)
    known |= {names.fold(str(code)): to[0] for code, to in get_global("territory_aliases").items() if _is_alpha_3(code)}
    known |= {code.lower(): code for code in countries.CODES}
    known |= {word.strip(): code for code, words in _COUNTRIES.items() for word in words.split("|")}
    return {word: code for word, code in known.items() if code in countries.CODES}


def _is_alpha_3(code: object) -> bool:
    return isinstance(code, str) and len(code) == 3 and code.isalpha()


def _in_europe(what: str, codes: Collection[str]) -> dict[str, str]:
    """What is called so in any language of Europe; not what is something else in another one."""
    known: dict[str, str] = {}
    ambiguous = set()
    for language in _SPOKEN_IN_EUROPE:
        for word, code in _called(language, what, codes).items():
            if known.setdefault(word, code) != code:
                ambiguous.add(word)
    return {word: code for word, code in known.items() if word not in ambiguous}


def _called(language: str, what: str, codes: Collection[str]) -> dict[str, str]:
    named = getattr(Locale.parse(language), what)
    return {names.fold(str(named[code])): code for code in codes if code in named}


def _languages(spoken: tuple[str, ...]) -> dict[str, str]:
    """Names, codes of two and three letters, and codes with a country."""
    known = _in_europe("languages", spoken)
    for language in spoken:
        known |= _called(language, "languages", spoken)
    known |= {long: code for long, code in _LONG_CODES.items() if code in spoken}
    return known | {names.fold(code): code for code in spoken}


_LONG_CODES = {
    "eng": "en", "en gb": "en", "en us": "en", "fra": "fr", "fre": "fr", "fr fr": "fr", "fr be": "fr", "deu": "de",
    "ger": "de", "de de": "de", "de at": "de", "bul": "bg", "bg bg": "bg",
}  # fmt: skip


def _labels(kind: type[Sector] | type[Side], spoken: Iterable[str]) -> dict[str, str]:
    known = {names.fold(one.value): one.value for one in kind}
    for language in spoken:
        with force_locale(language):
            known |= {names.fold(one.label): one.value for one in kind}
    return known

"""How a line of a spreadsheet becomes a person: which column is what, what its cells mean, who may be the same."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from ranevents.core import names
from ranevents.core.forms import one_line

KEPT = timedelta(days=7)
"""How long rows wait that nobody confirms."""
KEPT_UNREAD = timedelta(minutes=45)
"""How long a file waits of which a sheet has to be chosen: no erasure looks into it, so it is gone within the hour."""
LONGEST_NAME = 100


class Field(StrEnum):
    """What a column may hold."""

    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    FULL_NAME = "full_name"
    LATIN_GIVEN_NAME = "latin_given_name"
    LATIN_FAMILY_NAME = "latin_family_name"
    FORM_OF_ADDRESS = "form_of_address"
    EMAIL = "email"
    ORGANISATION = "organisation"
    POSITION = "position"
    COUNTRY = "country"
    SECTOR = "sector"
    SIDE = "side"
    LANGUAGE = "language"

    @property
    def label(self) -> str:
        """The field as a reader sees it."""
        return str(LABELS[self])


LABELS = {
    Field.GIVEN_NAME: _l("Given name"),
    Field.FAMILY_NAME: _l("Family name"),
    Field.FULL_NAME: _l("Whole name, in one column"),
    Field.LATIN_GIVEN_NAME: _l("Given name in Latin letters"),
    Field.LATIN_FAMILY_NAME: _l("Family name in Latin letters"),
    Field.FORM_OF_ADDRESS: _l("Form of address"),
    Field.EMAIL: _l("E-mail address"),
    Field.ORGANISATION: _l("Organisation"),
    Field.POSITION: _l("Position"),
    Field.COUNTRY: _l("Country"),
    Field.SECTOR: _l("Sector"),
    Field.SIDE: _l("Policy or practice"),
    Field.LANGUAGE: _l("Language"),
}
OF_A_PERSON = tuple(one for one in Field if one is not Field.FULL_NAME)
FIXED = (Field.COUNTRY, Field.SECTOR, Field.SIDE, Field.LANGUAGE)
"""What one value may be given for, for all rows in which the file says nothing."""
NEEDED = (Field.GIVEN_NAME, Field.FAMILY_NAME, Field.EMAIL, *FIXED)
_LONGEST = {
    Field.GIVEN_NAME: LONGEST_NAME,
    Field.FAMILY_NAME: LONGEST_NAME,
    Field.LATIN_GIVEN_NAME: LONGEST_NAME,
    Field.LATIN_FAMILY_NAME: LONGEST_NAME,
    Field.FORM_OF_ADDRESS: 60,
    Field.EMAIL: 320,
    Field.ORGANISATION: 200,
    Field.POSITION: 200,
}


class Problem(StrEnum):
    """What may be wrong with a cell."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NO_ADDRESS = "no_address"
    SEVERAL_ADDRESSES = "several_addresses"
    NO_COUNTRY = "no_country"
    NO_SECTOR = "no_sector"
    NO_SIDE = "no_side"
    NO_LANGUAGE = "no_language"
    NOT_LATIN = "not_latin"
    ONE_WORD = "one_word"

    def label(self, field: Field) -> str:
        """What is wrong with a field, what is expected, and what to do."""
        if self is Problem.TOO_LONG:
            return str(_PROBLEMS[self]) % {"most": _LONGEST[field]}
        return str(_PROBLEMS[self])


_PROBLEMS = {
    Problem.MISSING: _l("It is missing. Please fill it in."),
    Problem.TOO_LONG: _l("It is too long: %(most)s characters at most. Please shorten it."),
    Problem.NO_ADDRESS: _l("This is no e-mail address. It should look like name@example.org."),
    Problem.SEVERAL_ADDRESSES: _l("These are several addresses. Please keep one."),
    Problem.NO_COUNTRY: _l(
        "We know no such country. Please write its name or its code, such as BG, or choose it from the list."
    ),
    Problem.NO_SECTOR: _l(
        "We know no such sector. Please write one such as police or education, or choose it from the list."
    ),
    Problem.NO_SIDE: _l("This is neither policy nor practice. Please choose one of the two."),
    Problem.NO_LANGUAGE: _l("We can't write in this language. Please choose one from the list."),
    Problem.NOT_LATIN: _l("These are no Latin letters. Please spell the name in Latin letters, or leave it empty."),
    Problem.ONE_WORD: _l("The name has one word only. Please enter given name and family name."),
}
_UNKNOWN = {
    Field.COUNTRY: Problem.NO_COUNTRY,
    Field.SECTOR: Problem.NO_SECTOR,
    Field.SIDE: Problem.NO_SIDE,
    Field.LANGUAGE: Problem.NO_LANGUAGE,
}


class Likeness(StrEnum):
    """Why a row may be somebody who is known, or who stands in the file already."""

    SAME = "same"
    ORGANISATION = "organisation"
    COUNTRY = "country"
    ADDRESS = "address"

    @property
    def label(self) -> str:
        """What is alike, as a reader sees it."""
        return str(_LIKENESSES[self])


_LIKENESSES = {
    Likeness.SAME: _l("Same address, same name"),
    Likeness.ORGANISATION: _l("Same name, same organisation"),
    Likeness.COUNTRY: _l("Same name, same country"),
    Likeness.ADDRESS: _l("Same address, another name"),
}


class Choice(StrEnum):
    """What is to become of a row."""

    NEW = "new"
    FILL = "fill"
    TAKE_OVER = "take_over"
    LEAVE_OUT = "leave_out"

    @property
    def label(self) -> str:
        """The choice as a reader sees it."""
        return str(_CHOICES[self])


_CHOICES = {
    Choice.NEW: _l("Another person: add"),
    Choice.FILL: _l("Same person: fill in what is empty"),
    Choice.TAKE_OVER: _l("Same person: take over what the file says"),
    Choice.LEAVE_OUT: _l("Leave out"),
}


def usual(likeness: Likeness | None, *, within_file: bool = False) -> Choice:
    """What becomes of a row unless somebody decides otherwise.

    Whoever shares address and name, or name and organisation, is the same person: nothing of theirs is overwritten. An
    address alone may be an office's, and a name alone that of two people.
    """
    if likeness not in (Likeness.SAME, Likeness.ORGANISATION):
        return Choice.NEW
    if not within_file:
        return Choice.FILL
    return Choice.LEAVE_OUT if likeness is Likeness.SAME else Choice.NEW


def offered(*, is_known: bool) -> tuple[Choice, ...]:
    """What may be chosen for a row: of somebody who is known, the same person too."""
    return tuple(Choice) if is_known else (Choice.NEW, Choice.LEAVE_OUT)


@dataclass(frozen=True)
class Vocabulary:
    """What the words of a file mean: of each kind the value by every folded word for it, in the languages of Europe.

    `asides` are words that may stand before the name of a country: its form of state.
    """

    words: Mapping[Field, Mapping[str, str]]
    asides: Collection[str] = frozenset()

    def meaning(self, kind: Field, text: str) -> str | None:
        """The value that a text stands for; None where we don't know it. Of several words, all mean the same."""
        found = self._meaning(kind, text)
        if found is None:
            parts = [part for part in re.split(r"[/,;|&+()]| - ", text) if part.strip()]
            meant = {self._meaning(kind, part) for part in parts}
            found = meant.pop() if len(meant) == 1 else None
        return found

    def _meaning(self, kind: Field, text: str) -> str | None:
        word, known = names.fold(text), self.words[kind]
        if kind is Field.COUNTRY and word not in known:
            rest = word.split()
            while len(rest) > 1 and rest[0] in self.asides:
                rest.pop(0)
            word = " ".join(rest)
        return known.get(word)


@dataclass
class Cleaned:
    """A row as it would be taken: the value of each field, and what is wrong with which."""

    details: dict[Field, str] = field(default_factory=dict)
    problems: dict[Field, Problem] = field(default_factory=dict)


def clean(said: Mapping[Field, str], vocabulary: Vocabulary, fixed: Mapping[Field, str]) -> Cleaned:
    """What a row's cells mean; `fixed` holds where a cell is empty."""
    cleaned = Cleaned()
    texts = {one: one_line(said.get(one)) for one in Field}
    _split_name(texts, cleaned)
    for one in OF_A_PERSON:
        if one in FIXED:
            _clean_choice(one, texts[one], vocabulary, fixed, cleaned)
        elif one is Field.EMAIL:
            _clean_address(texts[one], cleaned)
        else:
            _clean_text(one, texts[one], cleaned)
    _spell_in_latin(cleaned)
    return cleaned


def _split_name(texts: dict[Field, str], cleaned: Cleaned) -> None:
    whole = texts[Field.FULL_NAME]
    if not whole or (texts[Field.GIVEN_NAME] and texts[Field.FAMILY_NAME]):
        return
    address, given, family = split_name(whole)
    texts[Field.FORM_OF_ADDRESS] = texts[Field.FORM_OF_ADDRESS] or address
    texts[Field.GIVEN_NAME] = texts[Field.GIVEN_NAME] or given
    texts[Field.FAMILY_NAME] = texts[Field.FAMILY_NAME] or family
    if not texts[Field.GIVEN_NAME]:
        cleaned.problems[Field.GIVEN_NAME] = Problem.ONE_WORD


def _clean_choice(kind: Field, text: str, vocabulary: Vocabulary, fixed: Mapping[Field, str], cleaned: Cleaned) -> None:
    value = vocabulary.meaning(kind, text) if text else fixed.get(kind, "")
    cleaned.details[kind] = value or ""
    if value is None:
        cleaned.problems[kind] = _UNKNOWN[kind]
    elif not value:
        cleaned.problems[kind] = Problem.MISSING


def _clean_address(text: str, cleaned: Cleaned) -> None:
    if not text:
        cleaned.details[Field.EMAIL], cleaned.problems[Field.EMAIL] = "", Problem.MISSING
        return
    named = re.fullmatch(r"[^<>]*<([^<>]+)>[;,]?", text)
    plain = re.sub(r"^mailto:", "", named[1] if named else text, flags=re.I).strip(" ;,")
    try:
        address = validate_email(plain, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        several = len(re.findall(r"[^\s;,]@[^\s;,]", plain)) > 1
        cleaned.problems[Field.EMAIL] = Problem.SEVERAL_ADDRESSES if several else Problem.NO_ADDRESS
        address = ""
    cleaned.details[Field.EMAIL] = address


def _clean_text(kind: Field, text: str, cleaned: Cleaned) -> None:
    cleaned.details[kind] = text[: _LONGEST[kind]]
    if len(text) > _LONGEST[kind]:
        cleaned.problems[kind] = Problem.TOO_LONG
    elif not text and kind in NEEDED:
        cleaned.problems.setdefault(kind, Problem.MISSING)


def _spell_in_latin(cleaned: Cleaned) -> None:
    """Propose Latin letters where none were given, as the country's own rules write them."""
    details = cleaned.details
    for own, latin in (
        (Field.GIVEN_NAME, Field.LATIN_GIVEN_NAME),
        (Field.FAMILY_NAME, Field.LATIN_FAMILY_NAME),
    ):
        if not details[latin]:
            details[latin] = names.latin(details[own], details[Field.COUNTRY])[:LONGEST_NAME]
        elif not names.is_latin(details[latin]):
            cleaned.problems[latin] = Problem.NOT_LATIN


_TITLES = re.compile(
    r"((?:(?:mr|mrs|ms|miss|mx|dr|prof|m|mme|mlle|dipl|ing|herr|frau|monsieur|madame|г-н|г-жа|д-р|проф|инж|доц)"
    r"(?:\.|\b)[\s-]*)+)\s+(?=\S)",
    re.I,
)
_PARTICLES = {
    *("van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "el", "al", "bin", "ibn"),
    *("zu", "zum", "zur", "ten", "ter", "af", "av"),
}


def split_name(whole: str) -> tuple[str, str, str]:
    """Form of address, given and family name of a name that stands in one cell; one may be empty.

    A comma stands behind the family name; else the family name is what stands in capitals, else the last word, with the
    small words before it ('van der Berg').
    """
    titles = _TITLES.match(f"{whole} ")
    address = titles[1].strip() if titles else ""
    rest = whole[titles.end() :].strip() if titles else whole
    family, comma, given = (part.strip() for part in rest.partition(","))
    if comma:
        return address, given, family
    words = rest.split()
    loud = [len(word) > 2 and word.isupper() and word.strip(".") != "" for word in words]
    if any(loud) and not all(loud):
        given = " ".join(word for word, is_loud in zip(words, loud, strict=True) if not is_loud)
        return address, given, " ".join(word for word, is_loud in zip(words, loud, strict=True) if is_loud)
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    return address, " ".join(words[:at]), " ".join(words[at:])


def alike(one: str, other: str) -> bool:
    """Whether two names in Latin letters may be one person's: the same words in any order, or some of them left out."""
    mine, theirs = set(names.fold(one).split()), set(names.fold(other).split())
    fewer, more = sorted((mine, theirs), key=len)
    return len(fewer) > 1 and fewer <= more


Progress = Callable[[int], None]
"""Is told how many rows more are done."""

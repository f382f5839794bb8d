"""Names in European scripts: Latin letters proposed, every spelling findable, a key to sort by.

Sources of the tables: Bulgarian Transliteration Act (2009); Serbian official Latin alphabet; Macedonian passports;
Ukrainian Cabinet resolution 55 (2010); Russian passports (ICAO Doc 9303); Greek ELOT 743 (ISO 843, type 2).
"""

import re
import unicodedata

from anyascii import anyascii


def _pairs(letters: str, spelled: str) -> dict[str, str]:
    return dict(zip(letters, spelled.split(), strict=True))


_CYRILLIC = _pairs("абвгдежзиклмнопрстуфхц", "a b v g d e zh z i k l m n o p r s t u f h ts")
_TABLES: dict[str, dict[str, str]] = {
    "bg": _CYRILLIC | {"й": "y", "ч": "ch", "ш": "sh", "щ": "sht", "ъ": "a", "ь": "y", "ю": "yu", "я": "ya", "ѝ": "i"},
    "sr": _CYRILLIC
    | {"ђ": "đ", "ж": "ž", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "ć", "ц": "c", "ч": "č", "џ": "dž", "ш": "š"},
    "mk": _CYRILLIC
    | {"ѓ": "gj", "ѕ": "dz", "ј": "j", "љ": "lj", "њ": "nj", "ќ": "kj", "ц": "c", "ч": "ch", "џ": "dzh", "ш": "sh"},
    "uk": _CYRILLIC
    | {"г": "h", "ґ": "g", "є": "ie", "и": "y", "і": "i", "ї": "i", "й": "i", "х": "kh", "ч": "ch", "ш": "sh"}
    | {"щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ʼ": "", "’": ""},
    "ru": _CYRILLIC
    | {"ё": "e", "й": "i", "х": "kh", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e"}
    | {"ю": "iu", "я": "ia"},
}
_AT_WORD_START = {"uk": {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}}
_OF_COUNTRY = {
    "BG": "bg", "RS": "sr", "ME": "sr", "BA": "sr", "XK": "sr", "MK": "mk", "UA": "uk", "RU": "ru", "BY": "ru",
}  # fmt: skip
_TELLING_LETTERS = {"mk": "ѓќѕ", "sr": "ђћљњјџ", "uk": "іїєґ", "ru": "ыэё"}

_GREEK = _pairs("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o")
_GREEK_PAIRS = {"ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch"}
_GREEK_ACCENTS = "\u0301\u0300\u0342\u0313\u0314\u0345"
_GREEK_VOICED = set("βγδζλμνραεηιουω")

_OTHER_SPELLINGS = (
    {"đ": "dj", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "ß": "ss"},
    {"đ": "d"},
)


def is_latin(text: str) -> bool:
    """Whether every letter of the text belongs to the Latin script."""
    return all("LATIN" in unicodedata.name(letter, "") for letter in text if letter.isalpha())


def latin(text: str, country: str = "") -> str:
    """The name in Latin letters, as the country's own rules write it; a proposal for the person to correct.

    Latin letters keep their accents. Scripts without a table of their own are spelled by `anyascii`.
    """
    text = unicodedata.normalize("NFC", text)
    return re.sub(r"[^\W\d_]+(?:[ʼ’'][^\W\d_]+)*", lambda word: _latin_word(word[0], country), text)


def is_our_spelling(spelled: str, text: str, country: str = "") -> bool:
    """Whether a name in Latin letters is what we would propose ourselves: it may be renewed with the name."""
    return spelled == latin(text, country)


def _latin_word(word: str, country: str) -> str:
    lower = word.lower()
    if is_latin(word):
        return word
    if re.search(r"[\u0370-\u03ff\u1f00-\u1fff]", lower):
        spelled = _greek(lower)
    elif re.search(r"[\u0400-\u04ff]", lower):
        spelled = _cyrillic(lower, _table_of(lower, country))
    else:
        spelled = anyascii(lower)
    if word.isupper() and len(word) > 1:
        return spelled.upper()
    return spelled[:1].upper() + spelled[1:] if word[0].isupper() else spelled


def _table_of(word: str, country: str) -> str:
    telling = next((table for table, letters in _TELLING_LETTERS.items() if set(letters) & set(word)), None)
    own = _OF_COUNTRY.get(country)
    if telling and (own is None or not set(word) <= set(_TABLES[own])):
        return telling
    return own or "bg"


def _cyrillic(word: str, table: str) -> str:
    if table == "bg" and word.endswith("ия"):
        return _cyrillic(word[:-2], table) + "ia"
    if table == "uk":
        word = word.replace("зг", "зgh")
    start = _AT_WORD_START.get(table, {})
    letters = _TABLES[table]
    first = start.get(word[0], letters.get(word[0], anyascii(word[0])))
    return first + "".join(letters.get(letter, anyascii(letter)) for letter in word[1:])


def _greek(word: str) -> str:
    """ELOT 743 for one lower-case word."""
    decomposed = unicodedata.normalize("NFD", word)
    apart = "".join(letter for letter in decomposed if letter not in _GREEK_ACCENTS)
    plain = unicodedata.normalize("NFC", apart)
    spelled, at = "", 0
    while at < len(plain):
        pair = plain[at : at + 2]
        if pair in _GREEK_PAIRS:
            spelled, at = spelled + _GREEK_PAIRS[pair], at + 2
        elif pair == "μπ" and at in (0, len(plain) - 2):
            spelled, at = spelled + "b", at + 2
        elif pair in ("αυ", "ευ", "ηυ"):
            following = plain[at + 2 : at + 3]
            spelled, at = spelled + _GREEK[pair[0]] + ("v" if following in _GREEK_VOICED else "f"), at + 2
        else:
            spelled, at = spelled + _GREEK.get(plain[at], anyascii(plain[at])), at + 1
    return spelled


def fold(text: str) -> str:
    """The text as plain lower-case ASCII, one way of spelling it: for comparing, not for showing."""
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(unicodedata.normalize("NFC", text)).lower()))


def spellings(word: str) -> set[str]:
    """Every way in which somebody may type this word in plain ASCII, folded."""
    word = unicodedata.normalize("NFC", word).lower()
    if re.search(r"[\u0400-\u04ff]", word):
        written = {_cyrillic(word, table) for table in _TABLES} | {anyascii(word)}
    elif re.search(r"[\u0370-\u03ff\u1f00-\u1fff]", word):
        written = {_greek(word), anyascii(word)}
    else:
        written = {word}
    for other in _OTHER_SPELLINGS:
        written |= {"".join(other.get(letter, letter) for letter in spelled) for spelled in written}
    folded = {fold(spelled) for spelled in written}
    return {part for spelled in folded for part in spelled.split()}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def search_words(*texts: str) -> str:
    """All spellings of all words of the texts, for the column that searches read."""
    words = {spelling for text in texts for word in _words(text) for spelling in spellings(word)}
    return " ".join(sorted(words))


def search_query(typed: str) -> str | None:
    """A tsquery (configuration `simple`) that finds rows in which each typed word begins some word, in any spelling.

    None where nothing searchable was typed.
    """
    groups = [sorted(spellings(word)) for word in _words(typed)[:12]]
    told = [" | ".join(f"{word}:*" for word in group) for group in groups if group]
    return " & ".join(f"({group})" for group in told) or None


def alphabetical(text: str) -> str:
    """What a list of words is sorted by in the alphabet that they are written in, accents and umlauts aside.

    Latin letters as DIN 5007-1 and French dictionaries order them (ä as a, ß as ss, é as e). Cyrillic letters in the
    order of Unicode, which is that of the Bulgarian alphabet: й is a letter of its own, ѝ is и with an accent.
    """
    if not re.search(r"[\u0400-\u04ff]", text):
        return fold(text)
    return " ".join(_words(unicodedata.normalize("NFC", text).lower().replace("ѝ", "и")))


def sort_key(family: str, given: str) -> str:
    """What lists of people are sorted by: the family name in plain letters, then the given name."""
    return f"{fold(family)}, {fold(given)}"[:250]


_AFTER = {
    "ѓ": "г", "ґ": "г", "ђ": "д", "є": "е", "ё": "е", "ѕ": "з", "ј": "и", "і": "и", "ї": "и", "ѝ": "и",
    "љ": "л", "њ": "н", "ќ": "к", "ћ": "т", "ў": "у", "џ": "ч",
}  # fmt: skip
_LATER = "\u0460"
"""A letter after all others: what follows a neighbour's letter sorts behind our own."""


def own_sort_key(family: str, given: str) -> str:
    """What lists are sorted by for those who read Cyrillic: names in Cyrillic first, in the Bulgarian alphabet.

    Unicode has the Bulgarian alphabet in its order, so such keys are compared letter by letter; letters of other
    alphabets follow their likes.
    """
    if not re.search(r"[\u0400-\u04ff]", family):
        return f"1{sort_key(latin(family), latin(given))}"[:250]
    return f"0{_in_cyrillic_order(family)}, {_in_cyrillic_order(given)}"[:250]


def _in_cyrillic_order(text: str) -> str:
    lower = unicodedata.normalize("NFC", text).lower()
    plain = "".join(f"{_AFTER[letter]}{_LATER}" if letter in _AFTER else letter for letter in lower)
    return " ".join(re.findall(r"[^\W_]+", plain))

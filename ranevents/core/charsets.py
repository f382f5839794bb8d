"""In which letters a text file was written, where nothing in it says so.

UTF-8 and UTF-16 tell themselves. Of the older ways, which give each letter one byte, the one is taken under which the
bytes read most like words: letters that its languages use a lot, in one script a word, no capitals within.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

UTF_8, UTF_16 = "utf-8", "utf-16"
WINDOWS = ("cp1252", "cp1251", "cp1250", "cp1253")
"""Western European, Cyrillic, Central European, Greek; where two fit equally well, the first of them."""
OFFERED = (UTF_8, UTF_16, *WINDOWS)

_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", UTF_16), (b"\xfe\xff", UTF_16))
_USUAL = {
    "cp1252": "éèêëàâáäãçñöôóòõüûúùïîíßåøæœ’–",
    "cp1251": "оаиентсрвлкдпмяугбзчйъьюжшщцхфыјњљ",
    "cp1250": "ěščřžýůťďňłąęśćżźńőűéáíóúäöüßţşăâđ’–",
    "cp1253": "αοιετνσρηπκλμςυωγδβθφχψξζάέήίόύώ",
}
_VOWELS = set("aeiouyæøœıаеиоуъыэюяієїјαεηιουω")
_LOOKED_AT = 200_000
"""Bytes that are enough to tell by."""


def of(content: bytes, charset: str = "") -> str:
    """What a file is to be read in; `charset` is what somebody says it is written in, else it is guessed."""
    marked = next((told for mark, told in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if marked:
        return marked
    if charset == UTF_16:
        return _byte_order(content) or "utf-16-le"
    return charset or guess(content)


def plain(charset: str) -> str:
    """One of those that are offered: all ways of UTF-8 are one, as are those of UTF-16."""
    return next((one for one in (UTF_8, UTF_16) if charset.startswith(one)), charset)


def decode(content: bytes, charset: str = "") -> str:
    """The text of a file; `charset` is what somebody says it is written in, else it is guessed.

    Raises UnicodeDecodeError where the bytes are no text in what was said.
    """
    return content.decode(of(content, charset))


def again(text: str, charset: str, other: str) -> str:
    """A text that was read in one of WINDOWS, read in another of them. Raises UnicodeError where it can't be."""
    return text.encode(charset).decode(other)


def guess(content: bytes) -> str:
    """What a file without a byte order mark is probably written in."""
    order = _byte_order(content)
    if order:
        return order
    try:
        content.decode(UTF_8)
    except UnicodeDecodeError:
        beginning = content[:_LOOKED_AT]
        return max(WINDOWS, key=lambda charset: _likeness(beginning, charset))
    return UTF_8


def _byte_order(content: bytes) -> str | None:
    """Of UTF-16 without a mark: Latin letters, separators and line ends have every other byte empty."""
    beginning = content[:4000]
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if max(even, odd) < max(2, len(beginning) // 50):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _likeness(content: bytes, charset: str) -> float:
    text = content.decode(charset, errors="replace")
    usual = _USUAL[charset]
    points = -5.0 * text.count("\ufffd")
    for word in _foreign_words(text):
        is_odd = len(_scripts(word)) > 1 or _has_capital_inside(word) or _lacks_vowels(word)
        for letter in word.lower():
            if ord(letter) >= 0x80:
                points += -1 if is_odd else 1 if letter in usual else 0.2 if letter.isalpha() else -1
    return points


def _foreign_words(text: str) -> Iterator[str]:
    return (found[0] for found in re.finditer(r"[^\s;,|\"]*[^\x00-\x7f][^\s;,|\"]*", text))


def _scripts(word: str) -> set[str]:
    return {unicodedata.name(letter, "?").split()[0] for letter in word if letter.isalpha()} & {
        "LATIN",
        "CYRILLIC",
        "GREEK",
    }


def _lacks_vowels(word: str) -> bool:
    """'Рбрбдьрпхлпт', which is 'Παπαδόπουλος' in Greek letters."""
    plain = [unicodedata.normalize("NFD", letter)[0] for letter in word.lower() if letter.isalpha()]
    return len(plain) > 4 and not _VOWELS & set(plain)


def _has_capital_inside(word: str) -> bool:
    """A small letter before a capital: 'fRANçois' as much as 'ПетроВа'."""
    letters = [letter for letter in word if letter.isalpha()]
    return any(one.islower() and other.isupper() for one, other in pairwise(letters))

"""Pure decisions about invitations: values in, values out, the moment passed as `at`."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ranevents.core import names

SUBSTITUTES_TIME = timedelta(days=7)
"""How long a substitute has for the answer where the first date is over, or nearly."""
_SHORT = 3
"""Words of fewer letters are shared by people who have nothing else in common."""
_PARTICLES = frozenset(
    ("abu", "bin", "dal", "das", "dei", "del", "della", "den", "der", "des", "dos", "ibn", "las", "los", "ten", "ter",
     "van", "vom", "von", "zum", "zur")
)  # fmt: skip
"""Words of family names that many people share; shorter ones, such as de, di, el or al, are left out for that."""
_UNREAD = re.compile(r"[\u0530-\u1dff\u2e80-\ud7ff]")
"""Alphabets of which we have no table: the name in Latin letters is compared instead."""


@dataclass(frozen=True)
class Called:
    """How somebody is called: the name in their own script and in Latin letters, and their address."""

    given_name: str
    family_name: str
    latin_given_name: str
    latin_family_name: str
    email: str

    @property
    def written(self) -> list[tuple[str, str]]:
        """Given and family name, in each script."""
        both = [(self.given_name, self.family_name), (self.latin_given_name, self.latin_family_name)]
        return [name for name in both if any(name)]


def is_over(at: datetime, answer_by: datetime) -> bool:
    """Whether an answer comes too late: the date's last instant still counts."""
    return at > answer_by


def earliest_again(answer_by: datetime, begins_at: datetime) -> datetime:
    """The earliest date for who is asked again: nobody has less time than was promised, to the minute."""
    return min(answer_by.replace(second=0, microsecond=0), begins_at - timedelta(minutes=1))


def substitutes_date(at: datetime, answer_by: datetime, begins_at: datetime) -> datetime:
    """By when somebody who comes in another's place is to answer: there is always some time, until the event begins."""
    return min(max(answer_by, at + SUBSTITUTES_TIME), begins_at)


def is_somebody_else(known: Called, typed: Called) -> bool:
    """Whether a form names another person than the one whom we know: in either script that we can compare.

    A corrected letter, another script and two names that change places are no other person. While the address stays,
    nor is an initial, or a new family name, as people take when they marry. Where it changes, too, the name may only
    have more words than the known one, or fewer: a forwarded link must not do for somebody of a like name.
    """
    stays = known.email.casefold() == typed.email.casefold()
    told = [name for name in typed.written if not _UNREAD.search("".join(name))]
    return bool(known.written) and not all(_is_like(known, name, stays=stays) for name in told)


def _is_like(known: Called, name: tuple[str, str], *, stays: bool) -> bool:
    if _letters(*name) in {_letters(*one) for one in known.written}:
        return True
    given, family = (_telling([part]) for part in name)
    known_given = _telling(one for one, _family in known.written)
    known_family = _telling(one for _given, one in known.written)
    if not (known_given and known_family and given and family):
        return bool((known_given | known_family) & (given | family))
    is_turned = bool(given & known_family and family & known_given)
    if stays:
        is_like = family & known_family and _initials(given) & _initials(known_given)
        return bool(is_turned or given & known_given or is_like)
    return is_turned or _has_no_other_word(known, name)


def _has_no_other_word(known: Called, name: tuple[str, str]) -> bool:
    """Whether each word of one of the two names stands in the other, in any spelling."""
    typed = _words(name)
    for one in known.written:
        words = _words(one)
        if _stand_in(typed, words) or _stand_in(words, typed):
            return True
    return False


def _stand_in(these: Sequence[set[str]], those: Sequence[set[str]]) -> bool:
    return bool(these) and all(any(_is_spelled_like(one, other) for other in those) for one in these)


def _is_spelled_like(one: set[str], other: set[str]) -> bool:
    """The same word but for a letter or so: scripts are written in Latin letters in many ways."""
    return bool(one & other) or any(
        difflib.SequenceMatcher(None, a, b).ratio() >= _ONE_WORD for a in one for b in other
    )


_ONE_WORD = 0.8
"""How alike two spellings of one word are at least: Mariya and Maria are, Anna and Anton are not."""


def _words(name: tuple[str, str]) -> list[set[str]]:
    return [_telling([word]) for part in name for word in re.split(r"[\s-]+", part) if word]


def _letters(*parts: str) -> str:
    return names.fold(" ".join(parts)).replace(" ", "")


def _initials(words: Iterable[str]) -> set[str]:
    return {word[0] for word in words}


def is_like(known: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two names, each given and family, share a word in both their parts, in any spelling."""
    return all(_telling([one]) & _telling([another]) for one, another in zip(known, other, strict=True))


def _telling(parts: Iterable[str]) -> set[str]:
    words = {word for part in parts for word in names.search_words(part).split()}
    return {word for word in words if len(word) >= _SHORT and word not in _PARTICLES} or words

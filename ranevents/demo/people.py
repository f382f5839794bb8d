"""The people of the demo as they would fill in the form; every one of them invented."""

from collections.abc import Iterator
from functools import lru_cache

from ranevents.core import names
from ranevents.demo.cast import CAST
from ranevents.people.models import Sector, Side
from ranevents.people.service import Particulars
from ranevents.registrations.service import Answers

_POLICY_SECTORS = (Sector.POLICY, Sector.EU_INSTITUTION, Sector.INTERNATIONAL)
_DIETS = ("Vegetarian", "Vegan", "Halal", "No gluten", "Kosher", "No nuts: allergy")
_ACCESS_NEEDS = (
    "I use a wheelchair",
    "I read lips: a seat with a good view of the speakers, please",
    "Slides in large print, sent beforehand",
    "I come with a guide dog",
)
_SECRETARIATS = {
    ("Directorate for Prevention Policy", "BG"): "cabinet@prevention-policy.example.org",
    ("Office for Prevention", "RS"): "cabinet@prevention.example.org",
}
"""Where a secretariat registers its head: the two share one address."""
_LANGUAGES = {"AT": "de", "DE": "de", "BG": "bg", "FR": "fr", "LU": "fr"}
"""Who reads something else than English."""
_SECRETARIES = """
BG
policy; Румен; Кънчовски; Secretary of the cabinet; Directorate for Prevention Policy
RS
policy; Споменка; Ћурчинска; Secretary of the cabinet; Office for Prevention
"""


@lru_cache(maxsize=1)
def everybody() -> tuple[Answers, ...]:
    """All people of the demo, countries mixed, always in the same order."""
    cast = [*_read(CAST), *_read(_SECRETARIES)]
    order = sorted(range(len(cast)), key=lambda number: (number * 37) % len(cast))
    return tuple(_form(place, *cast[number]) for place, number in enumerate(order))


def from_table(table: str) -> list[Answers]:
    """The people of a table like that of the cast, in its order."""
    return [_form(place, *line) for place, line in enumerate(_read(table))]


def _read(table: str) -> Iterator[tuple[str, list[str]]]:
    country = ""
    for line in table.strip().splitlines():
        cells = [cell.strip() for cell in line.split(";")]
        if len(cells) == 1:
            country = cells[0]
        else:
            yield country, cells


def _form(place: int, country: str, cells: list[str]) -> Answers:
    work, given, family, position, organisation = cells
    sector_name, _, side_name = work.partition("/")
    sector = Sector(sector_name)
    side = Side(side_name or (Side.POLICY if sector in _POLICY_SECTORS else Side.PRACTICE))
    latin_given, latin_family = names.latin(given, country), names.latin(family, country)
    shared_address = _SECRETARIATS.get((organisation, country))
    particulars = Particulars(
        given_name=given,
        family_name=family,
        latin_given_name=latin_given,
        latin_family_name=latin_family,
        form_of_address="Prof." if "rofessor" in position else "",
        email=shared_address or _address(latin_given, latin_family, country, side),
        organisation=organisation,
        position=position,
        country=country,
        sector=sector,
        side=side,
        language=_LANGUAGES.get(country, "en"),
    )
    return Answers(
        particulars=particulars,
        diet=_every(5, place, _DIETS),
        access_needs=_every(17, place, _ACCESS_NEEDS),
        is_on_shared_list=place % 4 != 3,
        allows_photographs=place % 5 != 2,
    )


def _every(step: int, place: int, wishes: tuple[str, ...]) -> str:
    """One of the wishes for every `step`-th person, in turn; nothing for the others."""
    return wishes[place // step % len(wishes)] if place % step == step - 1 else ""


def _address(given: str, family: str, country: str, side: Side) -> str:
    """An address that can't exist: RFC 2606 keeps these names for examples."""
    domain = "example.org" if side is Side.POLICY else "example.net"
    local = ".".join(names.fold(part).replace(" ", "-") for part in (given, family))
    return f"{local}@{country.lower()}.{domain}"

"""Countries: groups by the day, the EU's own codes, Kosovo's footnote."""

from datetime import date

import pytest
from flask import Flask

from ranevents.core import countries
from ranevents.core.countries import Group
from tests import builders
from tests.client import Client

MEMBERS_2018 = {
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
}  # fmt: skip


def test_the_union_had_28_members_on_the_day_of_sofia_and_has_27_now() -> None:
    assert countries.eu_members(date(2018, 4, 4)) == MEMBERS_2018
    assert countries.eu_members(date(2026, 1, 1)) == MEMBERS_2018 - {"GB"}


@pytest.mark.parametrize(
    ("day", "number"),
    [("1957-12-31", 0), ("1995-01-01", 15), ("2004-04-30", 15), ("2004-05-01", 25), ("2013-06-30", 27), ("2013-07-01", 28), ("2020-01-31", 28), ("2020-02-01", 27)],
)  # fmt: skip
def test_members_are_counted_to_the_day(day: str, number: int) -> None:
    assert len(countries.eu_members(date.fromisoformat(day))) == number


def test_every_country_has_its_group() -> None:
    groups = {code: countries.group_of(code, date(2018, 4, 4)) for code in ("BG", "GB", "XK", "MK", "RS", "CH", "TR")}

    assert groups == {
        "BG": Group.EU, "GB": Group.EU, "XK": Group.WESTERN_BALKANS, "MK": Group.WESTERN_BALKANS,
        "RS": Group.WESTERN_BALKANS, "CH": Group.OTHER, "TR": Group.OTHER,
    }  # fmt: skip
    assert countries.group_of("GB", date(2021, 1, 1)) is Group.OTHER


def test_the_union_writes_el_and_uk() -> None:
    assert [countries.eu_code(code) for code in ("GR", "GB", "BG", "XK")] == ["EL", "UK", "BG", "XK"]


def test_countries_have_names_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context():
        names = [
            countries.name_of("GR"),
            countries.name_of("GR", "bg"),
            countries.name_of("XK"),
            countries.name_of("??"),
        ]

    assert names == ["Greece", "Гърция", "Kosovo*", "??"]


def test_countries_stand_in_the_order_of_their_names_whatever_their_accents(app: Flask) -> None:
    with app.test_request_context():
        names = [country.name for country in countries.all_countries()]

    assert names.index("Åland Islands") < names.index("Albania") < names.index("Andorra")
    assert len(names) == len(set(names)) == len(countries.CODES)


def test_the_footnote_stands_where_kosovo_is_named_and_nowhere_else(client: Client) -> None:
    builders.an_event(slug="in-sofia", country="BG")
    builders.an_event(slug="in-pristina", country="XK", city="Pristina")
    builders.db.session.commit()

    in_sofia = client.get("/events/in-sofia").text
    in_pristina = client.get("/events/in-pristina").text

    assert "UNSCR 1244/1999" not in in_sofia
    assert "Kosovo*" in in_pristina
    assert "* This designation is without prejudice to positions on status" in in_pristina

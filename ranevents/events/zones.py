"""The time zones of the IANA database, by country (its file zone.tab)."""

from functools import lru_cache
from importlib.resources import files

_MAIN = {"CY": "Asia/Nicosia", "DE": "Europe/Berlin", "UA": "Europe/Kyiv"}
"""Where a country has several zones, but all but one are those of a small part."""
_NOT_LISTED = {"XK": ("Europe/Belgrade",)}
UTC = "UTC"


@lru_cache(maxsize=1)
def by_country() -> dict[str, tuple[str, ...]]:
    """The zones of each country, by its ISO code."""
    found: dict[str, tuple[str, ...]] = dict(_NOT_LISTED)
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            found[country] = (*found.get(country, ()), zone)
    return found


def of_country(country: str) -> str | None:
    """The country's zone, where it has one (or one that counts)."""
    zones = by_country().get(country, ())
    return zones[0] if len(zones) == 1 else _MAIN.get(country)


@lru_cache(maxsize=1)
def by_region() -> dict[str, tuple[str, ...]]:
    """All zones in alphabetical order, by the part of the world that their name begins with."""
    regions: dict[str, tuple[str, ...]] = {}
    for zone in sorted({zone for zones in by_country().values() for zone in zones}):
        region = zone.split("/")[0]
        regions[region] = (*regions.get(region, ()), zone)
    return regions

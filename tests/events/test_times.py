"""Days, instants and clocks on the wall: pure rules."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale

from ranevents.events import times, zones

SOFIA = ZoneInfo("Europe/Sofia")


@pytest.mark.parametrize(
    ("first_on", "last_on", "told"),
    [
        (date(2018, 4, 4), date(2018, 4, 4), "4 April 2018"),
        (date(2018, 4, 4), date(2018, 4, 5), "4–5 April 2018"),
        (date(2018, 4, 30), date(2018, 5, 2), "30 April\u2009–\u20092 May 2018"),
        (date(2018, 12, 31), date(2019, 1, 1), "31 December 2018\u2009–\u20091 January 2019"),
    ],
)
def test_days_are_told_with_the_month_in_full(app, first_on: date, last_on: date, told: str) -> None:
    assert times.days(first_on, last_on) == told


@pytest.mark.parametrize("language", ["en", "fr", "de", "bg"])
def test_no_day_ends_in_a_point_for_it_may_end_a_sentence(app, language: str) -> None:
    later = date(2019, 3, 12)
    with force_locale(language):
        told = [times.days(later, later), times.days(date(2018, 4, 4), later), times.short_day(later)]
        told.append(times.day_of(datetime(2019, 3, 12, tzinfo=UTC), SOFIA))

    assert [day for day in told if day.endswith(".")] == []


def test_in_bulgarian_the_word_for_year_is_written_out(app) -> None:
    with force_locale("bg"):
        assert times.days(date(2018, 4, 4), date(2018, 4, 4)) == "4 април 2018\u202fгодина"


def test_an_instant_is_told_in_the_events_zone_which_is_named(app) -> None:
    at = datetime(2018, 7, 3, 15, 0, tzinfo=UTC)

    assert times.instant(at, SOFIA) == "3 July 2018, 18:00 (Sofia time)"


@pytest.mark.parametrize(
    ("local", "at"),
    [
        (datetime(2018, 3, 24, 18, 0), datetime(2018, 3, 24, 16, 0, tzinfo=UTC)),
        (datetime(2018, 3, 25, 18, 0), datetime(2018, 3, 25, 15, 0, tzinfo=UTC)),
        (datetime(2018, 10, 28, 3, 30), datetime(2018, 10, 28, 0, 30, tzinfo=UTC)),
        (datetime(2018, 10, 28, 4, 0), datetime(2018, 10, 28, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_local_time_is_one_instant_in_winter_in_summer_and_when_the_clock_is_put_back(
    local: datetime, at: datetime
) -> None:
    assert times.instant_of(local, SOFIA) == at
    assert times.local_of(at, SOFIA) == local


def test_a_local_time_that_is_jumped_over_is_refused() -> None:
    with pytest.raises(times.NoSuchTime):
        times.instant_of(datetime(2018, 3, 25, 3, 30), SOFIA)


@pytest.mark.parametrize(
    ("local", "twice"),
    [
        (datetime(2018, 10, 28, 2, 59), False),
        (datetime(2018, 10, 28, 3, 0), True),
        (datetime(2018, 10, 28, 3, 59), True),
        (datetime(2018, 10, 28, 4, 0), False),
        (datetime(2018, 3, 25, 3, 30), False),
    ],
)
def test_an_hour_comes_twice_only_when_the_clock_is_put_back(local: datetime, twice: bool) -> None:
    assert times.comes_twice(local, SOFIA) is twice


@pytest.mark.parametrize(
    ("country", "zone"),
    [("BG", "Europe/Sofia"), ("DE", "Europe/Berlin"), ("XK", "Europe/Belgrade"), ("UA", "Europe/Kyiv"), ("ES", None)],
)
def test_a_country_has_a_zone_of_its_own_where_it_has_only_one(country: str, zone: str | None) -> None:
    assert zones.of_country(country) == zone


def test_every_zone_on_offer_is_one_that_python_knows() -> None:
    offered = [zone for found in zones.by_region().values() for zone in found]

    assert len(offered) > 300
    assert [zone for zone in offered if not ZoneInfo(zone)] == []

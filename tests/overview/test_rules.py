"""Figures: counted values in, lines and periods out."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ranevents.core.plots import bar_plot
from ranevents.overview.rules import Period, Step, periods, step_for

DAY = date(2018, 2, 1)


def test_a_short_time_goes_by_days_and_a_long_one_by_weeks_or_months() -> None:
    spans = {days: step_for(DAY, DAY + timedelta(days=days)) for days in (0, 61, 62, 433, 434)}

    assert spans == {0: Step.DAY, 61: Step.DAY, 62: Step.WEEK, 433: Step.WEEK, 434: Step.MONTH}


def test_days_on_which_nobody_came_are_periods_too() -> None:
    assert periods({DAY: 2, DAY + timedelta(days=2): 1}, until=DAY + timedelta(days=3)) == [
        Period(DAY, DAY, 2, 2),
        Period(DAY + timedelta(days=1), DAY + timedelta(days=1), 0, 2),
        Period(DAY + timedelta(days=2), DAY + timedelta(days=2), 1, 3),
        Period(DAY + timedelta(days=3), DAY + timedelta(days=3), 0, 3),
    ]


@given(st.dictionaries(st.dates(DAY, DAY + timedelta(days=1000)), st.integers(1, 500), min_size=1))
def test_periods_leave_nobody_out_and_have_no_gap(per_day: dict[date, int]) -> None:
    found = periods(per_day, until=DAY)

    assert sum(one.new for one in found) == found[-1].so_far == sum(per_day.values())
    assert found[0].first_on == min(per_day)
    assert found[-1].last_on == max(per_day)
    assert [one.first_on for one in found[1:]] == [one.last_on + timedelta(days=1) for one in found[:-1]]


@given(st.lists(st.integers(0, 100_000), max_size=80))
def test_bars_stay_inside_the_drawing_and_are_as_high_as_their_values(values: list[int]) -> None:
    plot = bar_plot(values, ["x"] * len(values))

    assert len(plot.ticks) <= 6
    assert all(0 <= bar.y <= plot.floor and bar.x + bar.width <= plot.width + 0.01 for bar in plot.bars)
    assert plot.ticks[0].value == 0
    assert plot.ticks[-1].value >= max(values, default=0)
    scale = (plot.ticks[0].y - plot.ticks[-1].y) / plot.ticks[-1].value
    assert all(abs(bar.height - bar.value * scale) < 0.02 for bar in plot.bars)

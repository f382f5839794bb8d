"""Bar plots as plain geometry: a template draws them as SVG, beside the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1, 2, 5)
"""The axis counts in these, times a power of ten."""
INTERVALS = 4
"""At most so many parts of the axis."""
MARGIN_LEFT, MARGIN_BOTTOM, MARGIN_TOP = 44, 30, 12
LABELS = 6
"""Below the bars stand about so many labels, so that they don't run into each other."""


@dataclass(frozen=True)
class Bar:
    """One bar, in units of the drawing; `label` is empty where there is no room for one."""

    x: float
    y: float
    width: float
    height: float
    value: int
    label: str


@dataclass(frozen=True)
class Tick:
    """A line across the drawing at a round value."""

    y: float
    value: int


@dataclass(frozen=True)
class Plot:
    """A drawing of bars over an axis that begins at nought."""

    width: int
    height: int
    left: int
    floor: float
    bars: list[Bar]
    ticks: list[Tick]


def bar_plot(values: Sequence[int], labels: Sequence[str], *, width: int = 720, height: int = 240) -> Plot:
    """A bar for each value (whole numbers from nought up), in their order; some of the labels below them."""
    step = _step(max(values, default=0))
    top = max(step, -(-max(values, default=0) // step) * step)
    floor = height - MARGIN_BOTTOM
    scale = (floor - MARGIN_TOP) / top
    slot = (width - MARGIN_LEFT) / max(1, len(values))
    every = max(1, -(-len(values) // LABELS))
    return Plot(
        width=width,
        height=height,
        left=MARGIN_LEFT,
        floor=floor,
        bars=[
            Bar(
                x=round(MARGIN_LEFT + at * slot + slot * 0.1, 2),
                y=round(floor - value * scale, 2),
                width=round(slot * 0.8, 2),
                height=round(value * scale, 2),
                value=value,
                label=label if at % every == 0 else "",
            )
            for at, (value, label) in enumerate(zip(values, labels, strict=True))
        ],
        ticks=[Tick(y=round(floor - value * scale, 2), value=value) for value in range(0, top + 1, step)],
    )


def _step(highest: int) -> int:
    """The smallest round step by which the axis needs no more than INTERVALS parts."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * INTERVALS >= highest:
                return step * power
        power *= 10


ROW, ROW_LABEL, ROW_END = 44, 16, 72
"""The height of a row, of its label above the bars, and what is left free beside them for a number."""


@dataclass(frozen=True)
class TargetRow:
    """Two bars, one below the other, and the line that they should reach; None where there is nothing to draw."""

    label: str
    y: float
    width: float
    later_width: float
    target_x: float | None
    target: int | None


@dataclass(frozen=True)
class TargetPlot:
    """A drawing of shares against what is aimed at, over an axis from nought to a hundred per cent."""

    width: int
    height: int
    full: int
    rows: list[TargetRow]


def target_plot(rows: Sequence[tuple[str, float | None, float | None, int | None]], *, width: int = 720) -> TargetPlot:
    """A row for each (label, share, later share, target), all in per cent."""
    full = width - ROW_END
    return TargetPlot(
        width=width,
        height=ROW * len(rows) + 4,
        full=full,
        rows=[
            TargetRow(
                label=label,
                y=ROW * at + ROW_LABEL,
                width=round(full * (share or 0) / 100, 2),
                later_width=round(full * (later or 0) / 100, 2),
                target_x=round(full * target / 100, 2) if target is not None else None,
                target=target,
            )
            for at, (label, share, later, target) in enumerate(rows)
        ],
    )

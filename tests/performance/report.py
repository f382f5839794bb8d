"""The measured figures as a page with a table, and a plot of the ratios."""

import os
import platform
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
PLOT = ROOT / "docs" / "images" / "performance.svg"
README = ROOT / "README.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
BEGIN_IN_README, END_IN_README = "<!-- ratios: begin -->", "<!-- ratios: end -->"


@dataclass
class Item:
    """One thing that was measured, over all rounds."""

    name: str
    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """A second; the median of the rounds."""
        return median(self.rates)

    def milliseconds(self, percent: int) -> float:
        """How long the slowest but (100 - percent) of a hundred took."""
        return quantiles(self.took, n=100, method="inclusive")[percent - 1] * 1000


@dataclass(frozen=True)
class Ratio:
    """What is held against a target; `best` is 'at least' or 'at most'."""

    name: str
    rounds: list[float]
    bound: str
    target: float

    @property
    def value(self) -> float:
        """The median of the rounds: each round's ratio comes from the same minute."""
        return median(self.rounds)

    @property
    def is_met(self) -> bool:
        """Whether the target is met."""
        return self.value >= self.target if self.bound == "at least" else self.value <= self.target

    @property
    def told(self) -> str:
        """In words, for the table."""
        return f"{self.value:.2f} ({min(self.rounds):.2f}–{max(self.rounds):.2f})"


@dataclass
class Report:
    """All that one run has found."""

    items: list[Item]
    ratios: list[Ratio]
    more: list[Ratio]
    memory: list[tuple[str, float, float]]
    database: str
    seconds: float

    def write(self) -> None:
        """Put the figures between the marks of the page, and draw the plot."""
        page = PAGE.read_text()
        before, _, rest = page.partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n\n{self.figures()}\n\n{END}{after}")
        PLOT.write_text(plot(self.ratios))
        readme = README.read_text()
        before, _, rest = readme.partition(BEGIN_IN_README)
        _, _, after = rest.partition(END_IN_README)
        README.write_text(f"{before}{BEGIN_IN_README}\n{self.in_short()}\n{END_IN_README}{after}")

    def in_short(self) -> str:
        """The ratios in one sentence, for the README."""
        told = "; ".join(f"{one.name} {one.value:.2f} (target {one.bound} {one.target})" for one in self.ratios)
        return f"Measured in one run: {told}. [How, and what was slow](docs/performance.md)."

    def figures(self) -> str:
        """The tables, in Markdown."""
        return "\n\n".join(
            (
                f"{machine(self.database)} The run took {self.seconds:.0f} seconds.",
                "![Bars of the ratios beside their targets; the table below has the same figures]"
                "(images/performance.svg)",
                table(
                    ("What", "measured (least–most of the rounds)", "target", "met"),
                    [
                        (one.name, one.told, f"{one.bound} {one.target}", "yes" if one.is_met else "**no**")
                        for one in self.ratios
                    ],
                ),
                "For comparison, without a target:",
                table(("What", "measured (least–most of the rounds)"), [(one.name, one.told) for one in self.more]),
                "Each by itself, under eight visitors at once (the lists: one at a time):",
                table(
                    ("Item", "a second", "p50 (ms)", "p99 (ms)"),
                    [
                        (
                            one.name,
                            f"{one.rate:,.1f}",
                            *([f"{one.milliseconds(at):,.1f}" for at in (50, 99)] if one.took else ["–", "–"]),
                        )
                        for one in self.items
                    ],
                ),
                "Memory of one process (megabytes; the proportional size counts shared pages by their share):",
                table(
                    ("Process", "resident", "proportional"),
                    [(name, f"{resident:.0f}", f"{proportional:.0f}") for name, resident, proportional in self.memory],
                ),
            )
        )


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def machine(database: str) -> str:
    """What it ran on, without a name."""
    load = os.getloadavg()[1]
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()},"
        f" PostgreSQL {database}, gunicorn with 2 processes of 4 threads; load of the machine in the last five minutes"
        f" {load:.1f}, all that was measured included."
    )


def plot(ratios: list[Ratio]) -> str:
    """One bar a ratio, as long as the measured value is of its target; a line where the target is."""
    width, left, unit, step = 760, 330, 200, 46
    height = 70 + step * len(ratios)
    described = "; ".join(f"{one.name}: {one.value:.2f}, target {one.bound} {one.target}" for one in ratios)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' aria-labelledby="title described" font-family="Arial, Helvetica, sans-serif" font-size="14">',
        '<title id="title">Measured ratios beside their targets</title>',
        f'<desc id="described">{escape(described)}</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{left + unit}" y="22" text-anchor="middle" fill="#1d2733">target</text>',
    ]
    for nth, one in enumerate(ratios):
        y = 40 + nth * step
        reached = one.value / one.target if one.bound == "at least" else one.target / one.value
        long = max(2.0, min(reached, 1.9) * unit)
        colour = "#1b6e3c" if one.is_met else "#9a3412"
        pattern = "" if one.is_met else ' fill-opacity="0.55" stroke="#9a3412" stroke-dasharray="4 3"'
        word = "met" if one.is_met else "missed"
        parts += [
            f'<text x="{left - 10}" y="{y + 19}" text-anchor="end" fill="#1d2733">{escape(one.name)}</text>',
            f'<rect x="{left}" y="{y}" width="{long:.0f}" height="28" fill="{colour}"{pattern}/>',
            f'<text x="{left + max(long, unit) + 10:.0f}" y="{y + 19}" fill="#1d2733">{one.value:.2f}, {word}</text>',
        ]
    parts += [
        f'<line x1="{left + unit}" y1="30" x2="{left + unit}" y2="{height - 20}" stroke="#1d2733" stroke-width="2"/>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"

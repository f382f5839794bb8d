"""`make bench`: measure everything in rounds that take turns, and write docs/performance.md."""

import sys
import time
from dataclasses import dataclass
from statistics import median

import psycopg

from tests.performance import load, mails, scenes, sink, stage
from tests.performance.report import Item, Ratio, Report


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int = 3
    seconds: float = 3
    small: int = 1_000
    large: int = 100_000
    mails: int = 300


TINY = Size(rounds=1, seconds=0.5, small=20, large=60, mails=5)
"""Only to see that it all works."""


def measure(size: Size) -> Report:
    """One run: rounds of everything, so that each ratio comes from the same minute."""
    began = time.monotonic()
    with stage.set_up(size.small, size.large) as here, sink.running() as port:
        acts = {
            "bare Flask, hello": (scenes.bare(here), size.seconds, load.CONNECTIONS),
            "public event page": (scenes.event_page(here), size.seconds, load.CONNECTIONS),
            "minimal handler, post alone": (scenes.yardstick_post(here), size.seconds, load.CONNECTIONS),
            "minimal handler, form and post": (scenes.yardstick_pair(here), size.seconds, load.CONNECTIONS),
            "full registration, form and post": (scenes.registration(here), size.seconds * 1.5, load.CONNECTIONS),
            f"list page, {size.small:,} registrations": (
                scenes.organisers_list(here, here.small_event),
                size.seconds,
                1,
            ),
            f"list page, {size.large:,} registrations": (
                scenes.organisers_list(here, here.large_event),
                size.seconds,
                1,
            ),
        }
        for scene, _seconds, connections in acts.values():
            load.run(scene, min(1.0, size.seconds), connections)
        items = {name: Item(name) for name in acts}
        letters: list[mails.Round] = []
        for _nth in range(size.rounds):
            for name, (scene, seconds, connections) in acts.items():
                figures = load.run(scene, seconds, connections)
                items[name].rates.append(figures.rate)
                items[name].took += figures.took
            letters.append(mails.run(here, port, size.mails))
        memory = [(f"web process, {one.name}", *_mean(one.memory())) for one in (here.ours, here.yardstick, here.bare)]
        memory.append(("worker", *_mean([one.memory for one in letters])))
        with psycopg.connect(here.database) as connection:
            (version,) = connection.execute("SHOW server_version").fetchone() or ("",)
    return _report(list(items.values()), letters, memory, version, time.monotonic() - began)


def _mean(sizes: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(one for one, _two in sizes) / len(sizes), sum(two for _one, two in sizes) / len(sizes)


def _report(
    items: list[Item],
    letters: list[mails.Round],
    memory: list[tuple[str, float, float]],
    version: str,
    seconds: float,
) -> Report:
    bare, page, post, pair, ours, small, large = items

    def over(one: Item, other: Item) -> list[float]:
        return [a / b for a, b in zip(one.rates, other.rates, strict=True)]

    ratios = [
        Ratio("Full registration : minimal form and post", over(ours, pair), "at least", 0.5),
        Ratio("Full registration : minimal post alone", over(ours, post), "at least", 0.5),
        Ratio("Event page : bare Flask", over(page, bare), "at least", 0.25),
        Ratio(f"List, {large.name.split()[2]} : 1,000, time", over(small, large), "at most", 1.5),
        Ratio("Mails : smtplib, mails written in the loop", [m.worker / m.written for m in letters], "at least", 0.5),
        Ratio("Mails : smtplib, mails ready", [m.worker / m.ready for m in letters], "at least", 0.5),
    ]
    more = [Ratio("Sink's own rate : smtplib, mails ready", [m.raw / m.ready for m in letters], "at least", 0)]
    mailing = [
        Item("mails, our worker", [one.worker for one in letters]),
        Item("mails, smtplib loop, ready", [one.ready for one in letters]),
        Item("mails, smtplib loop, written in the loop", [one.written for one in letters]),
        Item("mails, what the sink can take", [one.raw for one in letters]),
    ]
    return Report([*items, *mailing], ratios, more, memory, version.split(maxsplit=1)[0], seconds)


def main() -> None:
    """Measure and write; with `tiny`, measure next to nothing and write nothing."""
    is_tiny = "tiny" in sys.argv[1:]
    report = measure(TINY if is_tiny else Size())
    if not is_tiny:
        report.write()
    for one in report.items:
        print(f"{one.name:45} {median(one.rates):9.1f}/s")
    for ratio in (*report.ratios, *report.more):
        print(f"{ratio.name:45} {ratio.told}")


if __name__ == "__main__":
    main()

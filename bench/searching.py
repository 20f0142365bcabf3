"""Times the search statements alone: no web server, no template, one connection."""

import time
from collections import defaultdict
from dataclasses import dataclass, field

from bench import databases
from bench.figures import percentile, table
from bench.questions import questions

PER_PAGE = 20


@dataclass
class Times:
    """Milliseconds by question, one list per repetition."""

    page: dict[tuple, list[float]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[tuple, list[float]] = field(default_factory=lambda: defaultdict(list))
    totals: dict[tuple, int] = field(default_factory=dict)


def run(sizes: list[int], rounds: int) -> None:
    """Ask all questions of every prepared database in turn and print the times."""
    measured = {cases: Times() for cases in sizes}
    for repetition in range(rounds + 1):
        for cases, times in measured.items():
            databases.use(cases)
            # The first round fills the memory of the database and is not counted.
            _ask_everything(times if repetition else Times())
    _print(measured)


def _ask_everything(times: Times) -> None:
    from search import generation
    from search.counting import counts
    from search.matching import _frequencies, page_of_hits, synonyms
    from search.query import parse
    from search.request import Request

    # Both are kept by the web processes.
    synonyms()
    _frequencies()
    for question in questions():
        text, prefecture = question
        request = Request("case", query=parse(text, synonyms()), region=prefecture)
        # As the list does: first the counts, whose total tells how to fetch the page.
        # As after a write: nothing counted so far is good any more.
        generation.advance("case")
        generation.current("case")
        with _timed(times.counts[question]):
            total = times.totals[question] = counts(request).total
        with _timed(times.page[question]):
            page_of_hits(request, 0, PER_PAGE, total)


class _timed:  # noqa: N801  (reads as a statement)
    def __init__(self, milliseconds: list[float]):
        self.milliseconds = milliseconds

    def __enter__(self):
        self.began = time.perf_counter()

    def __exit__(self, *error):
        self.milliseconds.append((time.perf_counter() - self.began) * 1000)


def _print(measured: dict[int, Times]) -> None:
    smallest, largest = min(measured), max(measured)
    rows = []
    for what in ("page", "counts"):
        for cases, times in measured.items():
            series = getattr(times, what)
            # The middle repetition of each question: the machine is shared, and one disturbance is no slow query.
            middle = [percentile(repetitions, 0.5) for repetitions in series.values()]
            every = [value for repetitions in series.values() for value in repetitions]
            figures = [percentile(middle, share) for share in (0.5, 0.95, 1)]
            rows.append([what, f"{cases:,}", len(middle), *(f"{ms:.1f}" for ms in figures), f"{max(every):.1f}"])
        if smallest != largest:
            pairs = zip(
                getattr(measured[smallest], what).values(), getattr(measured[largest], what).values(), strict=True
            )
            growth = [percentile(large, 0.5) / percentile(small, 0.5) for small, large in pairs]
            rows.append(
                [
                    f"{what}, growth",
                    "",
                    len(growth),
                    *(f"{percentile(growth, share):.1f}×" for share in (0.5, 0.95, 1)),
                    "",
                ]
            )
    print(table(["statement", "cases", "questions", "p50 ms", "p95 ms", "slowest ms", "slowest single ms"], rows))
    print()
    _print_slowest(measured[largest])


def _print_slowest(times: Times) -> None:
    slowest = sorted(times.totals, key=lambda question: -percentile(times.page[question], 0.5))[:8]
    slowest += sorted(set(times.totals) - set(slowest), key=lambda question: -percentile(times.counts[question], 0.5))[
        :8
    ]
    rows = [
        [" ".join(question).strip(), f"{times.totals[question]:,}"]
        + [f"{percentile(series[question], 0.5):.1f}" for series in (times.page, times.counts)]
        for question in slowest
    ]
    print(table(["slowest questions", "hits", "page ms", "counts ms"], rows))

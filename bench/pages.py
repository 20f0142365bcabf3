"""Whole pages under load: each kind of page beside its floor page, and over a tenth of the cases."""

import json
import re
import statistics
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random

from tqdm import tqdm

from bench import databases, site
from bench.addresses import Row, rows
from bench.figures import percentile
from bench.site import Site

CONNECTIONS = (1, 16)
# So many addresses of a row are looked at to tell its usual size and its number of queries.
SAMPLE = 12
# So many different case pages are asked for.
DETAILS = 3_000


@dataclass
class Load:
    """What was measured of one row with one number of connections, all its slices together."""

    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0
    errors: dict[str, int] = field(default_factory=dict)
    cpu_shares: list[float] = field(default_factory=list)

    def add(self, answer: dict) -> None:
        self.milliseconds += answer["milliseconds"]
        self.seconds += answer["seconds"]
        self.cpu_shares.append(answer["cpu_share"])
        for what, count in answer["errors"].items():
            self.errors[what] = self.errors.get(what, 0) + count

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds

    def at(self, share: float) -> float:
        return percentile(self.milliseconds, share)


@dataclass
class Series:
    """One row asked of one site."""

    key: str
    row: Row
    site: Site
    cases: int
    loads: dict[int, Load] = field(default_factory=lambda: {count: Load() for count in CONNECTIONS})


@dataclass
class Weight:
    """Usual sizes in bytes and numbers of SQL statements of a row's pages."""

    raw: int
    gzip: int
    queries_cold: int
    queries_warm: int


@dataclass
class FirstVisit:
    """Everything a browser without a cache fetches to show a page: addresses with bytes over the line."""

    files: dict[str, int]


@dataclass
class Report:
    cases: int
    large: list[Series] = field(default_factory=list)
    floors: list[Series] = field(default_factory=list)
    small: list[Series] = field(default_factory=list)
    weights: dict[str, Weight] = field(default_factory=dict)
    first_visit: FirstVisit | None = None
    # Of each worker, at the end of the round in which they were largest.
    memory: list[tuple[int, int]] = field(default_factory=list)


class Driver:
    """The process of the visitors."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.driver"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, **job) -> dict:
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.stdin.close()
        self.process.wait(30)


def run(sizes: list[int], seconds: float, rounds: int) -> Report:
    """Measure the pages over the larger of two prepared databases, and some over the smaller one."""
    cases = sizes[-1]
    report = Report(cases)
    with ExitStack() as stack:
        small, large = (stack.enter_context(site.running(size)) for size in sizes)
        report.small = [_series("small", row, small, sizes[0]) for row in _rows(sizes[0]) if row.is_compared_by_size]
        # The last one used: what follows reads the large database.
        report.large = [_series("large", row, large, cases) for row in _rows(cases)]
        report.weights = {series.row.name: _weigh(series) for series in report.large}
        report.floors = [_floor(series) for series in report.large]
        report.first_visit = _first_visit(large)
        driver = stack.enter_context(Driver())
        _measure(driver, report, large, seconds, rounds)
    return report


def _rows(cases: int) -> list[Row]:
    from cases.models import CaseStudy
    from events.models import Event
    from forum.models import Topic
    from policies.models import Policy

    databases.use(cases)
    ids = list(CaseStudy.objects.published().order_by("pk").values_list("pk", flat=True))
    sample = Random(1).sample(ids, min(DETAILS, len(ids)))
    _store_pages(sample)
    policies = list(Policy.objects.published().order_by("pk").values_list("pk", flat=True)[:DETAILS])
    events = list(Event.objects.published().order_by("pk").values_list("pk", flat=True)[:DETAILS])
    topics = list(Topic.objects.published().order_by("pk").values_list("pk", flat=True)[:DETAILS])
    longest = Topic.objects.published().order_by("-last_number").first()
    return rows(sample, policies, events, topics, longest)


def _store_pages(ids: list[int]) -> None:
    """Write the entries of these cases as the site itself does: bulk writing leaves their pages out."""
    from cases.models import CaseStudy
    from search.actions import BATCH, write_entries
    from search.models import Card

    without = Card.objects.filter(entry__kind="case", entry__object_id__in=ids, page=None)
    missing = sorted(without.values_list("entry__object_id", flat=True))
    for start in range(0, len(missing), BATCH):
        write_entries(list(CaseStudy.objects.for_index().filter(pk__in=missing[start : start + BATCH])))


def _series(kind: str, row: Row, where: Site, cases: int) -> Series:
    return Series(f"{kind}:{row.name}", row, where, cases)


# --- sizes and queries -----------------------------------------------------------------------


def _sample(row: Row) -> list[str]:
    return list(row.addresses[:SAMPLE])


def _weigh(series: Series) -> Weight:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    databases.use(series.cases)
    client, counted = Client(headers={"host": "127.0.0.1"}), {"cold": [], "warm": []}
    for address in _sample(series.row):
        for state in counted:
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counted[state].append(len(queries))
    bodies = [
        [len(series.site.get(address, encoding)[0]) for address in _sample(series.row)]
        for encoding in ("identity", "gzip")
    ]
    return Weight(*(int(statistics.median_low(sizes)) for sizes in [*bodies, *counted.values()]))


def _floor(series: Series) -> Series:
    """The floor of a row: the text of its page of middle size."""
    from bench import floor

    pages = sorted((series.site.get(address)[0].decode() for address in _sample(series.row)), key=len)
    floor.keep(series.row.name, pages[len(pages) // 2])
    row = Row(series.row.name, series.row.label, [f"/floor/{series.row.name}/"])
    return _series("floor", row, series.site, series.cases)


def _first_visit(where: Site) -> FirstVisit:
    address = "/cases/"
    html, _ = where.get(address)
    linked = re.findall(r'(?:href|src)="(/static/[^"]+)"', html.decode())
    wanted = [address, *dict.fromkeys(linked)]
    return FirstVisit({each: len(where.get(each, "br, gzip")[0]) for each in wanted})


# --- load ------------------------------------------------------------------------------------


def _measure(driver: Driver, report: Report, large: Site, seconds: float, rounds: int) -> None:
    everything = [*report.large, *report.floors, *report.small]
    for series in everything:
        driver.tell(row=series.key, addresses=list(series.row.addresses))
    # The machine is shared: short slices in turn spread a disturbance over all rows. The first round warms up.
    with tqdm(total=(rounds + 1) * len(everything), desc="測定") as progress:
        for repetition in range(rounds + 1):
            for series in everything:
                for connections, load in series.loads.items():
                    answer = _slice(driver, series, connections, seconds if repetition else seconds / 2)
                    if repetition:
                        load.add(answer)
                progress.update()
            report.memory = max(report.memory, site.memory(large))


def _slice(driver: Driver, series: Series, connections: int, seconds: float) -> dict:
    if series.row.asked_once:
        _forget_counts(series.cases)
    return driver.tell(row=series.key, port=series.site.port, connections=connections, seconds=seconds)


def _forget_counts(cases: int) -> None:
    """What publishing something does to the counts that the web processes keep."""
    from search import generation

    databases.use(cases)
    generation.advance("case")

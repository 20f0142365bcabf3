"""Prints what was measured as Markdown tables."""

from bench.figures import table
from bench.pages import Report, Series

MEBIBYTE = 1024 * 1024


def show(report: Report) -> None:
    floors = {series.row.name: series for series in report.floors}
    small = {series.row.name: series for series in report.small}
    print(f"\n## Pages over {report.cases:,} cases\n")
    print(_against_the_floor(report.large, floors))
    print(f"\n## Queries and bytes\n\n{_weights(report)}")
    print(f"\n## Ten times the cases: {report.small[0].cases:,} and {report.cases:,}\n\n{_growth(report.large, small)}")
    print(f"\n## First visit of the list\n\n{_first_visit(report)}")
    print(f"\n## Memory of the web workers at its largest\n\n{_memory(report)}\n")
    _print_remarks([*report.large, *report.floors, *report.small])


def _figures(series: Series) -> list[str]:
    one, many = series.loads[1], series.loads[16]
    return [
        f"{many.per_second:,.0f}",
        *(f"{many.at(share):.1f}" for share in (0.5, 0.95, 0.99)),
        f"{one.per_second:,.0f}",
        *(f"{one.at(share):.1f}" for share in (0.5, 0.95, 0.99)),
    ]


def _against_the_floor(large: list[Series], floors: dict[str, Series]) -> str:
    rows = []
    for series in large:
        floor = floors[series.row.name]
        ratios = [
            f"**{series.loads[16].per_second / floor.loads[16].per_second:.2f}**",
            f"{floor.loads[1].at(0.5) / series.loads[1].at(0.5):.2f}",
        ]
        rows.append([series.row.label, *_figures(series), *ratios])
        rows.append(["– its floor", *_figures(floor), "", ""])
    heads = [
        "page",
        "16: req/s",
        "p50 ms",
        "p95",
        "p99",
        "1: req/s",
        "p50 ms",
        "p95",
        "p99",
        "of floor, 16 (req/s)",
        "of floor, 1 (p50)",
    ]
    return table(heads, rows)


def _weights(report: Report) -> str:
    rows = [
        [series.row.label, weight.queries_cold, weight.queries_warm, f"{weight.raw:,}", f"{weight.gzip:,}"]
        for series in report.large
        for weight in [report.weights[series.row.name]]
    ]
    return table(["page", "SQL statements, first time", "again", "bytes of HTML", "gzip"], rows)


def _growth(large: list[Series], small: dict[str, Series]) -> str:
    rows = []
    for series in large:
        if other := small.get(series.row.name):
            before, after = other.loads, series.loads
            rows.append(
                [
                    series.row.label,
                    f"{before[16].per_second:,.0f}",
                    f"{after[16].per_second:,.0f}",
                    f"**{before[16].per_second / after[16].per_second:.2f}**",
                    f"{before[1].at(0.5):.1f}",
                    f"{after[1].at(0.5):.1f}",
                    f"**{after[1].at(0.5) / before[1].at(0.5):.2f}**",
                ]
            )
    heads = ["page", "16: req/s, tenth", "all", "time ×", "1: p50 ms, tenth", "all", "time ×"]
    return table(heads, rows)


def _first_visit(report: Report) -> str:
    files = report.first_visit.files
    rows = [[address, f"{size:,}"] for address, size in files.items()]
    rows.append([f"together, {len(files)} requests", f"{sum(files.values()):,}"])
    return table(["address", "bytes, compressed"], rows)


def _memory(report: Report) -> str:
    rows = [
        [f"worker {number}", f"{rss / MEBIBYTE:.0f}", f"{pss / MEBIBYTE:.0f}"]
        for number, (rss, pss) in enumerate(report.memory, start=1)
    ]
    return table(["process", "resident MiB", "proportional MiB"], rows)


def _print_remarks(everything: list[Series]) -> None:
    shares = [share for series in everything for load in series.loads.values() for share in load.cpu_shares]
    print(f"The visitors' process kept at most {max(shares):.0%} of one processor busy.")
    for series in everything:
        for connections, load in series.loads.items():
            if load.errors:
                print(f"Not answered with a page: {series.key}, {connections} connections: {load.errors}")

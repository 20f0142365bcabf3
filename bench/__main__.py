"""Command line of the benchmark."""

import argparse
import os

DEFAULT_CASES = 100_000


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["pages", "search", "posting", "all"], default="all")
    parser.add_argument(
        "--cases",
        type=int,
        default=int(os.environ.get("BENCH_CASES", DEFAULT_CASES)),
        help="size of the larger database; the smaller one holds a tenth",
    )
    parser.add_argument("--seconds", type=float, default=1.5, help="length of one slice of the load")
    parser.add_argument("--rounds", type=int, default=4, help="slices per row and repetitions of the search")
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    parser.add_argument("--quick", action="store_true", help="two short rounds, to see that everything runs")
    return parser.parse_args()


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    arguments = _arguments()
    seconds, rounds = (0.3, 2) if arguments.quick else (arguments.seconds, arguments.rounds)
    import django

    django.setup()
    from bench import databases, pages, posting, report, searching

    sizes = [max(1, arguments.cases // 10), arguments.cases]
    for size in sizes:
        if arguments.fresh:
            databases.drop(size)
        databases.prepare(size)
    if arguments.what in ("search", "all"):
        searching.run(sizes, rounds)
    if arguments.what in ("pages", "all"):
        report.show(pages.run(sizes, seconds, rounds))
    # Last, because it writes.
    if arguments.what in ("posting", "all"):
        posting.run(arguments.cases, seconds * rounds)


if __name__ == "__main__":
    main()

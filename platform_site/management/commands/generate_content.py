"""Make bulk Japanese content for benchmarks, and take it away again."""

import os
import time

from django.core.management.base import BaseCommand, CommandError
from django.db.models import ProtectedError
from tqdm import tqdm

from cases.models import CaseStudy
from organizations.models import Organization
from platform_site.bulk.composing import CASES_PER_ORGANIZATION
from platform_site.bulk.producing import produce
from platform_site.bulk.removing import generated, remove
from taxonomy import registry


class Command(BaseCommand):
    help = "Writes many invented cases and organizations for benchmarks, the same ones for the same seed."

    def add_arguments(self, parser):
        task = parser.add_mutually_exclusive_group(required=True)
        task.add_argument("--cases", type=int, metavar="N", help="how many cases to write")
        task.add_argument("--remove", action="store_true", help="remove everything this command ever wrote")
        parser.add_argument(
            "--organizations", type=int, metavar="M", help=f"default: one per {CASES_PER_ORGANIZATION} cases"
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
        parser.add_argument("--yes", action="store_true", help="write also where real content is published")

    def handle(self, *args, verbosity, **options):
        self.silent = verbosity == 0
        if options["remove"]:
            self._remove()
        else:
            self._write(options)

    def _write(self, options):
        cases = options["cases"]
        organizations = options["organizations"] or max(1, cases // CASES_PER_ORGANIZATION)
        if cases < 1 or organizations < 1 or options["processes"] < 1:
            raise CommandError("--cases, --organizations and --processes must be at least 1.")
        if not registry.prefectures():
            raise CommandError("There are no regions yet: run load_taxonomy first.")
        if _holds_real_content() and not options["yes"]:
            raise CommandError(
                "This database holds real published content, among which invented texts would appear. "
                "Name another database in DATABASE_URL, or add --yes; --remove takes them away again."
            )
        began = time.perf_counter()
        with tqdm(total=cases + organizations, desc="事例と団体", disable=self.silent) as progress:
            produce(
                cases=cases,
                organizations=organizations,
                seed=options["seed"],
                processes=options["processes"],
                progress=progress.update,
            )
        seconds = time.perf_counter() - began
        self._say(
            f"{cases:,} cases and {organizations:,} organizations with their search entries "
            f"in {seconds:.1f} s: {cases / seconds:,.0f} cases/s."
        )

    def _remove(self):
        total = sum(generated(model).count() for model in (CaseStudy, Organization))
        try:
            with tqdm(total=total, desc="事例と団体", disable=self.silent) as progress:
                remove(progress.update)
        except ProtectedError as error:
            raise CommandError(
                "Other content belongs to a generated organization; give it another one first: "
                + "、".join(str(item) for item in list(error.protected_objects)[:5])
            ) from error
        self._say(f"{total:,} generated objects removed.")

    def _say(self, text):
        if not self.silent:
            self.stdout.write(text)


def _holds_real_content() -> bool:
    return any(model.objects.published().filter(is_sample=False).exists() for model in (CaseStudy, Organization))

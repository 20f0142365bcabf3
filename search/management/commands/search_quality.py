"""Print how well the search answers the judged queries of search/quality."""

from collections import defaultdict

from django.core.management.base import BaseCommand

from search.quality import collection as judged
from search.quality.equivalences import EQUIVALENTS, INSIDE, found_by
from search.quality.measures import Scores, mean_scores, ndcg
from search.quality.methods import METHODS, loosened, strict
from search.quality.ranking import Rankings, loosenings, orders

WORST = 25
HEADINGS = ("queries", "recall@10", "nDCG@10", "MRR@10", "answered")


class Command(BaseCommand):
    help = "Measures the search on a judged collection of its own; leaves nothing in the database."

    def add_arguments(self, parser):
        parser.add_argument("--verbose", action="store_true", help="also name the worst queries and what was missed")
        parser.add_argument("--orders", action="store_true", help="also compare other orders and loosenings")

    def handle(self, *, verbose, orders, **options):
        self.collection = judged.load()
        with judged.indexed(self.collection):
            found = self.methods()
            self.groups(found["engine, loosened"])
            self.equivalences()
            if orders:
                self.compare_orders()
                self.compare_loosenings()
            if verbose:
                self.worst(found["engine, loosened"])

    # --- tables ------------------------------------------------------------------------

    def title(self, text: str) -> None:
        self.stdout.write(f"\n{text}")

    def headings(self, first: str) -> None:
        self.stdout.write(f"| {first} | {' | '.join(HEADINGS)} |\n|---|{'---:|' * len(HEADINGS)}")

    def row(self, name: str, scores: Scores) -> None:
        values = (scores.recall, scores.ndcg, scores.mrr, scores.answered)
        self.stdout.write(f"| {name} | {scores.queries} | {' | '.join(f'{value:.3f}' for value in values)} |")

    def methods(self) -> dict[str, dict]:
        """Every query by every method; prints their means and returns what was found, by query."""
        documents = len(self.collection.documents)
        self.title(f"{documents} documents, {len(self.collection.queries)} judged queries")
        self.headings("method")
        found = {}
        for name, method in METHODS.items():
            found[name] = {query: method(self.collection, query.text) for query in self.collection.queries}
            self.row(name, mean_scores([(ranked, query.grades) for query, ranked in found[name].items()]))
        return found

    def groups(self, found: dict) -> None:
        by_group = defaultdict(list)
        for query, ranked in found.items():
            by_group[query.group].append((ranked, query.grades))
        self.title("The engine with loosening, by group of queries")
        self.headings("group")
        for group, results in by_group.items():
            self.row(group, mean_scores(results))

    def equivalences(self) -> None:
        self.title("Spellings and names that must find the same")
        for words in EQUIVALENTS:
            sets = [found_by(self.collection, word) for word in words]
            verdict = "same" if all(sets) and len(set(map(frozenset, sets))) == 1 else "DIFFERENT"
            self.stdout.write(f"{verdict}: {' = '.join(words)} ({len(sets[0])} found)")
        for word, document in INSIDE.items():
            verdict = "found" if document in found_by(self.collection, word) else "MISSED"
            self.stdout.write(f"{verdict}: {word} in {document}")

    # --- what else could be done -------------------------------------------------------

    def compare_orders(self) -> None:
        """Only queries whose hits leave something to order."""
        several = [query for query in self.collection.queries if len(strict(self.collection, query.text)) > 1]
        self.title("Orders of the same strict hits, queries with two hits and more")
        self.headings("order")
        for name, order in orders(Rankings(self.collection)).items():
            self.row(name, mean_scores([(order(query.text), query.grades) for query in several]))

    def compare_loosenings(self) -> None:
        queries = self.collection.queries
        known = {query: strict(self.collection, query.text) for query in queries}
        self.title("Where the strict search finds nothing: instead, …")
        self.headings("loosening")
        today = [(loosened(self.collection, query.text), query.grades) for query in queries]
        self.row("the engine's steps", mean_scores(today))
        for name, loosen in loosenings(Rankings(self.collection)).items():
            self.row(name, mean_scores([(known[q] or loosen(q.text), q.grades) for q in queries]))

    def worst(self, found: dict) -> None:
        id_of = {document.pk: document.id for document in self.collection.documents}
        self.title(f"The {WORST} worst queries")
        for query in sorted(found, key=lambda query: ndcg(found[query], query.grades))[:WORST]:
            missed = [id_of[pk] for pk in query.grades if pk not in found[query][:10]]
            shown = [id_of[pk] for pk in found[query][:5]]
            self.stdout.write(f"{ndcg(found[query], query.grades):.2f} [{query.group}] {query.text}")
            self.stdout.write(f"     shown: {', '.join(shown) or 'nothing'}; missed: {', '.join(missed)}")

"""The judged collection is sound, and the search answers it as well as it did."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from platform_site.content import initial
from search.models import Card, Entry, EntryText
from search.quality import collection as judged
from search.quality.equivalences import EQUIVALENTS, INSIDE, found_by
from search.quality.measures import mean_scores, ndcg, recall, reciprocal_rank
from search.quality.methods import bigrams, loosened, strict, substring
from taxonomy.models import Theme

# A little below what was measured last (docs/search.md): a change that falls under one of these
# made the search worse for people.
FLOORS = {"recall": 0.58, "ndcg": 0.65, "mrr": 0.81, "answered": 0.93}


@pytest.fixture
def collection(db):
    collection = judged.load()
    with judged.indexed(collection):
        yield collection


# --- the collection -----------------------------------------------------------------------


def test_there_are_enough_documents_and_queries_and_none_twice():
    collection = judged.load()

    assert len(collection.documents) >= 80
    assert len(collection.queries) >= 60
    assert not [id for id, times in Counter(document.id for document in collection.documents).items() if times > 1]
    assert not [text for text, times in Counter(query.text for query in collection.queries).items() if times > 1]


def test_every_query_has_an_answer_that_exists():
    collection = judged.load()
    known = {document.pk for document in collection.documents}

    for query in collection.queries:
        assert judged.EXACT in query.grades.values(), query.text
        assert query.grades.keys() <= known, query.text


def test_documents_are_short_and_cover_all_themes(db):
    collection = judged.load()

    for document in collection.documents:
        assert 80 <= len(document.title + document.summary + document.body) <= 250, document.id
    covered = {slug for document in collection.documents for slug in document.themes}
    assert covered == set(Theme.objects.values_list("slug", flat=True))


def test_the_synonyms_are_those_a_new_portal_has():
    written = (judged.FOLDER / "synonyms.txt").read_text(encoding="utf-8").split("\n")

    assert {row for row in written if row} == set(initial.SYNONYMS.values())


# --- the measures -------------------------------------------------------------------------


def test_measures_on_a_result_worked_out_by_hand():
    grades = {1: 2, 2: 1, 3: 1}

    assert recall([9, 1, 3], grades) == pytest.approx(2 / 3)
    assert reciprocal_rank([9, 1, 3], grades) == 0.5
    # Gains 3 and 1 at places 2 and 3, of 3, 1 and 1 at places 1, 2 and 3.
    assert ndcg([9, 1, 3], grades) == pytest.approx((3 / 1.58496 + 1 / 2) / (3 + 1 / 1.58496 + 1 / 2), abs=1e-4)


def test_measures_look_at_the_first_ten_only():
    assert recall([*range(100, 110), 1], {1: 2}) == ndcg([*range(100, 110), 1], {1: 2}) == 0
    assert recall(range(12), dict.fromkeys(range(12), 1)) == 1


# --- the search ---------------------------------------------------------------------------


def test_the_search_is_as_good_as_it_was(collection):
    results = [(loosened(collection, query.text), query.grades) for query in collection.queries]

    scores = mean_scores(results)

    assert {name: getattr(scores, name) >= floor for name, floor in FLOORS.items()} == dict.fromkeys(FLOORS, True)


def test_the_search_beats_the_simple_ones(collection):
    def measured(method):
        return mean_scores([(method(collection, query.text), query.grades) for query in collection.queries])

    engine = measured(strict)

    for baseline in (substring, bigrams):
        assert engine.recall > measured(baseline).recall
        assert engine.ndcg > measured(baseline).ndcg


@pytest.mark.parametrize("words", EQUIVALENTS, ids="=".join)
def test_spellings_and_names_of_one_thing_find_the_same(collection, words):
    first, *others = [found_by(collection, word) for word in words]

    assert first
    assert all(other == first for other in others)


@pytest.mark.parametrize(("word", "document"), INSIDE.items())
def test_a_word_is_found_inside_a_longer_one(collection, word, document):
    assert document in found_by(collection, word)


# --- the command --------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_prints_its_tables_and_leaves_nothing_behind():
    before = Entry.objects.count(), EntryText.objects.count(), Card.objects.count()
    out = StringIO()

    call_command("search_quality", "--verbose", "--orders", stdout=out)

    for expected in ("engine, strict", "substring AND", "| question |", "same: 買物 = 買い物", "BM25", "worst queries"):
        assert expected in out.getvalue()
    assert "DIFFERENT" not in out.getvalue()
    assert "MISSED" not in out.getvalue()
    assert (Entry.objects.count(), EntryText.objects.count(), Card.objects.count()) == before
    assert not Entry.objects.filter(kind=judged.KIND).exists()

"""Bulk content: repeatable, spread as real content is, and indexed as if saved one by one."""

from collections import Counter
from io import StringIO
from random import Random

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from cases.models import CaseStudy
from organizations.models import Organization
from platform_site.bulk.composing import SECTIONS, SOURCE, Composer, Zipf
from search.actions import index
from search.models import Card, Entry, EntryText
from taxonomy.models import RegionKind
from tests.factories import CaseStudyFactory

pytestmark = pytest.mark.django_db


def generate(**options):
    out = StringIO()
    call_command("generate_content", **{"processes": 1, "verbosity": 0, "stdout": out, **options})
    return out.getvalue()


def texts_of(case):
    return [case.title, case.summary, *(getattr(case, section) for section in SECTIONS)]


def composed(seed, count):
    composer = Composer(seed, range(1, 11))
    return [composer.case(number, number + 1) for number in range(count)]


def index_rows():
    """Everything the index holds, by kind and object."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, vector::text FROM search_entry")
        vectors = dict(cursor.fetchall())
    texts = dict(EntryText.objects.values_list("entry_id", "text"))
    cards = {card.pop("entry_id"): card for card in Card.objects.values()}
    return {
        (entry["kind"], entry["object_id"]): {
            **{name: value for name, value in entry.items() if name not in ("id", "vector")},
            "vector": vectors[entry["id"]],
            "text": texts[entry["id"]],
            "card": cards[entry["id"]],
        }
        for entry in Entry.objects.values()
    }


# --- composing -------------------------------------------------------------------------------


def test_same_seed_composes_the_same_cases_and_another_seed_others():
    first, second, other = composed(1, 30), composed(1, 30), composed(2, 30)

    assert [texts_of(case) for case in first] == [texts_of(case) for case in second]
    assert [case.published_at for case in first] == [case.published_at for case in second]
    assert all(texts_of(one) != texts_of(another) for one, another in zip(first, other, strict=True))


def test_case_depends_on_seed_and_number_only():
    composer = Composer(1, range(1, 11))

    assert texts_of(composer.case(29, 30)) == texts_of(composed(1, 30)[29])


def test_cases_are_as_long_as_real_ones_and_fit_their_fields():
    cases = composed(3, 300)

    lengths = sorted(sum(map(len, texts_of(case))) for case in cases)
    assert 600 < lengths[30] < lengths[270] < 1_200
    for case in cases:
        case.clean_fields(exclude=["organization"])


def test_zipf_draws_by_rank():
    drawn = Counter(Zipf(range(50)).draw(random) for random in [Random(1)] for _ in range(20_000))

    assert drawn[0] / drawn[1] == pytest.approx(2, rel=0.2)
    assert drawn[0] / drawn[9] == pytest.approx(10, rel=0.3)
    assert sum(drawn[rank] for rank in range(25, 50)) < drawn[0]


def test_places_are_mostly_municipalities_sometimes_prefectures_seldom_the_nation():
    cases = composed(4, 1_500)

    kinds = Counter(case.regions.all()[0].kind for case in cases)
    assert 0.01 < kinds[RegionKind.NATION] / 1_500 < 0.04
    assert 0.03 < kinds[RegionKind.PREFECTURE] / 1_500 < 0.08
    assert all(len(case.regions.all()) in (1, 2) and 1 <= len(case.themes.all()) <= 3 for case in cases)


def test_dates_spread_over_five_years():
    days = sorted(case.published_at for case in composed(5, 300))

    assert 4 * 365 < (days[-1] - days[0]).days <= 5 * 365


# --- the command -----------------------------------------------------------------------------


def test_written_rows_are_what_indexing_each_item_would_write():
    generate(cases=50, organizations=5)
    written = index_rows()

    for item in [*Organization.objects.all(), *CaseStudy.objects.all()]:
        index(item)

    assert len(written) == 55
    indexed = index_rows()
    for row in indexed.values():
        # The one thing that bulk writing leaves to be rendered when it is read.
        assert row["card"].pop("page")
    for row in written.values():
        assert row["card"].pop("page") is None
    assert indexed == written


def test_written_content_is_complete_published_and_marked():
    generate(cases=40, organizations=3)

    expected = composed_for_the_database(40, 3)
    cases = CaseStudy.objects.order_by("pk").prefetch_related("regions", "themes")
    assert [texts_of(case) for case in cases] == [texts_of(case) for case in expected]
    for case, composed_case in zip(cases, expected, strict=True):
        assert {region.pk for region in case.regions.all()} == {region.pk for region in composed_case.regions.all()}
        assert {theme.pk for theme in case.themes.all()} == {theme.pk for theme in composed_case.themes.all()}
        assert (case.status, case.is_sample, case.sources) == ("published", True, SOURCE)


def composed_for_the_database(cases, organizations):
    composer = Composer(1, range(1, organizations + 1))
    return [composer.case(number, number + 1) for number in range(cases)]


def test_later_rows_get_keys_of_their_own():
    generate(cases=5, organizations=1)

    case = CaseStudyFactory(published=True)

    assert Entry.objects.filter(kind="case").count() == 6
    assert CaseStudy.objects.filter(pk=case.pk).count() == 1


def test_one_organization_per_twenty_cases_unless_told_otherwise():
    generate(cases=40)

    assert Organization.objects.count() == 2


def test_remove_leaves_nothing_of_it_and_everything_else():
    real = CaseStudyFactory(published=True)
    before = index_rows()
    generate(cases=30, organizations=3, yes=True)

    generate(remove=True)

    assert list(CaseStudy.objects.all()) == [real]
    assert Organization.objects.count() == 1
    assert index_rows() == before
    assert EntryText.objects.count() == Card.objects.count() == 2
    assert CaseStudy.regions.through.objects.count() == CaseStudy.themes.through.objects.count() == 0


def test_generated_content_leaves_no_records_and_what_follows_does():
    record_of = apps.get_model("cases", "CaseStudyEvent").objects

    generate(cases=5, organizations=1)
    generate(remove=True)

    assert not record_of.exists()
    CaseStudyFactory()
    assert record_of.count() == 1


def test_remove_names_what_belongs_to_a_generated_organization():
    generate(cases=1, organizations=1)
    CaseStudyFactory(title="本物の事例", organization=Organization.objects.get(), published=True)

    with pytest.raises(CommandError, match="本物の事例"):
        generate(remove=True)


def test_real_content_must_be_confirmed():
    CaseStudyFactory(published=True)

    with pytest.raises(CommandError, match="--yes"):
        generate(cases=1)

    assert CaseStudy.objects.count() == 1


@pytest.mark.parametrize("options", [{"cases": 0}, {"cases": 1, "organizations": -1}, {"cases": 1, "processes": 0}])
def test_numbers_that_make_no_sense_are_refused(options):
    with pytest.raises(CommandError, match="at least 1"):
        generate(**options)


def test_says_how_fast_it_was():
    said = generate(cases=2, organizations=1, verbosity=1)

    assert "cases/s" in said


@pytest.mark.django_db(transaction=True)
def test_two_processes_write_what_one_writes():
    generate(cases=30, organizations=3)
    alone = sorted(map(texts_of, CaseStudy.objects.all()))
    generate(remove=True)

    generate(cases=30, organizations=3, processes=2)

    assert sorted(map(texts_of, CaseStudy.objects.all())) == alone
    assert Entry.objects.count() == 33

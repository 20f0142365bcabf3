"""What is found, in which order, and how it is counted."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import CaseStudy
from search.actions import index, searchable_models
from search.counting import counts
from search.matching import hits_around, is_narrow, page_of_hits, synonyms
from search.models import INDEXED_KINDS, Entry, Synonym
from search.query import parse
from search.request import Request, Sort
from taxonomy.models import Region, Theme
from tests.factories import CaseStudyFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


def region(code):
    return Region.objects.get(pk=code)


def ask(text="", **filters):
    return Request("case", parse(text, synonyms()), **filters)


def found(text="", **filters):
    return [hit.object_id for hit in page_of_hits(ask(text, **filters), 0, 50)]


def case(title="題名", summary="概要", *, regions=("131016",), themes=(), **fields):
    return CaseStudyFactory(
        title=title,
        summary=summary,
        published=True,
        regions=Region.objects.filter(pk__in=regions),
        themes=Theme.objects.filter(slug__in=themes),
        **fields,
    )


@pytest.mark.parametrize(
    ("tsquery", "wanted"),
    [
        ("", False),
        ("'a'", True),
        ("!'a'", False),
        ("(!'a' & 'b')", True),
        ("(!('a' | 'b') & !'c')", False),
        ("(!(('a') & !'b') & ('c' | 'd'))", True),
        (r"(!'it''s (x)' & !'x\\')", False),
    ],
)
def test_only_what_must_be_there_narrows_a_question(tsquery, wanted):
    assert is_narrow(tsquery) == wanted


def test_every_kind_has_an_index_of_its_own():
    assert {model.search_kind for model in searchable_models()} == set(INDEXED_KINDS)


@pytest.mark.parametrize("entries", [0, 10_000_000])
def test_what_is_common_and_what_is_rare_stands_in_the_same_order(monkeypatch, entries):
    """Of the two ways to read the entries one suits common words and the other rare ones."""
    monkeypatch.setattr("search.matching._entries", lambda kinds: entries)
    wanted = [case(summary="買い物の送迎", published_at=timezone.now() - timedelta(days=day)).pk for day in range(4)]
    case(summary="別の話")

    for total in (None, len(wanted)):
        assert [hit.object_id for hit in page_of_hits(ask("買い物"), 1, 2, total)] == wanted[1:3]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("買い物に行く", "買物"),
        ("買物に行く", "買い物"),
        ("こどもの食堂", "子供"),
        ("ひとり暮らしの人", "一人暮らし"),
        ("デイサービスの車", "ﾃﾞｲｻｰﾋﾞｽ"),
        ("社会福祉協議会の車", "福祉協議会"),
        ("移動販売", "移動"),
        ("多世代の居場所づくり", "居場所"),
    ],
)
def test_any_spelling_finds_the_text(written, typed):
    wanted = case(summary=written)
    case(summary="まったく別の話")

    assert found(typed) == [wanted.pk]


def test_synonyms_find_each_other():
    Synonym.objects.create(words="SC、生活支援コーディネーター")
    one, other = case(summary="SCが訪ねる"), case(summary="生活支援コーディネーターが訪ねる")

    assert set(found("SC")) == set(found("生活支援コーディネーター")) == {one.pk, other.pk}


def test_words_must_stand_together_only_when_typed_together():
    case(summary="移動の話と、支援の話")

    assert not found("移動支援")
    assert found("移動 支援")


def test_a_phrase_is_found_letter_by_letter():
    wanted = case(summary="買物に行く足がない")
    case(summary="買い物に行く足がない")

    assert found('"買物に行く"') == [wanted.pk]


def test_minus_takes_out():
    case(summary="送迎は有料")
    free = case(summary="送迎は無料")

    assert found("送迎 -有料") == [free.pk]


def test_title_comes_before_key_text_before_frequent_before_body():
    in_body = case(content="配食を始めた")
    frequent = case(content="配食の話。配食の車。配食の人。")
    in_key = case(summary="配食を始めた")
    in_title = case(title="配食")

    assert found("配食") == [in_title.pk, in_key.pk, frequent.pk, in_body.pk]


def test_a_page_is_cut_from_the_whole_order_without_gaps_or_repeats():
    for number in range(12):
        case(title="配食" if number % 3 else "題名", summary="配食" if number % 2 else "概要", content="配食")

    pages = [hit.object_id for offset in (0, 5, 10) for hit in page_of_hits(ask("配食"), offset, 5)]

    assert pages == found("配食")
    assert len(set(pages)) == 12


@pytest.mark.parametrize("typed", ["配食", "配食 送迎", "配食 送迎 見守り", "配食 -見守り"])
def test_one_pass_over_few_hits_gives_the_order_of_the_tiers(typed):
    words = ("配食", "送迎", "見守り")
    for number in range(40):
        title, summary, content = words[number % 3], words[number // 3 % 3], words[number // 9 % 3] * (1 + number % 4)
        case(title=f"{title}の題名", summary=summary, content="。".join([content, *words[: number % 4]]))
    asked = ask(typed)

    in_tiers = page_of_hits(asked, 0, 50)
    in_one_pass = page_of_hits(asked, 0, 50, total=len(in_tiers))

    assert in_one_pass == in_tiers
    assert in_tiers


def test_a_phrase_with_signs_of_patterns_is_taken_literally():
    wanted = case(summary="利用者の100%が満足")
    case(summary="利用者の1000人が満足")

    assert found('"100%が満足"') == [wanted.pk]
    assert list(CaseStudy.objects.matching('"100%が満足"')) == [wanted]


def test_equal_hits_come_newest_first():
    now = timezone.now()
    old = case(title="配食", published_at=now - timedelta(days=9))
    new = case(title="配食", published_at=now)

    assert found("配食") == [new.pk, old.pk]


def test_sort_by_date_ignores_the_place_of_the_word():
    now = timezone.now()
    old = case(title="配食", published_at=now - timedelta(days=9))
    new = case(content="配食", published_at=now)

    assert found("配食", sort=Sort.NEWEST) == [new.pk, old.pk]


def test_a_prefecture_finds_everything_inside_it_and_a_city_its_wards():
    ward = case(regions=["011011"])
    whole = case(regions=["01"])
    case(regions=["131016"])

    assert set(found(region="01")) == {ward.pk, whole.pk}
    assert found(region="011002") == [ward.pk]


def test_around_a_municipality_stand_its_prefecture_and_the_nation():
    here, prefecture, nation = case(regions=["202134"]), case(regions=["20"]), case(regions=["00"])
    case(regions=["202011"])
    case(regions=["13"])

    around = hits_around(ask(region="202134"), 5)

    assert found(region="202134") == [here.pk]
    assert {code: [hit.object_id for hit in hits] for code, hits in around.items()} == {
        "20": [prefecture.pk],
        "00": [nation.pk],
    }


def test_facets_count_as_if_only_their_own_filter_were_open():
    case(regions=["131016"], themes=["shopping"])
    case(regions=["131016"], themes=["mobility"])
    case(regions=["202134"], themes=["mobility", "shopping"])

    counted = counts(ask(region="13", themes=("mobility",)))

    assert counted.total == 1
    assert (counted.of_theme("shopping"), counted.of_theme("mobility")) == (1, 1)
    assert (counted.of_prefecture("13"), counted.of_prefecture("20")) == (1, 1)
    assert (counted.of_place("131016"), counted.of_place("202134")) == (1, 0)


def test_facets_agree_with_the_lists_they_lead_to():
    for number in range(20):
        case(
            summary="送迎" if number % 2 else "配食",
            regions=[["131016", "13"], ["202134"], ["00"], ["011011"]][number % 4],
            themes=[["shopping"], ["mobility", "meals"], ["meals"]][number % 3],
        )
    counted = counts(ask("送迎", themes=("meals",)))

    for slug in ("shopping", "mobility", "meals"):
        assert counted.of_theme(slug) == len(found("送迎", themes=(slug,)))
    for code in ("13", "20", "01"):
        assert counted.of_prefecture(code) == len(found("送迎", themes=("meals",), region=code))
    assert counted.total == len(found("送迎", themes=("meals",)))


def test_counts_follow_the_next_write_at_once():
    case(summary="送迎")
    assert counts(ask("送迎")).total == 1

    case(summary="送迎")

    assert counts(ask("送迎")).total == 2


def test_only_published_items_are_found():
    draft = CaseStudyFactory(summary="送迎", regions=[region("131016")])
    assert not found("送迎")

    draft.status, draft.published_at = "published", timezone.now()
    draft.save()
    index(draft)
    assert found("送迎") == [draft.pk]

    draft.status = "closed"
    draft.save()
    index(draft)
    assert not found("送迎")
    assert not Entry.objects.filter(object_id=draft.pk, kind="case").exists()


def test_renaming_an_organization_renews_its_cases():
    organization = OrganizationFactory(name="青空の会", published=True)
    wanted = case(organization=organization)

    organization.name = "夕焼けの会"
    organization.save()
    index(organization)

    assert found("夕焼け") == [wanted.pk]
    assert not found("青空")


def test_matching_filters_any_queryset():
    wanted = case(summary="送迎")
    case(summary="配食")

    assert list(CaseStudy.objects.matching("送迎")) == [wanted]
    assert not CaseStudy.objects.matching("！？").exists()


@given(st.text(st.sampled_from("\"'\\&|!:*()<->-買物送迎 　\x00%_😀"), max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_takes_whatever_is_typed(text):
    page_of_hits(ask(text), 0, 5)
    counts(ask(text))


WORDS = [
    "移動",
    "買い物",
    "見守り",
    "配食",
    "居場所",
    "サロン",
    "体操",
    "認知症",
    "子ども食堂",
    "高齢者",
    "送迎",
    "農地",
]


def test_nothing_that_stands_there_literally_is_missed():
    sentences = [
        "{}の話を聞いた", "毎週{}をしている", "地域の{}づくり", "{}サービス", "多世代{}", "新しい{}が始まる",
        "住民による{}", "{}を続ける", "{}ボランティア", "町の{}と学び",
    ]  # fmt: skip
    wanted = {word: {case(summary=sentence.format(word)).pk for sentence in sentences} for word in WORDS}

    found_share = [len(wanted[word] & set(found(word))) / len(wanted[word]) for word in WORDS]

    assert sum(found_share) / len(found_share) >= 0.98

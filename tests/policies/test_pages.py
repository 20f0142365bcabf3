"""The list, the page of one policy, and the comparison of two years."""

from datetime import date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from organizations.models import OrganizationKind
from policies.comparing import changed_lines, line_by_line
from policies.models import PolicyKind
from search.actions import index
from taxonomy.models import Region, Theme
from tests.factories import OrganizationFactory, PolicyFactory, UserFactory, member_of

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 5, 1, 12))


@pytest.fixture
def ministry():
    return OrganizationFactory(published=True, name="厚生労働省", kind=OrganizationKind.MINISTRY)


def full(ministry, **fields):
    policy = PolicyFactory(
        **{
            "published": True,
            "title": "生活支援体制整備事業",
            "organization": ministry,
            "department": "地域づくり推進室",
            "applicants": ["municipality"],
            "subsidy_permille": 385,
            "budget": 180_000_000_000,
            "budget_note": "地域支援事業の内数",
            "content": "**協議体**を設けます。",
            "legal_basis": "介護保険法",
            "opens_on": date(2026, 4, 1),
            "closes_on": date(2026, 5, 10),
            "sources": "厚生労働省の資料",
            "regions": [Region.objects.get(code="00")],
            "themes": Theme.objects.filter(slug="housing"),
            **fields,
        }
    )
    policy.amounts.create(label="第1層", amount=8_000_000, per="市町村")
    policy.documents.create(title="要綱", url="https://www.example.jp/")
    policy.questions.create(question="組合も使えますか", answer="使えます。")
    index(policy)
    return policy


def listed(client, **parameters):
    response = client.get(reverse("policies:list"), parameters)
    return response, response.content.decode()


@time_machine.travel(NOON, tick=False)
def test_the_list_tells_who_pays_how_much_by_when_and_for_whom(client, ministry):
    full(ministry)

    _, html = listed(client)

    for text in (
        *("厚生労働省", "令和7年度（2025年度）", "事業・補助金", "8,000千円", "市町村あたり", "市町村"),
        *("令和8年5月10日（日）", "締切間近", "全国"),
    ):
        assert text in html


@time_machine.travel(NOON, tick=False)
def test_an_officer_filters_by_field_applicant_year_and_what_is_open(client, ministry):
    wanted = full(ministry)
    full(ministry, title="去年の事業", fiscal_year=2024)
    full(ministry, title="終わった事業", closes_on=date(2026, 4, 30))
    full(ministry, title="県の事業", applicants=["prefecture"])

    address = {"theme": "housing", "for": "municipality", "year": "2025", "open": "now"}
    response, html = listed(client, **address)

    assert response.context["total"] == 1
    assert wanted.title in html
    labels = [option.label for option in response.context["filters"]]
    assert labels == [
        "分野：住まい",
        "申請の受付：いま申請できる",
        "対象：市町村",
        "年度：令和7年度（2025年度）",
    ]


def test_facets_lead_to_lists_that_find_what_they_count(client, ministry):
    full(ministry)
    full(ministry, kind=PolicyKind.HANDBOOK, applicants=["prefecture", "municipality"])

    response, _ = listed(client, kind="program")
    html = response.context["frame"]

    assert "手引き・マニュアル" in html
    assert listed(client, kind="handbook", **{"for": "prefecture"})[0].context["total"] == 1
    assert listed(client, ministry=str(ministry.pk))[0].context["total"] == 2


def test_orders_are_links(client, ministry):
    full(ministry)

    response, html = listed(client, sort="amount")

    assert [option.label for option in response.context["sorts"]] == ["新着順", "締切の近い順", "金額の大きい順"]
    assert '<b aria-current="true">金額の大きい順</b>' in html


@pytest.mark.parametrize(
    "parameters",
    [
        {"kind": "npo"},
        {"year": "9999", "for": "x" * 10_000, "ministry": "あ"},
        {"open": "🏠", "sort": "nothing", "page": "999999"},
        {"ministry": "9" * 500},
    ],
)
def test_what_the_list_cannot_understand_is_left_out_and_named(client, ministry, parameters):
    full(ministry)

    response, _ = listed(client, **parameters)

    assert response.status_code == 200
    assert response.context["total"] == 1
    assert response.context["notices"]


def test_nothing_found_offers_to_take_filters_away(client, ministry):
    full(ministry)

    _, html = listed(client, kind="handbook")

    assert "種類の条件を外す" in html


@time_machine.travel(NOON, tick=False)
def test_the_page_shows_all_parts(client, ministry):
    html = client.get(full(ministry).get_absolute_url()).content.decode()

    for text in (
        *("地域づくり推進室", "38.5%", "1,800億円", "地域支援事業の内数", "<strong>協議体</strong>", "介護保険法"),
        *("組合も使えますか", "使えます。", "要綱（外部サイト）", "厚生労働省の資料", "締切間近"),
        "令和8年5月10日（日）",
    ):
        assert text in html


@time_machine.travel(NOON, tick=False)
def test_the_state_on_the_page_is_that_of_today_without_any_job(client, ministry):
    policy = full(ministry)

    with time_machine.travel(NOON.replace(month=6), tick=False):
        assert "受付終了" in client.get(policy.get_absolute_url()).content.decode()


def test_a_draft_is_not_found_by_outsiders(client, ministry):
    draft = PolicyFactory(organization=ministry)

    assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(UserFactory())
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(member_of(ministry))
    assert client.get(draft.get_absolute_url()).status_code == 200


def test_past_its_display_the_page_stays_and_says_so(client, ministry):
    policy = full(ministry, shown_until=timezone.localdate() - timezone.timedelta(days=1))

    assert listed(client)[0].context["total"] == 0
    html = client.get(policy.get_absolute_url()).content.decode()
    assert "掲載の期間を過ぎた施策です" in html


def test_the_old_page_leads_to_the_new_one_and_back(client, ministry):
    old = full(ministry, fiscal_year=2024)
    new = full(ministry, predecessor=old)
    full(ministry, predecessor=old, published=False, title="まだ公開していない版")

    html = client.get(old.get_absolute_url()).content.decode()
    assert "新しい年度版があります" in html
    assert f'href="{new.get_absolute_url()}"' in html
    assert "まだ公開していない版" not in html
    assert reverse("policies:changes", args=[new.pk]) in client.get(new.get_absolute_url()).content.decode()


def test_two_years_are_compared_line_by_line(client, ministry):
    old = full(ministry, fiscal_year=2024, content="一行目\n二行目\n三行目")
    new = full(ministry, predecessor=old, content="一行目\n書き直した二行目\n三行目\n四行目")
    new.amounts.update(amount=9_000_000)

    fields = {field.label: field.lines for field in line_by_line(old, new)}

    assert [(line.kind, line.before, line.after) for line in fields["内容"]] == [
        ("変更", "二行目", "書き直した二行目"),
        ("追加", "", "四行目"),
    ]
    assert [(line.before, line.after) for line in fields["金額"]] == [
        ("第1層／8,000千円／市町村", "第1層／9,000千円／市町村")
    ]
    html = client.get(reverse("policies:changes", args=[new.pk])).content.decode()
    assert "9,000千円" in html
    assert "令和6年度（2024年度）" in html


def test_lines_that_went_are_told():
    assert [line.kind for line in changed_lines("一\n二", "一")] == ["削除"]
    assert changed_lines("同じ", "同じ") == []


def test_without_an_earlier_edition_there_is_nothing_to_compare(client, ministry):
    hidden = PolicyFactory(organization=ministry)
    policy, successor = full(ministry), full(ministry, predecessor=hidden)

    for one in (policy, successor):
        assert client.get(reverse("policies:changes", args=[one.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 21])
def test_the_list_takes_the_same_queries_for_any_number(client, ministry, count, django_assert_max_num_queries):
    for _ in range(count):
        full(ministry)
    listed(client)
    index(full(ministry))

    with django_assert_max_num_queries(10):
        listed(client)


@pytest.mark.parametrize("count", [1, 8])
def test_the_page_takes_the_same_queries_for_any_number(client, ministry, count, django_assert_num_queries):
    policy = full(ministry)
    for _ in range(count):
        full(ministry, predecessor=policy)
    client.get(policy.get_absolute_url())

    # Stored page, days, newer editions, what stands around it.
    with django_assert_num_queries(4):
        client.get(policy.get_absolute_url())


def test_it_is_found_by_the_search_of_the_whole_site(client, ministry):
    full(ministry)

    html = client.get(reverse("search:all"), {"q": "体制整備"}).content.decode()

    assert "施策・予算の検索結果をすべて見る（1件）" in html

"""The list of what waits: who sees it, in which order, filtered, and its figures."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from publishing.actions import change_status
from publishing.models import Review
from taxonomy.models import Region
from tests.factories import OrganizationFactory, UserFactory, member_of, secretariat
from tests.publishing.reviewing import QUEUE, edited, page_of, public, review_of, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client):
    user = secretariat()
    client.force_login(user)
    return user


def titles(response):
    return [row.review.title for row in response.context["rows"]]


def waits_since(case, days):
    Review.objects.filter(pk=review_of(case).pk).update(entered_at=timezone.now() - timedelta(days=days))


def test_visitors_are_led_to_sign_in(client):
    response = client.get(QUEUE)

    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_others_are_told_whose_page_it_is(client):
    case = submitted()
    client.force_login(case.responsible_people().first())

    for address in (QUEUE, page_of(case), reverse("publishing:confirm_small")):
        response = client.get(address)
        assert response.status_code == 403
        assert "事務局の審査の担当者だけです" in response.content.decode()
    assert client.post(page_of(case), {"decision": "publish", "version": 1}).status_code == 403
    assert client.post(reverse("publishing:claim", args=[review_of(case).pk])).status_code == 403
    assert client.post(reverse("publishing:release", args=[review_of(case).pk])).status_code == 403


def test_oldest_first_with_everything_that_helps_to_choose(client, reviewer):
    young = submitted(title="あとの申請")
    old = submitted(title="先の申請", regions=[Region.objects.get(code="131016"), Region.objects.get(code="28")])
    waits_since(old, 14)
    Review.objects.filter(pk=review_of(young).pk).update(claimed_by=reviewer)

    response = client.get(QUEUE)

    assert titles(response) == ["先の申請", "あとの申請"]
    content = response.content.decode()
    for said in ("営業日待っています", "届いたばかりです", "事例", "新しい申請", "東京都、兵庫県", f"担当：{reviewer}"):
        assert said in content
    assert str(review_of(old).submitted_by) in content


def test_empty_queue_says_so(client, reviewer):
    assert "待っている申請はありません" in client.get(QUEUE).content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=organization", {"朝市の会"}),
        ("kind=case", {"送迎", "朝市への送迎"}),
        ("reason=change", {"朝市への送迎"}),
        ("region=13", {"送迎"}),
        ("who=mine", {"送迎"}),
        ("who=nobody", {"朝市への送迎", "朝市の会"}),
        ("small=1", {"朝市への送迎"}),
        ("kind=case&reason=new&region=13&who=mine", {"送迎"}),
        ("region=47", set()),
        ("kind=nonsense&reason=x&region=999&who=%F0%9F%98%80&small=2", {"送迎", "朝市への送迎", "朝市の会"}),
    ],
)
def test_filters(client, reviewer, query, expected):
    mine = submitted(title="送迎", regions=[Region.objects.get(code="131016")])
    Review.objects.filter(pk=review_of(mine).pk).update(claimed_by=reviewer)
    edited()
    organization = OrganizationFactory(name="朝市の会")
    change_status(organization, "submit", by=member_of(organization))

    response = client.get(f"{QUEUE}?{query}")

    assert set(titles(response)) == expected


def test_unknown_filters_are_named(client, reviewer):
    response = client.get(f"{QUEUE}?kind=%3Cb%3E&region={'9' * 500}")

    content = response.content.decode()
    assert "種類「&lt;b&gt;」は分からないため" in content
    assert f"都道府県「{'9' * 20}…」" in content


@pytest.mark.parametrize("page", ["999999", "-1", "x", "1e9", "%00"])
def test_any_page_answers(client, reviewer, page):
    submitted()

    assert len(titles(client.get(f"{QUEUE}?page={page}"))) == 1


def test_pages_keep_the_filter(client, reviewer):
    case = submitted()
    review = review_of(case)
    Review.objects.bulk_create(
        Review(content_type=review.content_type, object_id=10_000 + number, reason="new", title=f"申請{number}",
               entered_at=timezone.now())
        for number in range(20)
    )  # fmt: skip

    response = client.get(f"{QUEUE}?kind=case")

    assert len(titles(response)) == 20
    assert "?kind=case&amp;page=2" in response.content.decode()
    assert len(titles(client.get(f"{QUEUE}?kind=case&page=2"))) == 1


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_does_not_grow(client, reviewer, count, django_assert_num_queries):
    for number in range(count):
        case = edited(before=f"題名{number}", after=f"題名の{number}")
        Review.objects.filter(pk=review_of(case).pk).update(claimed_by=case.responsible_people().first())
    client.get(QUEUE)

    # Session, person, roles, second factor; count and rows of the page; two for the figures; two counts of
    # the header.
    with django_assert_num_queries(10):
        response = client.get(QUEUE)

    assert len(titles(response)) == count


def test_menu_leads_reviewers_to_the_queue(client, reviewer):
    submitted()

    assert f'<a href="{QUEUE}">審査（1件）</a>' in client.get("/about/").content.decode()


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_menu_of_others_asks_nothing_about_the_queue(client, who, django_assert_max_num_queries):
    submitted()
    if who == "member":
        client.force_login(UserFactory())

    with django_assert_max_num_queries(4):  # session, person, roles, second factor
        assert "審査（" not in client.get("/about/").content.decode()


def test_decided_items_are_gone(client, reviewer):
    public()

    assert titles(client.get(QUEUE)) == []

"""「うちでもやった」: the tree of a case, who hears of a follower, and that nothing follows itself."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from html5lib import parse

from cases.models import CaseStudy
from cases.tree import MOST_LEVELS, tree_of
from mailing.models import OutgoingMail
from publishing.actions import change_status, save_changes
from publishing.models import Status
from taxonomy.models import Region
from tests.cases.test_editing import text, typed
from tests.factories import CaseStudyFactory, OrganizationFactory, member_of, secretariat

pytestmark = pytest.mark.django_db


def follow(origin, **fields):
    return CaseStudyFactory(published=True, origin=origin, **fields)


def page(client, case):
    response = client.get(case.tree_url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_tree_tells_where_when_and_what_each_changed(client):
    first = CaseStudyFactory(published=True, title="はじめの町")
    case = follow(first, title="この町")
    iiyama = Region.objects.get(code="202134")
    child = follow(case, title="あとの町", regions=[iiyama], started_year=2024, stage="trial", changed="車を<軽>にした")
    follow(child, title="孫の町")
    follow(first, title="となりの枝")

    html = page(client, case)

    order = [html.index(words) for words in ("はじめの町", "あとの町", "孫の町")]
    assert order == sorted(order)
    for words in ("2件の取り組み", "長野県飯山市", "令和6年（2024年）", "試行", "車を&lt;軽&gt;にした"):
        assert words in html
    assert "となりの枝" not in html
    nested = parse(html, namespaceHTMLElements=False).findall(".//ul[@class='tree']/li/ul[@class='tree']/li")
    assert len(nested) == 1


def test_what_is_not_public_leaves_no_trace(client):
    case = CaseStudyFactory(published=True, origin=CaseStudyFactory(title="ひみつのもと"))
    CaseStudyFactory(title="ひみつの下書き", origin=case, changed="ひみつ")
    closed = follow(case, title="ひみつの終了", changed="ひみつ")
    follow(closed, title="続いている町")
    deleted = follow(case, title="ひみつの削除")
    follow(deleted, title="つながりを失った町")
    CaseStudy.objects.filter(pk=closed.pk).update(status=Status.CLOSED)
    deleted.delete()

    html = page(client, case)

    assert "ひみつ" not in html
    assert html.count("いまは公開されていない事例") == 1
    assert "続いている町" in html
    assert "つながりを失った町" not in html
    assert "1件の取り組み" in html
    assert client.get(closed.tree_url).status_code == 404
    assert client.get(reverse("cases:tree", args=[999_999])).status_code == 404


def test_a_deep_tree_goes_on_elsewhere(client):
    case = first = CaseStudyFactory(published=True)
    chain = []
    for number in range(MOST_LEVELS + 1):
        case = follow(case, title=f"{number}代目")
        chain.append(case)

    html = page(client, first)

    assert f"{MOST_LEVELS - 1}代目" in html
    assert f"{MOST_LEVELS}代目" not in html
    assert chain[-2].tree_url in html


def test_a_thousand_followers_take_two_statements(client, django_assert_num_queries):
    case = CaseStudyFactory(published=True)
    now, organization = case.published_at, case.organization
    rows = {"organization": organization, "status": Status.PUBLISHED, "published_at": now, "origin": case}
    CaseStudy.objects.bulk_create(CaseStudy(title=f"町{n}", summary="x", **rows) for n in range(1_000))

    with django_assert_num_queries(2):
        tree = tree_of(case.pk)
    assert (tree.count, tree.is_cut) == (1_000, False)
    with django_assert_num_queries(3):
        assert page(client, case).count("町") >= 1_000
    CaseStudy.objects.bulk_create([CaseStudy(title="もう1つ", summary="x", **rows)])
    assert tree_of(case.pk).is_cut


def test_nothing_follows_its_followers(client):
    organization = OrganizationFactory(published=True)
    case = CaseStudyFactory(organization=organization, published=True)
    grandchild = follow(follow(case))
    client.force_login(member_of(organization))

    for pk in (case.pk, grandchild.pk):
        response = client.post(reverse("cases:edit", args=[case.pk]), typed(organization, origin=pk))
        assert "この事例そのものや、この事例を手本にした事例は選べません。" in text(response)
    with pytest.raises(IntegrityError, match="follow itself"), transaction.atomic():
        CaseStudy.objects.filter(pk=case.pk).update(origin=grandchild)


def test_the_card_counts_public_followers(client):
    case, other = CaseStudyFactory(published=True, title="手本の町"), CaseStudyFactory(published=True)
    follower = CaseStudyFactory(title="続く町", status=Status.SUBMITTED, origin=case)
    by = secretariat()

    def count():
        cache.clear()
        html = client.get("/cases/", {"q": "手本の町"}).content.decode()
        return html.partition("うちでもやった ")[2].partition("件")[0]

    assert count() == ""
    change_status(follower, "publish", by=by)
    assert count() == "1"
    save_changes(follower, lambda item: (setattr(item, "origin", other), item.save()), by=by)
    assert count() == ""
    save_changes(follower, lambda item: (setattr(item, "origin", case), item.save()), by=by)
    assert count() == "1"
    change_status(follower, "close", by=by)
    assert count() == ""


def test_the_people_of_the_origin_hear_of_a_follower_once(django_capture_on_commit_callbacks):
    origin = CaseStudyFactory(published=True, title="手本の町")
    teller, both = member_of(origin.organization), member_of(origin.organization)
    follower = CaseStudyFactory(title="続く町", status=Status.SUBMITTED, origin=origin, changed="車を軽にした")
    follower.organization.memberships.create(user=both)
    by = secretariat()

    def mails():
        return OutgoingMail.objects.filter(subject__contains="うちでもやった")

    follower.after_change()
    assert not mails()
    change_status(follower, "publish", by=by)
    mail = mails().get()
    assert mail.to == teller.email
    for words in ("手本の町", "続く町", "車を軽にした", origin.tree_url):
        assert words in mail.body
    change_status(follower, "close", by=by)
    change_status(follower, "publish", by=by)
    follower.refresh_from_db()
    follower.after_change()
    assert mails().count() == 1


def test_the_form_asks_what_was_changed_and_the_page_tells_it(client):
    origin = CaseStudyFactory(published=True)
    organization = OrganizationFactory(published=True)
    client.force_login(member_of(organization))
    url = f"/cases/new/short/?origin={origin.pk}"
    assert "もとの事例から変えたこと" in text(client.get(url))
    assert "もとの事例から変えたこと" not in text(client.get("/cases/new/short/"))

    long = text(client.post(url, typed(organization, origin=origin.pk, changed="あ" * 501)))
    client.post(url, typed(organization, origin=origin.pk, changed="週に2回に増やした"))

    assert "500文字以内で入力してください（いまは501文字です）" in long
    case = CaseStudy.objects.get(title="ごみ出しの当番")
    change_status(case, "publish", by=secretariat())
    client.logout()
    html = text(client.get(case.get_absolute_url()))
    assert "週に2回に増やした" in html
    assert case.tree_url in html
    assert case.get_absolute_url() in text(client.get("/cases/", {"q": "2回に増やした"}))


@pytest.mark.parametrize("count", [1, 4])
def test_query_count_of_the_tree_does_not_grow(client, count):
    case = CaseStudyFactory(published=True)
    for _ in range(count):
        follow(follow(case))

    with CaptureQueriesContext(connection) as queries:
        page(client, case)

    assert len(queries) == 3  # the case, who follows whom, what they say

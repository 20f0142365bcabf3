import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations.models import Organization, validate_corporate_number
from publishing.models import Status
from search.actions import index
from taxonomy.models import Region, Theme
from tests.factories import CaseStudyFactory, OrganizationFactory, UserFactory, member_of, secretariat

pytestmark = pytest.mark.django_db


def page(client, organization):
    response = client.get(organization.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_full_page(client):
    organization = OrganizationFactory(
        published=True,
        regions=[Region.objects.get(code="28")],
        themes=list(Theme.objects.filter(slug="meals")),
        name="ひょうご配食の会",
        name_kana="ヒョウゴハイショクノカイ",
        scope="regional",
        description="**「食べる」**を支えます",
        offers="配食",
        seeks="運転者",
        corporate_number="2000012010019",
        website="https://example.jp/",
        show_website=True,
        contact_name="事務局",
        contact_email="info@example.jp",
        contact_phone="078-000-0000",
        endorsed_on="2025-09-01",
        sources="聞き取り",
    )

    content = page(client, organization)

    for text in [
        *("ひょうご配食の会", "ヒョウゴハイショクノカイ", "NPO法人", "地域", "兵庫県", "食事", "配食", "運転者"),
        *(
            "<strong>「食べる」</strong>を",
            "2000012010019",
            "https://example.jp/（外部サイト）",
            "mailto:info@example.jp",
        ),
        *("tel:078-000-0000", "令和7年9月1日", "最終確認日", "出典", "聞き取り"),
    ]:
        assert text in content


def test_website_is_shown_only_when_the_organization_wishes(client):
    organization = OrganizationFactory(published=True, website="https://example.jp/", show_website=False)

    assert "https://example.jp/" not in page(client, organization)


def test_without_contact_the_secretariat_is_asked(client):
    organization = OrganizationFactory(published=True, name="あ" * 100)

    assert f"{reverse('contact')}?subject=" in page(client, organization)


def test_own_and_partner_cases(client):
    organization = OrganizationFactory(published=True)
    CaseStudyFactory(published=True, organization=organization, title="自分たちの話")
    CaseStudyFactory(organization=organization, title="下書きの話")
    shared = CaseStudyFactory(published=True, title="一緒の話")
    shared.partner_organizations.add(organization)
    index(shared)

    content = page(client, organization)

    assert content.index("この団体の事例") < content.index("自分たちの話")
    assert content.index("この団体が一緒に取り組んだ事例") < content.index("一緒の話")
    assert "下書きの話" not in content
    assert "もっと見る" not in content


@pytest.mark.parametrize("count", [1, 12])
def test_query_count_does_not_grow_and_ten_cases_are_shown(client, count):
    organization = OrganizationFactory(published=True, name="みどり会")
    CaseStudyFactory.create_batch(count, published=True, organization=organization)
    page(client, organization)

    with CaptureQueriesContext(connection) as queries:
        content = page(client, organization)

    assert len(queries) <= 5
    assert content.count('<article class="card">') == min(count, 10)
    assert ("/cases/?q=%22" in content) == (count > 10)


def test_link_to_more_cases_finds_them(client):
    organization = OrganizationFactory(published=True, name="みどり会")
    CaseStudyFactory.create_batch(11, published=True, organization=organization)
    CaseStudyFactory(published=True, title="ほかの団体の話")

    response = client.get(reverse("cases:list", query={"q": '"みどり会"'}))

    assert "11件" in response.content.decode()
    assert "ほかの団体の話" not in response.content.decode()


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999", "9" * 5000, "abc"])
def test_unknown_organization_is_not_found(client, pk):
    assert client.get(f"/organizations/{pk}/").status_code == 404


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.CLOSED])
def test_only_members_and_reviewers_see_what_is_not_public(client, status):
    organization = OrganizationFactory(published=True)
    organization.status = status
    organization.save()
    index(organization)

    assert client.get(organization.get_absolute_url()).status_code == 404
    client.force_login(UserFactory())
    assert client.get(organization.get_absolute_url()).status_code == 404
    client.force_login(secretariat())
    assert "団体のメンバーと事務局だけに見えています" in page(client, organization)
    client.force_login(member_of(organization))
    assert "団体のメンバーと事務局だけに見えています" in page(client, organization)


@pytest.mark.parametrize("number", ["2000012010019", "8000020130001"])
def test_corporate_numbers_with_a_right_check_digit(number):
    validate_corporate_number(number)


@pytest.mark.parametrize("number", ["1000012010019", "200001201001", "20000120100190", "２０００012010019", "abc", ""])
def test_corporate_numbers_that_are_wrong(number):
    with pytest.raises(ValidationError):
        validate_corporate_number(number)


def test_database_refuses_a_number_of_other_length():
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationFactory(corporate_number="123")


def test_number_belongs_to_one_organization():
    OrganizationFactory(corporate_number="2000012010019")

    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationFactory(corporate_number="2000012010019")


def test_groups_without_a_number_are_many():
    OrganizationFactory.create_batch(2, corporate_number=None)

    assert Organization.objects.count() == 2


def test_admin_adds_edits_and_publishes(client):
    user = secretariat()
    client.force_login(user)
    history = "publishing-statuschange-content_type-object_id"
    data = {
        "name": "ひまわり会",
        "kind": "npo",
        "scope": "regional",
        "summary": "配食の会です。",
        "regions": ["131016"],
        f"{history}-TOTAL_FORMS": 0,
        f"{history}-INITIAL_FORMS": 0,
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }

    client.post(reverse("admin:organizations_organization_add"), data | {"_publish": "1"})

    organization = Organization.objects.get()
    assert organization.is_published
    assert organization.corporate_number is None
    assert organization.created_by == user
    change = reverse("admin:organizations_organization_change", args=[organization.pk])
    case = CaseStudyFactory(published=True, organization=organization)
    client.post(change, data | {"name": "なのはな会"})
    assert list(Organization.objects.matching("なのはな")) == [organization]
    for url in (reverse("cases:list"), case.get_absolute_url()):
        assert "なのはな会" in client.get(url).content.decode()
    assert client.get(reverse("admin:organizations_organization_changelist")).status_code == 200

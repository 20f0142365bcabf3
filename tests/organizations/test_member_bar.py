"""What members see above their organization's page, and visitors do not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organizations.models import Organization
from publishing.models import Status
from tests.factories import OrganizationFactory, UserFactory, member_of, owner_of, secretariat, superuser

pytestmark = pytest.mark.django_db

BAR = 'aria-label="メンバーの操作"'


@pytest.fixture
def organization():
    return OrganizationFactory(published=True)


def page(client, organization):
    response = client.get(organization.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_members_see_what_they_can_do(client, organization):
    client.force_login(owner_of(organization))

    content = page(client, organization)

    assert "あなたはこの団体の<b>管理者</b>です" in content
    for name in ("edit", "members"):
        assert reverse(f"organizations:{name}", args=[organization.pk]) in content
    assert reverse("mypage_ask", args=["organization", organization.pk, "close"]) in content
    assert f"?organization={organization.pk}" in content


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (Status.DRAFT, "登録を続ける"),
        (Status.SUBMITTED, "申請を取り下げる"),
        (Status.RETURNED, "直して申請する"),
        (Status.CLOSED, "編集"),
        (Status.DISCARDED, "下書きに戻す"),
    ],
)
def test_what_can_be_done_follows_the_state(client, organization, status, word):
    Organization.objects.update(status=status)
    client.force_login(member_of(organization))

    content = page(client, Organization.objects.get())

    assert word in content
    assert status.label in content
    assert "事例を書く" not in content


def test_others_see_nothing_of_it(client, organization):
    assert BAR not in page(client, organization)
    client.force_login(UserFactory())
    assert BAR not in page(client, organization)


def test_secretariat_is_led_to_the_members_only(client, organization):
    client.force_login(secretariat())

    content = page(client, organization)

    assert reverse("organizations:members", args=[organization.pk]) in content
    assert reverse("organizations:edit", args=[organization.pk]) not in content


def test_visitors_cost_no_query_more(client, organization):
    page(client, organization)

    with CaptureQueriesContext(connection) as queries:
        page(client, organization)

    assert not any("membership" in query["sql"] for query in queries)
    assert not any("session" in query["sql"] for query in queries)


def test_admin_shows_members_and_invitations_to_read(client, organization):
    member_of(organization, display_name="佐藤一郎")
    organization.invitations.create(email="hanako@example.jp", expires_at=organization.published_at)
    client.force_login(secretariat())

    assert (
        "佐藤一郎"
        in client.get(reverse("admin:organizations_organization_change", args=[organization.pk])).content.decode()
    )
    listed = client.get(reverse("admin:organizations_invitation_changelist"))
    assert "hanako@example.jp" in listed.content.decode()
    assert client.get(reverse("admin:organizations_invitation_add")).status_code == 403


def test_admin_lets_nobody_remove_a_member(client, organization):
    user = owner_of(organization)
    client.force_login(superuser())
    change = reverse("admin:organizations_organization_change", args=[organization.pk])

    content = client.get(change).content.decode()

    assert "memberships-0-DELETE" not in content
    assert user.memberships.exists()

"""The secretariat's pages of policies."""

import pytest
from django.urls import reverse

from organizations.models import OrganizationKind
from policies.models import Policy
from publishing.models import Status
from search.models import Entry
from tests.factories import OrganizationFactory, PolicyFactory, secretariat

pytestmark = pytest.mark.django_db
ROWS = ("amounts", "documents", "questions", "publishing-statuschange-content_type-object_id")


@pytest.fixture(autouse=True)
def _signed_in(client):
    client.force_login(secretariat())


def typed(organization, **fields):
    management = {f"{name}-{what}_FORMS": "0" for name in ROWS for what in ("TOTAL", "INITIAL")}
    return {
        "title": "生活支援体制整備事業",
        "organization": organization.pk,
        "fiscal_year": "2025",
        "kind": "program",
        "standing": "final",
        "summary": "体制をつくる事業です。",
        "regions": ["00"],
        "applicants": ["municipality"],
        **management,
        "amounts-TOTAL_FORMS": "1",
        "amounts-0-label": "第1層",
        "amounts-0-amount": "8000000",
        "amounts-0-position": "0",
        **fields,
    }


def test_the_list_and_the_form_open(client):
    policy = PolicyFactory(published=True)

    assert "生活支援の体制をつくる事業" in client.get(reverse("admin:policies_policy_changelist")).content.decode()
    html = client.get(reverse("admin:policies_policy_change", args=[policy.pk])).content.decode()
    assert "対象（申請できる人・使える人）" in html


def test_a_policy_is_written_and_published_with_its_amounts(client):
    ministry = OrganizationFactory(published=True, kind=OrganizationKind.MINISTRY)

    response = client.post(reverse("admin:policies_policy_add"), typed(ministry, _publish="1"))

    assert response.status_code == 302, response.context["errors"]
    policy = Policy.objects.get()
    assert (policy.status, policy.applicants) == (Status.PUBLISHED, ["municipality"])
    entry = Entry.objects.get(kind="policy", object_id=policy.pk)
    assert entry.amount == 8_000_000
    assert "8,000千円" in entry.card.html


def test_only_government_bodies_can_be_chosen(client):
    npo = OrganizationFactory(published=True, kind=OrganizationKind.NPO)

    response = client.post(reverse("admin:policies_policy_add"), typed(npo))

    assert response.status_code == 200
    assert not Policy.objects.exists()


def test_an_edit_of_the_days_shows_on_the_card(client):
    policy = PolicyFactory(published=True)
    data = typed(policy.organization, is_always_open="on", **{"amounts-TOTAL_FORMS": "0"})

    client.post(reverse("admin:policies_policy_change", args=[policy.pk]), data)

    assert "通年受付" in Entry.objects.get(kind="policy", object_id=policy.pk).card.html

"""A case names the policies that paid for it, and their pages show it."""

import pytest
from django.urls import reverse

from cases.models import CaseStudy
from organizations.models import OrganizationKind
from publishing.content import content_of, restore
from search.actions import index
from tests.factories import CaseStudyFactory, OrganizationFactory, PolicyFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    ministry = OrganizationFactory(published=True, kind=OrganizationKind.MINISTRY)
    return PolicyFactory(published=True, title="生活支援体制整備事業", organization=ministry)


@pytest.fixture
def case(policy):
    case = CaseStudyFactory(published=True, title="朝市と送迎")
    case.policies.add(policy)
    index(case)
    return case


def test_both_pages_lead_to_each_other(client, case, policy):
    of_case = client.get(case.get_absolute_url()).content.decode()
    of_policy = client.get(policy.get_absolute_url()).content.decode()

    assert f'href="{policy.get_absolute_url()}">生活支援体制整備事業' in of_case
    assert "この施策で始めた事例" in of_policy
    assert "朝市と送迎" in of_policy


def test_a_policy_that_is_not_public_is_not_named(client, case):
    case.policies.set([PolicyFactory(title="まだ公開していない施策")])
    index(case)

    assert "まだ公開していない施策" not in client.get(case.get_absolute_url()).content.decode()


def test_a_renamed_policy_is_renamed_on_the_page_of_its_case(client, case, policy):
    policy.title = "新しい名前の事業"
    policy.save()
    policy.after_change()

    assert "新しい名前の事業" in client.get(case.get_absolute_url()).content.decode()


def test_the_case_is_found_by_the_name_of_its_policy(case):
    assert list(CaseStudy.objects.matching("体制整備")) == [case]


def test_policies_are_part_of_what_is_compared_and_put_back(case, policy):
    before = content_of(case)
    case.policies.clear()

    restore(case, before)

    assert list(case.policies.all()) == [policy]


def test_writers_find_a_policy_by_words_number_and_address(client, case, policy):
    client.force_login(member_of(case.organization))

    for text in ("体制整備", str(policy.pk), f"https://example.jp/policies/{policy.pk}/"):
        html = client.get(reverse("cases:pick", args=["policies"]), {"policies_text": text}).content.decode()
        assert "生活支援体制整備事業" in html
        assert "令和7年度（2025年度）" in html


def test_the_full_form_keeps_what_was_chosen_and_refuses_what_is_not_public(client, case, policy):
    client.force_login(member_of(case.organization))
    form = client.get(reverse("cases:edit", args=[case.pk])).context["form"]
    assert [choice.label for choice in form.policies_pick.choices] == ["生活支援体制整備事業"]

    hidden = PolicyFactory()
    response = client.post(reverse("cases:edit", args=[case.pk]), {"policies": [hidden.pk], "_save": "1"})

    assert "policies" in response.context["form"].errors

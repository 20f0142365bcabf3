"""The edit page: everything at once, reviewers' comments, two editors, previews, publishing by oneself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organizations.models import Organization
from publishing.actions import change_status, save_changes
from publishing.models import Review, ReviewReason, Status, WorkingCopy
from search.models import Card
from taxonomy.models import Region, Theme
from tests.factories import OrganizationFactory, UserFactory, member_of, owner_of, secretariat
from tests.organizations.forms import CRITERIA, everything

pytestmark = pytest.mark.django_db

NUMBER = "2000012010019"


@pytest.fixture
def organization():
    return OrganizationFactory(
        published=True,
        name="ささえあいの会",
        criteria_accepted_at=timezone.now(),
        regions=[Region.objects.get(code="131121")],
    )


@pytest.fixture
def editor(client, organization):
    user = member_of(organization)
    client.force_login(user)
    return user


def edit_url(organization):
    return reverse("organizations:edit", args=[organization.pk])


def form(**changes):
    return everything([Theme.objects.get(slug="shopping").pk], **changes)


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def test_edit_of_a_public_organization_shows_at_once_and_enters_the_queue(client, organization, editor):
    response = client.post(edit_url(organization), form(version=1, _save=""), follow=True)

    assert "変更はもう公開されています" in text(response)
    assert "東京都世田谷区世田谷4-21-27" in text(response)
    assert Card.objects.get(entry__kind="organization").excerpt.startswith("買い物の付き添い")
    assert Review.objects.open().get().reason == ReviewReason.CHANGE
    organization.refresh_from_db()
    assert (organization.version, organization.name_kana) == (2, "ササエアイノカイ")


def test_page_shows_what_is_stored(client, organization, editor):
    Organization.objects.update(corporate_number=NUMBER, postal_code="154-0017")
    organization.tags.set(["移動販売"])

    content = text(client.get(edit_url(organization)))

    for part in ("東京都世田谷区", NUMBER, "154-0017", "移動販売", "一時保存する", "公開後の見え方を確かめる"):
        assert part in content
    assert "保存して申請する" not in content
    assert "掲載の条件" not in content


def test_who_may_not_edit(client, organization):
    assert client.get(edit_url(organization)).status_code == 302
    client.force_login(UserFactory())
    assert client.get(edit_url(organization)).status_code == 403
    assert client.post(edit_url(organization), form()).status_code == 403
    assert client.get(edit_url(OrganizationFactory())).status_code == 404
    client.force_login(secretariat())
    assert client.get(edit_url(organization)).status_code == 403
    assert client.delete(edit_url(organization)).status_code == 405


def test_returned_organization_is_corrected_and_submitted_again(client, organization, editor):
    Organization.objects.update(status=Status.SUBMITTED)
    change_status(organization, "withdraw", by=editor)
    change_status(organization, "submit", by=editor)
    change_status(
        organization,
        "return",
        by=secretariat(),
        note="ありがとうございます。",
        comments={"summary": "短くしてください。"},
    )

    content = text(client.get(edit_url(organization)))
    assert "ありがとうございます。" in content
    assert content.index("短くしてください。") < content.index('name="summary"')

    response = client.post(edit_url(organization), form(version=1, _submit=""))
    assert response.url == reverse("organizations:submitted", args=[organization.pk])
    organization.refresh_from_db()
    assert organization.status == Status.SUBMITTED


def test_comment_of_every_field_is_shown(client, organization, editor):
    change_status(organization, "close", by=editor)
    change_status(organization, "submit", by=editor)
    fields = [*Organization.CONTENT_FIELDS]
    change_status(organization, "return", by=secretariat(), comments={field: f"{field}について" for field in fields})

    content = text(client.get(edit_url(organization)))

    # The sources are the secretariat's.
    assert [field for field in fields if f"{field}について" not in content] == ["sources"]


def test_draft_is_registered_in_steps(client, organization, editor):
    Organization.objects.update(status=Status.DRAFT, criteria_accepted_at=None)

    assert client.get(edit_url(organization)).url == reverse("organizations:register", args=[organization.pk, 1])


def test_draft_that_was_withdrawn_is_edited_on_one_page(client, organization, editor):
    Organization.objects.update(status=Status.DRAFT)

    assert "保存して申請する" in text(client.get(edit_url(organization)))


def test_discarded_draft_is_not_edited(client, organization, editor):
    Organization.objects.update(status=Status.DISCARDED)

    assert "下書きに戻すと" in text(client.get(edit_url(organization), follow=True))


def test_closed_organization_without_the_criteria_has_to_accept_them(client, organization, editor):
    Organization.objects.update(status=Status.CLOSED, criteria_accepted_at=None)

    response = client.post(edit_url(organization), form(version=1, _submit=""))
    assert "5つあります" in response.context["form"].errors["criteria"][0]

    client.post(edit_url(organization), form(version=1, **CRITERIA, _submit=""))
    organization.refresh_from_db()
    assert organization.criteria_accepted_at
    assert organization.status == Status.SUBMITTED


def test_organization_that_publishes_by_itself(client, organization, editor):
    Organization.objects.update(status=Status.CLOSED, can_self_publish=True)

    content = text(client.get(edit_url(organization)))
    assert "保存して公開する" in content
    client.post(edit_url(organization), form(version=1, _publish=""))

    organization.refresh_from_db()
    assert organization.is_published
    assert not Review.objects.open().exists()


def test_forged_publish_only_saves(client, organization, editor):
    Organization.objects.update(status=Status.CLOSED)

    client.post(edit_url(organization), form(version=1, _publish=""))

    organization.refresh_from_db()
    assert (organization.status, organization.version) == (Status.CLOSED, 2)


def test_fields_that_are_not_in_the_form_stay(client, organization, editor):
    client.post(
        edit_url(organization), form(version=1, can_self_publish="on", status="draft", endorsed_on="2020-01-01")
    )

    organization.refresh_from_db()
    assert (organization.can_self_publish, organization.is_published, organization.endorsed_on) == (False, True, None)


def test_second_editor_is_shown_both_texts(client, organization, editor):
    save_changes(organization, lambda item: setattr(item, "summary", "先の人の文") or item.save(), by=editor)

    response = client.post(edit_url(organization), form(version=1, _save=""))

    content = text(response)
    assert "ほかの方が先に保存しました" in content
    assert "先の人の文" in content
    organization.refresh_from_db()
    assert organization.summary == "先の人の文"
    client.post(edit_url(organization), form(version=response.context["form"]["version"].value(), _save=""))
    organization.refresh_from_db()
    assert organization.summary == "買い物の付き添いをしています。"


def test_kept_text_is_shown_and_saving_ends_it(client, organization, editor):
    client.post(edit_url(organization), form(summary="とちゅう", name="", _keep=""))
    response = client.get(edit_url(organization))
    assert response.context["form"]["summary"].value() == "とちゅう"
    assert "ささえあいの会" in text(response)

    client.post(edit_url(organization), form(version=1, _save=""))
    assert not WorkingCopy.objects.exists()


def test_kept_text_of_others_is_not_shown(client, organization, editor):
    client.post(edit_url(organization), form(summary="とちゅう", _keep=""))
    client.force_login(owner_of(organization))

    assert "とちゅう" not in text(client.get(edit_url(organization)))


def test_preview_changes_nothing(client, organization, editor):
    response = client.post(edit_url(organization), form(version=1, name="別の名前の会", _preview=""))

    assert "<h1>別の名前の会</h1>" in text(response)
    organization.refresh_from_db()
    assert (organization.name, organization.version) == ("ささえあいの会", 1)
    assert not organization.tags.exists()


def test_preview_of_mistakes_shows_them(client, organization, editor):
    response = client.post(edit_url(organization), form(version=1, name="", _preview=""))

    assert response.context["form"].errors["name"]


def test_own_number_is_not_taken(client, organization, editor):
    Organization.objects.update(corporate_number=NUMBER)

    response = client.post(edit_url(organization), form(has_no_number="", corporate_number=NUMBER, version=1))

    assert response.status_code == 302


def test_number_is_given_up(client, organization, editor):
    Organization.objects.update(corporate_number=NUMBER)

    client.post(edit_url(organization), form(version=1))

    organization.refresh_from_db()
    assert organization.corporate_number is None


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_version_that_is_none_is_no_error_page(client, organization, editor, version):
    assert client.post(edit_url(organization), form(version=version)).status_code in (200, 302)


@pytest.mark.parametrize("count", [1, 20])
def test_query_count_does_not_grow(client, organization, editor, count):
    organization.regions.set(Region.objects.inside("13")[:count])
    organization.themes.set(Theme.objects.all()[:count])
    organization.tags.set([f"タグ{number}" for number in range(count)])
    client.get(edit_url(organization))

    with CaptureQueriesContext(connection) as queries:
        client.get(edit_url(organization))

    assert len(queries) <= 17

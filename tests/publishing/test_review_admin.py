"""Reviewers in the admin: what they edit counts as confirmed, reviews are to read, canned reasons to edit."""

import pytest
from django.core import mail
from django.urls import reverse

from publishing.actions import confirmed_content
from publishing.models import CannedReason, Decision, Review
from taxonomy.models import Region, Theme
from tests.cases.test_admin import form_data
from tests.factories import UserFactory, secretariat
from tests.publishing.reviewing import edit, public, review_of, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client):
    user = secretariat()
    client.force_login(user)
    return user


def case_at(status=public, **fields):
    place, theme = Region.objects.get(code="131016"), Theme.objects.get(slug="shopping")
    return status(
        title="移動販売の見守り",
        summary="移動販売の車が見守りもします。",
        stage="running",
        regions=[place],
        themes=[theme],
        **fields,
    )


def save(client, case, **values):
    data = form_data(organization=case.organization_id, themes=[Theme.objects.get(slug="shopping").pk])
    address = reverse("admin:cases_casestudy_change", args=[case.pk])
    response = client.post(address, {**data, "title": case.title, "summary": case.summary, **values})
    assert response.status_code == 302, response.context["errors"]
    case.refresh_from_db()
    return case


def test_edit_of_a_public_item_needs_no_confirmation_and_counts_as_a_version(client, reviewer):
    case = case_at()
    version = case.version

    case = save(client, case, title="移動販売と見守り")

    assert case.version == version + 1
    assert confirmed_content(case)["title"] == "移動販売と見守り"
    assert not Review.objects.open().exists()


def test_what_members_changed_elsewhere_still_waits(client, reviewer):
    case = edit(case_at(), summary="車が見守ります。")

    case = save(client, case, title="移動販売と見守り")

    assert review_of(case).title == "移動販売と見守り"
    assert confirmed_content(case)["title"] == "移動販売と見守り"
    assert confirmed_content(case)["summary"] == "移動販売の車が見守りもします。"


def test_touching_up_the_only_change_confirms_it(client, reviewer, django_capture_on_commit_callbacks):
    case = edit(case_at(), summary="車が見守ります")

    with django_capture_on_commit_callbacks(execute=True):
        save(client, case, summary="車が見守ります。")

    assert Review.objects.decided().first().decision == Decision.CONFIRMED
    assert "変更を確認しました" in mail.outbox[-1].subject


def test_edit_of_an_application_keeps_it_in_the_queue(client, reviewer):
    case = case_at(submitted)

    case = save(client, case, title="直した題名")

    assert review_of(case).title == "直した題名"
    assert case.version == 2


def test_saving_and_publishing_ends_the_review(client, reviewer):
    case = case_at(submitted)

    case = save(client, case, title="直した題名", _publish="1")

    assert case.is_published
    assert Review.objects.get().decision == Decision.PUBLISHED
    assert confirmed_content(case)["title"] == "直した題名"


def test_reviews_are_to_read(client, reviewer):
    review = review_of(submitted())
    page = reverse("admin:publishing_review_change", args=[review.pk])

    content = client.get(page).content.decode()

    assert review.title in content
    assert 'name="_save"' not in content
    assert client.post(page, {"title": "別の題名"}).status_code == 403
    assert client.get(reverse("admin:publishing_review_add")).status_code == 403
    assert reverse("publishing:review", args=[review.pk]) in client.get(page, follow=True).content.decode()


def test_canned_reasons_are_edited(client, reviewer):
    client.post(
        reverse("admin:publishing_cannedreason_add"), {"title": "短く", "text": "短くしてください。", "position": 5}
    )

    reason = CannedReason.objects.get(title="短く")
    assert "短くしてください。" in client.get(reverse("admin:publishing_cannedreason_changelist")).content.decode()
    assert reason.text == "短くしてください。"


def test_others_stay_outside(client):
    client.force_login(UserFactory())

    assert client.get(reverse("admin:publishing_review_changelist")).status_code == 302
    assert client.get(reverse("admin:publishing_cannedreason_changelist")).status_code == 302

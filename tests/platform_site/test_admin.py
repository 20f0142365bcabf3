"""The secretariat's desk for inquiries, announcements and links."""

import uuid

import pytest
from django.urls import reverse

from cases.models import CaseStudy
from platform_site.actions import receive_inquiry
from platform_site.models import Announcement, ContentTag
from tests.factories import CaseStudyFactory, UserFactory, secretariat

pytestmark = pytest.mark.django_db


@pytest.fixture
def inquiry():
    return receive_inquiry(
        key=uuid.uuid4(), name="山田", email="hanako@example.jp", subject="質問", body="<b>教えて</b>ください。"
    )


@pytest.fixture
def desk(client):
    client.force_login(secretariat())
    return client


@pytest.mark.parametrize("model", ["inquiry", "announcement", "relatedlink"])
def test_lists_open_for_the_secretariat_only(client, desk, model):
    address = reverse(f"admin:platform_site_{model}_changelist")

    assert desk.get(address, {"q": "質問"}).status_code == 200

    client.force_login(UserFactory())
    assert client.get(address).status_code == 302


def test_unanswered_inquiries_can_be_filtered(desk, inquiry):
    address = reverse("admin:platform_site_inquiry_changelist")

    assert inquiry.receipt_number in desk.get(address, {"answered": "no"}).content.decode()
    assert inquiry.receipt_number not in desk.get(address, {"answered": "yes"}).content.decode()


def test_answer_is_noted_but_the_message_stays_as_it_was(desk, inquiry):
    address = reverse("admin:platform_site_inquiry_change", args=[inquiry.pk])
    answer = {"answered_at_0": "2026-11-24", "answered_at_1": "10:00", "memo": "電話で回答", "body": "書き換え"}

    assert desk.post(address, answer).status_code == 302

    inquiry.refresh_from_db()
    assert inquiry.memo == "電話で回答"
    assert inquiry.answered_at is not None
    assert inquiry.body == "<b>教えて</b>ください。"


def test_message_is_shown_as_text(desk, inquiry):
    html = desk.get(reverse("admin:platform_site_inquiry_change", args=[inquiry.pk])).content.decode()

    assert "&lt;b&gt;教えて" in html


def test_inquiries_are_neither_added_nor_deleted(desk, inquiry):
    assert desk.get(reverse("admin:platform_site_inquiry_add")).status_code == 403
    assert desk.get(reverse("admin:platform_site_inquiry_delete", args=[inquiry.pk])).status_code == 403


def test_announcement_is_written_in_the_admin(desk):
    data = {"title": "説明会", "body": "本文", "published_on": "2026-11-24"}

    desk.post(reverse("admin:platform_site_announcement_add"), data)

    assert Announcement.objects.get().title == "説明会"


def test_a_renamed_tag_is_found_by_its_new_name(desk):
    case = CaseStudyFactory(published=True)
    case.tags.add("あさ市")
    tag = ContentTag.objects.get(name="あさ市")

    desk.post(reverse("admin:platform_site_contenttag_change", args=[tag.pk]), {"name": "朝市"})

    assert list(CaseStudy.objects.matching("朝市")) == [case]
    assert "タグ" in desk.get(reverse("admin:index")).content.decode()


def test_a_tag_cannot_take_the_name_of_another(desk):
    case = CaseStudyFactory(published=True)
    case.tags.add("あさ市", "朝市")
    tag = ContentTag.objects.get(name="あさ市")

    response = desk.post(reverse("admin:platform_site_contenttag_change", args=[tag.pk]), {"name": "朝市"})

    assert response.status_code == 200
    assert ContentTag.objects.filter(name="あさ市").exists()

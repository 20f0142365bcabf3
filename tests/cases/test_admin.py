import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import CaseStudy
from publishing.models import Status
from search.models import Entry
from taxonomy.models import Region, Theme
from tests.factories import CaseStudyFactory, OrganizationFactory, UserFactory, picture_bytes, secretariat

pytestmark = pytest.mark.django_db

LIST = reverse("admin:cases_casestudy_changelist")
ADD = reverse("admin:cases_casestudy_add")


@pytest.fixture
def reviewer(client):
    user = secretariat()
    client.force_login(user)
    return user


def change_url(case):
    return reverse("admin:cases_casestudy_change", args=[case.pk])


def form_data(**changes):
    """What the browser sends for a case with its four inline tables."""
    data = {
        "title": "移動販売の見守り",
        "organization": "",
        "regions": ["131016"],
        "themes": [],
        "summary": "移動販売の車が見守りもします。",
        "stage": "running",
    }
    for prefix, initial in (("images", 0), ("videos", 0), ("links", 0), (HISTORY, 0)):
        data |= {f"{prefix}-TOTAL_FORMS": initial, f"{prefix}-INITIAL_FORMS": initial}
    return data | changes


HISTORY = "publishing-statuschange-content_type-object_id"


@pytest.mark.parametrize("count", [1, 8])
def test_list_query_count_does_not_grow(client, reviewer, django_assert_max_num_queries, count):
    CaseStudyFactory.create_batch(count, regions=[Region.objects.get(code="131016")])
    client.get(LIST)

    with django_assert_max_num_queries(11):
        response = client.get(LIST)

    assert response.status_code == 200


def test_list_is_searched_and_filtered(client, reviewer):
    organization = OrganizationFactory(name="みどり会")
    here = CaseStudyFactory(title="朝市", organization=organization, regions=[Region.objects.get(code="131016")])
    CaseStudyFactory(title="別の取り組み")

    for query in ("q=みどり", "q=朝市", "prefecture=13", "q=朝市&status__exact=draft"):
        content = client.get(f"{LIST}?{query}").content.decode()
        assert "朝市" in content
        assert "別の取り組み" not in content
    assert "朝市" not in client.get(f"{LIST}?prefecture=14").content.decode()
    assert change_url(here) in client.get(LIST).content.decode()


def test_add_with_a_picture_makes_a_draft_that_is_not_found_yet(client, reviewer):
    organization = OrganizationFactory(published=True)
    upload = SimpleUploadedFile("photo.txt", picture_bytes(size=(700, 500)), content_type="text/plain")
    data = form_data(
        organization=organization.pk,
        themes=[Theme.objects.get(slug="shopping").pk],
        tags="移動販売、ﾎﾞﾗﾝﾃｨｱ",
        **{"images-TOTAL_FORMS": 1, "images-0-image": upload, "images-0-alt": "販売車", "images-0-position": 0},
    )

    response = client.post(ADD, data)

    assert response.status_code == 302
    case = CaseStudy.objects.get()
    assert case.status == Status.DRAFT
    assert case.created_by == reviewer
    assert sorted(case.tag_names()) == ["ボランティア", "移動販売"]
    assert (case.images.get().width, case.images.get().alt) == (700, "販売車")
    assert not Entry.objects.filter(kind="case").exists()
    assert "picture-preview" in client.get(change_url(case)).content.decode()


def test_save_and_publish(client, reviewer):
    organization = OrganizationFactory(published=True)

    client.post(ADD, form_data(organization=organization.pk, themes=[Theme.objects.first().pk], _publish="1"))

    case = CaseStudy.objects.get()
    assert case.is_published
    assert case.confirmed_at
    assert case.status_changes.get().by == reviewer
    assert Entry.objects.filter(kind="case", object_id=case.pk).exists()


def test_errors_are_japanese(client, reviewer):
    data = form_data(
        title="",
        regions=[],
        summary="あ" * 301,
        **{
            "images-TOTAL_FORMS": 1,
            "images-0-image": SimpleUploadedFile("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            "images-0-position": 0,
        },
    )

    content = client.post(ADD, data).content.decode()

    assert "このフィールドは必須です。" in content
    assert "300 文字以下" in content
    assert "SVG形式の画像は使えません" in content
    assert not re.search(r"errorlist[^>]*>\s*<li>[A-Z][a-z]", content)


def test_editing_reindexes(client, reviewer):
    case = CaseStudyFactory(published=True, regions=[Region.objects.get(code="131016")])
    data = form_data(
        organization=case.organization_id, themes=[Theme.objects.first().pk], title="ひまわり配食", regions=["141003"]
    )

    response = client.post(change_url(case), data)

    assert response.status_code == 302
    assert Entry.objects.get(kind="case", object_id=case.pk).places == [141003]
    assert list(CaseStudy.objects.matching("ひまわり")) == [case]


def test_editing_does_not_undo_a_change_of_status(client, reviewer, monkeypatch):
    case = CaseStudyFactory(published=True, regions=[Region.objects.get(code="131016")])
    from cases.admin import CaseStudyAdmin

    plain_save = CaseStudyAdmin.save_model

    def closed_meanwhile(self, request, item, form, change):
        CaseStudy.objects.filter(pk=item.pk).update(status=Status.CLOSED)
        plain_save(self, request, item, form, change)

    monkeypatch.setattr(CaseStudyAdmin, "save_model", closed_meanwhile)
    data = form_data(organization=case.organization_id, themes=[Theme.objects.first().pk], title="新しい題名")
    client.post(change_url(case), data)

    case.refresh_from_db()
    assert (case.title, case.status) == ("新しい題名", Status.CLOSED)


@pytest.mark.parametrize(
    ("before", "action", "note", "after", "sentence"),
    [
        ("draft", "publish", "", "published", "公開しました（1件）。"),
        ("submitted", "publish", "", "published", "公開しました（1件）。"),
        ("closed", "publish", "", "published", "公開しました（1件）。"),
        ("published", "publish", "", "published", "は「公開」の状態なので、公開できません。"),
        ("submitted", "send_back", "写真の説明を足してください", "returned", "差し戻しました（1件）。"),
        ("draft", "send_back", "理由", "draft", "は「下書き」の状態なので、差し戻せません。"),
        ("submitted", "send_back", " ", "submitted", "理由を書いてください。"),
        ("published", "close", "事業が終わったため", "closed", "公開を終了しました（1件）。"),
        ("returned", "close", "理由", "returned", "は「差戻し」の状態なので、公開を終了できません。"),
    ],
)
def test_actions(client, reviewer, before, action, note, after, sentence):
    case = CaseStudyFactory(status=before, published=before in {"published", "closed"})
    CaseStudy.objects.filter(pk=case.pk).update(status=before)

    response = client.post(LIST, {"action": action, "_selected_action": [case.pk], "note": note}, follow=True)

    case.refresh_from_db()
    assert case.status == after
    assert sentence in response.content.decode()
    assert [change.note for change in case.status_changes.all()] == ([note] if before != after else [])


def test_reason_is_asked_on_a_page_of_its_own(client, reviewer):
    case = CaseStudyFactory(status="submitted")

    content = client.post(LIST, {"action": "send_back", "_selected_action": [case.pk]}).content.decode()

    assert case.title in content
    assert "理由を書いてください。" not in content
    assert '<textarea class="vLargeTextField"' in content


def test_closing_takes_the_case_out_of_the_search(client, reviewer):
    case = CaseStudyFactory(published=True)

    client.post(LIST, {"action": "close", "_selected_action": [case.pk], "note": "終了"})

    assert not Entry.objects.filter(kind="case", object_id=case.pk).exists()


def test_confirm_today(client, reviewer):
    case = CaseStudyFactory(published=True, confirmed_at=date(2020, 1, 1))

    client.post(LIST, {"action": "confirm_today", "_selected_action": [case.pk]})

    case.refresh_from_db()
    assert case.confirmed_at.year > 2020


def test_history_is_shown_and_nothing_can_be_deleted(client, reviewer):
    case = CaseStudyFactory(status="submitted", regions=[Region.objects.first()])
    client.post(LIST, {"action": "send_back", "_selected_action": [case.pk], "note": "題名を直してください"})

    content = client.get(change_url(case)).content.decode()

    assert "題名を直してください" in content
    assert "差戻し" in content
    assert case.get_absolute_url() in content
    assert client.post(reverse("admin:cases_casestudy_delete", args=[case.pk]), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in client.get(LIST).content.decode()


def test_autocomplete_finds_regions_by_reading(client, reviewer):
    url = reverse("admin:autocomplete")

    response = client.get(
        url, {"term": "おくたま", "app_label": "cases", "model_name": "casestudy", "field_name": "regions"}
    )

    assert [row["text"] for row in response.json()["results"]] == ["東京都奥多摩町"]


def test_others_stay_outside(client):
    client.force_login(UserFactory())

    assert client.get(LIST).status_code == 302
    assert client.get(ADD).status_code == 302

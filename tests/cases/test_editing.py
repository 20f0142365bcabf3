"""Members write and edit cases: both forms, drafts, submission, conflicts, working copies."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.models import CaseStudy
from publishing.actions import change_status, save_changes
from publishing.models import Review, Status, WorkingCopy
from taxonomy.models import Region, Theme
from tests.factories import (
    CaseImageFactory,
    CaseStudyFactory,
    OrganizationFactory,
    UserFactory,
    member_of,
    secretariat,
)

pytestmark = pytest.mark.django_db

SHORT, FULL = "/cases/new/short/", "/cases/new/full/"
FORMS = [SHORT, FULL]


@pytest.fixture
def organization():
    return OrganizationFactory(published=True, name="ささえあいの会")


@pytest.fixture
def editor(client, organization):
    editor = member_of(organization)
    client.force_login(editor)
    return editor


@pytest.fixture
def case(organization, editor):
    return CaseStudyFactory(
        organization=organization,
        regions=[Region.objects.get(code="13")],
        themes=[Theme.objects.get(slug="shopping")],
        title="朝市の送迎",
        content="週に1回です。",
    )


def typed(organization, /, **changes):
    """What a browser sends for a complete form."""
    return {
        "key": str(uuid.uuid4()),
        "version": "1",
        "organization": organization.pk,
        "title": "ごみ出しの当番",
        "summary": "町内会の当番で、ごみ出しを手伝っています。",
        "regions": ["131041"],
        "themes": [Theme.objects.get(slug="cleaning").pk],
    } | changes


def edit_url(case, form="edit"):
    return reverse(f"cases:{form}", args=[case.pk])


def text(response):
    return response.content.decode()


# Choosing a form


def test_beginning_offers_both_forms(client, editor):
    content = text(client.get("/cases/new/"))

    assert "5つの質問で書く（10分ほど）" in content
    assert "くわしく書く" in content


def test_somebody_without_organization_is_led_to_register_one(client):
    client.force_login(UserFactory())

    content = text(client.get("/cases/new/"))

    assert reverse("organizations:create") in content
    assert "5つの質問" not in content
    for url in FORMS:
        assert client.get(url).url == "/cases/new/"


@pytest.mark.parametrize("url", ["/cases/new/", *FORMS])
def test_visitors_sign_in_first_and_come_back(client, url):
    response = client.get(f"{url}?origin=5")

    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={url}%3Forigin%3D5"


def test_own_organization_is_preselected_and_others_are_not_offered(client, organization, editor):
    OrganizationFactory(published=True, name="よその会")

    content = text(client.get(SHORT))

    assert f'<option value="{organization.pk}" selected>' in content
    assert "よその会" not in content


# New cases


@pytest.mark.parametrize("url", FORMS)
def test_draft_is_made_once_however_often_it_is_sent(client, organization, editor, url):
    data = typed(organization)

    first, second = client.post(url, data), client.post(url, data)

    case = CaseStudy.objects.get()
    assert first.url == second.url == edit_url(case)
    assert (case.title, case.status, case.organization, case.created_by) == (
        "ごみ出しの当番",
        Status.DRAFT,
        organization,
        editor,
    )
    assert [region.pk for region in case.regions.all()] == ["131041"]


def test_answers_become_the_parts_of_the_page(client, organization, editor):
    answers = {
        "reason": "声があった",
        "first_step": "回覧板",
        "funding": "なし",
        "tips": "ゆっくり",
        "content": "週2回",
    }

    client.post(SHORT, typed(organization, **answers))

    case = CaseStudy.objects.get()
    assert {name: getattr(case, name) for name in answers} == answers


def test_key_sent_again_with_other_text_goes_on_as_an_edit(client, organization, editor):
    data = typed(organization)
    client.post(SHORT, data)

    response = client.post(SHORT, data | {"title": "あとから直した題名"}, follow=True)

    assert CaseStudy.objects.get().title == "ごみ出しの当番"
    assert "あとから直した題名" in text(response)
    assert response.redirect_chain[-1][0] == edit_url(CaseStudy.objects.get(), "edit_short")


def test_saving_and_submitting_enters_the_queue(client, organization, editor):
    response = client.post(SHORT, typed(organization, _submit=""), follow=True)

    case = CaseStudy.objects.get()
    assert case.status == Status.SUBMITTED
    assert Review.objects.open().get().title == "ごみ出しの当番"
    assert case.receipt_number in text(response)


def test_double_click_on_submit_submits_once(client, organization, editor):
    data = typed(organization, _submit="")

    client.post(SHORT, data)
    response = client.post(SHORT, data, follow=True)

    assert Review.objects.count() == 1
    assert "申請中" in text(response)


def test_organization_that_publishes_by_itself_publishes(client, organization, editor):
    type(organization).objects.update(can_self_publish=True)
    assert "保存して公開する" in text(client.get(SHORT))

    response = client.post(SHORT, typed(organization, _submit=""))

    case = CaseStudy.objects.get()
    assert case.is_published
    assert response.url == case.get_absolute_url()


def test_time_to_come_schedules_what_the_organization_publishes_itself(client, organization, editor):
    type(organization).objects.update(can_self_publish=True)
    day = timezone.localdate() + timedelta(days=40)
    moment = {
        "publish_at_year": day.year,
        "publish_at_month": day.month,
        "publish_at_day": day.day,
        "publish_at_hour": 10,
    }

    client.post(FULL, typed(organization, _submit="", **moment))

    case = CaseStudy.objects.get()
    assert case.status == Status.SCHEDULED
    assert timezone.localtime(case.publish_at).hour == 10


# Refusals


@pytest.mark.parametrize("url", FORMS)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": ""}, "題名を入力してください。"),
        ({"title": "あ" * 101}, "題名は100文字以内で入力してください（いまは101文字です）。"),
        ({"title": "題\x07名"}, "題名に使えない文字（制御文字）が入っています"),
        ({"summary": "あ" * 301}, "300文字以内で入力してください（いまは301文字です）"),
        ({"reason": "あ" * 10_001}, "10,000文字以内で入力してください（いまは10,001文字です）"),
        ({"regions": []}, "取り組んだ場所を1つ以上加えてください。"),
        ({"regions": ["999999"]}, "選んだ場所が見つかりません。"),
        ({"regions": ["13'--"]}, "選んだ場所が見つかりません。"),
        ({"themes": []}, "分野を1つ以上選んでください。"),
        ({"themes": ["999"]}, "選んだ分野が見つかりません。"),
        ({"themes": ["abc"]}, "選んだ分野が見つかりません。"),
        ({"organization": ""}, "取り組んだ団体を選んでください。"),
        ({"organization": "abc"}, "この団体は選べません。"),
        ({"organization": "999999999999999999999"}, "この団体は選べません。"),
        ({"origin": "999"}, "選んだものが見つかりません。"),
        ({"origin": "abc"}, "選んだものが見つかりません。"),
    ],
)
def test_mistakes_are_told_and_nothing_typed_is_lost(client, organization, editor, url, change, sentence):
    response = client.post(url, typed(organization, tips="消えてはいけない文", **change))

    assert response.status_code == 200
    assert sentence in text(response)
    assert "消えてはいけない文" in text(response)
    assert "エラー：" in text(response)
    assert not CaseStudy.objects.exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"started_year": "1800"}, "開始した年を一覧から選んでください。"),
        ({"started_year": "らいねん"}, "開始した年を一覧から選んでください。"),
        ({"tags": "、".join(f"タグ{n}" for n in range(11))}, "タグは10個までです"),
        ({"tags": "あ" * 31}, "タグは1つ30文字までです。"),
        ({"partner_organizations": ["999"]}, "選んだものが見つかりません。"),
        ({"partner_organizations": ["abc"]}, "選んだものが見つかりません。"),
        ({"publish_at_year": "2099"}, "年・月・日をすべて選んでください。"),
        ({"publish_at_year": "2027", "publish_at_month": "2", "publish_at_day": "30"}, "この日付は暦にありません。"),
        ({"publish_at_year": "2020", "publish_at_month": "2", "publish_at_day": "3"}, "過ぎた日時です。"),
        ({"publish_at_year": "x", "publish_at_month": "2", "publish_at_day": "3"}, "この日付は暦にありません。"),
        ({"links-0-title": "役場"}, "リンクのアドレスを入力してください。"),
        ({"links-0-url": "https://example.jp/"}, "リンクの題名を入力してください。"),
        ({"links-0-title": "罠", "links-0-url": "javascript:alert(1)"}, "https:// または http:// で始まる"),
        ({"videos-0-title": "罠", "videos-0-url": "data:text/html,x"}, "https:// または http:// で始まる"),
        ({"links-0-title": "罠", "links-0-url": "ftp://example.jp/"}, "https:// または http:// で始まる"),
        ({"links-0-title": "長い", "links-0-url": "https://example.jp/" + "a" * 200}, "200文字以内で"),
    ],
)
def test_mistakes_of_the_full_form(client, organization, editor, change, sentence):
    response = client.post(FULL, typed(organization, tips="消えてはいけない文", **change))

    assert sentence in text(response)
    assert "消えてはいけない文" in text(response)
    assert not CaseStudy.objects.exists()


@pytest.mark.parametrize("url", FORMS)
def test_organization_of_others_is_refused(client, organization, editor, url):
    foreign = OrganizationFactory(published=True)

    response = client.post(url, typed(organization, organization=foreign.pk))

    assert "この団体は選べません。" in text(response)
    assert not CaseStudy.objects.exists()


def test_drafts_of_others_can_be_neither_origin_nor_partner(client, organization, editor):
    draft, hidden = CaseStudyFactory(title="ひみつの下書き"), OrganizationFactory(name="ひみつの会")

    response = client.post(FULL, typed(organization, origin=draft.pk, partner_organizations=[hidden.pk]))

    assert text(response).count("選んだものが見つかりません。") >= 2
    assert "ひみつ" not in text(response)


def test_nul_is_refused(client, organization, editor):
    assert client.post(SHORT, typed(organization, title="題\x00名")).status_code == 400


def test_emoji_and_script_are_text(client, organization, editor):
    evil = "🎉<script>alert(1)</script>\"'&"
    texts = {name: evil for name, _ in CaseStudy.SECTIONS}
    row = {"links-0-title": evil, "links-0-url": "https://example.jp/<script>", "videos-0-title": evil}
    row["videos-0-url"] = "https://example.jp/"
    more = {"subtitle": evil, "summary": evil, "contact": evil, "sources": evil, "title": evil, "tags": "<script>"}

    client.post(FULL, typed(organization, **texts, **more, **row))

    case = CaseStudy.objects.get()
    pages = [edit_url(case), edit_url(case, "edit_short"), case.get_absolute_url(), edit_url(case, "pictures")]
    for url in pages:
        content = text(client.get(url))
        assert "<script>alert" not in content
        assert "🎉" in content


# Steps without JavaScript


def test_place_is_added_by_button(client, organization, editor):
    data = typed(organization, regions=["13"], title="題名は残る")

    listed = text(client.post(SHORT, data | {"_places": "municipalities", "region": "28"}))
    added = text(client.post(SHORT, data | {"_places": "add", "region": "28", "municipality": "281000"}))

    assert "兵庫県の市区町村" in listed
    assert 'id="place-28"' not in listed
    assert 'id="place-281000"' in added
    assert 'id="place-13"' in added
    assert "題名は残る" in added
    assert "エラー" not in added


def test_place_left_in_the_picker_counts(client, organization, editor):
    client.post(SHORT, typed(organization, regions=[], region="28", municipality="281000"))

    assert [region.pk for region in CaseStudy.objects.get().regions.all()] == ["281000"]


def test_rows_are_added_by_button_up_to_ten(client, organization, editor):
    data = typed(organization, **{"links-0-title": "役場", "links-0-url": "example.jp"}, _more="links")

    content = text(client.post(FULL, data))

    assert 'name="links-1-title"' in content
    assert 'value="役場"' in content
    full = data | {f"links-{n}-title": "役場" for n in range(12)}
    content = text(client.post(FULL, full))
    assert 'name="links-9-title"' in content
    assert 'name="links-10-title"' not in content
    assert "10行までです。" in content


def test_rows_are_saved_changed_and_taken_away(client, case, editor):
    data = typed(case.organization, **{"links-0-title": "役場", "links-0-url": "example.jp/a"})
    client.post(edit_url(case), data)
    link = case.links.get()
    assert link.url == "https://example.jp/a"

    changed = {"links-0-pk": link.pk, "links-0-title": "町役場", "links-0-url": "https://example.jp/a"}
    client.post(edit_url(case), typed(case.organization, version="2", **changed))
    assert case.links.get().title == "町役場"
    assert case.links.get().pk == link.pk

    client.post(edit_url(case), typed(case.organization, version="3", **{"links-0-pk": link.pk, "links-0-title": ""}))
    assert not case.links.exists()


def test_row_of_another_case_is_left_alone(client, case, editor):
    foreign = CaseStudyFactory(published=True).links.create(title="よその", url="https://example.jp/")

    row = {"links-0-pk": foreign.pk, "links-0-title": "奪った", "links-0-url": "https://evil.example/"}
    client.post(edit_url(case), typed(case.organization, **row))

    foreign.refresh_from_db()
    assert foreign.title == "よその"
    assert case.links.get().pk != foreign.pk


def test_preview_shows_what_was_typed_and_writes_nothing(client, organization, editor):
    data = typed(organization, reason="**困りごと**から", **{"links-0-title": "役場", "links-0-url": "example.jp"})

    content = text(client.post(FULL, data | {"_preview": ""}))

    assert "まだ保存していません" in content
    assert "<strong>困りごと</strong>" in content
    assert "役場（外部サイト）" in content
    assert 'name="links-0-title" value="役場"' in content
    assert 'name="_preview"' not in content
    assert not CaseStudy.objects.exists()
    back = text(client.post(FULL, data | {"_back": ""}))
    assert "**困りごと**から" in back
    assert 'value="役場"' in back


def test_preview_of_a_public_case_changes_nothing(client, case, editor):
    change_status(case, "submit", by=editor)
    change_status(case, "publish", by=secretariat())

    content = text(client.post(edit_url(case), typed(case.organization, title="まだの題名", _preview="")))

    assert "まだの題名" in content
    case.refresh_from_db()
    assert (case.title, case.version) == ("朝市の送迎", 1)
    assert "まだの題名" not in text(client.get(case.get_absolute_url()))


def test_preview_with_mistakes_shows_the_form(client, organization, editor):
    assert "題名を入力してください。" in text(client.post(FULL, typed(organization, title="", _preview="")))


# Working copies


@pytest.mark.parametrize("url", FORMS)
def test_half_a_form_is_kept_and_comes_back(client, editor, url):
    client.post(url, {"_keep": "", "title": "書きかけ", "themes": ["1"], "region": "28", "links-0-title": "途中の行"})

    content = text(client.get(url))

    assert "書きかけの内容を表示しています" in content
    assert 'value="書きかけ"' in content
    assert 'id="place-28"' in content
    assert "エラー" not in content
    assert ("途中の行" in content) == (url == FULL)
    assert "書きかけ" in text(client.get("/cases/new/"))


def test_autosaved_text_comes_back_and_ends_with_saving(client, case, editor):
    name = f"case:{case.pk}:full"
    client.post(reverse("publishing:keep"), typed(case.organization, _form=name, title="自動の題名"))
    assert "自動の題名" in text(client.get(edit_url(case)))
    assert "保存していない書きかけがあります" in text(client.get(edit_url(case, "edit_short")))

    client.post(edit_url(case), typed(case.organization))

    assert not WorkingCopy.objects.exists()


def test_too_much_is_told_and_kept_on_the_page(client, editor):
    response = client.post(SHORT, {"_keep": "", "title": "残る題名", "reason": "あ" * 200_001})

    assert "文字が多すぎるため" in text(response)
    assert "残る題名" in text(response)


# Editing


def test_both_forms_edit_the_same_case(client, case, editor):
    client.post(edit_url(case, "edit_short"), typed(case.organization, title="短い画面の題名", content=case.content))

    assert 'value="短い画面の題名"' in text(client.get(edit_url(case)))
    case.refresh_from_db()
    assert case.content == "週に1回です。"


def test_edit_of_a_public_case_shows_at_once(client, case, editor):
    change_status(case, "submit", by=editor)
    change_status(case, "publish", by=secretariat())

    response = client.post(edit_url(case), typed(case.organization, title="新しい題名"), follow=True)

    assert response.redirect_chain[-1][0] == case.get_absolute_url()
    assert "新しい題名" in text(client.get(case.get_absolute_url()))
    assert Review.objects.open().get().reason == "change"


def test_later_editor_is_shown_both_and_may_save_again(client, case, editor):
    def write(item):
        item.title = "先の人の題名"
        item.save()
        item.links.create(title="先の人のリンク", url="https://example.jp/")

    save_changes(case, write, by=member_of(case.organization), version=1)

    data = typed(case.organization, title="後の人の題名", version="1")
    content = text(client.post(edit_url(case), data))

    assert "ほかの方が先に保存しました" in content
    assert "先の人の題名" in content
    assert "後の人の題名" in content
    assert "先の人のリンク" in content
    case.refresh_from_db()
    assert case.title == "先の人の題名"
    assert 'name="version" value="2"' in content
    client.post(edit_url(case), data | {"version": "2"})
    case.refresh_from_db()
    assert case.title == "後の人の題名"


def test_returned_case_shows_note_and_comments_and_is_sent_again(client, case, editor):
    change_status(case, "submit", by=editor)
    comments = {"summary": "もう少し短く。", "obstacles": "ここも書けますか。", "images": "明るい画像に。"}
    change_status(case, "return", by=secretariat(), note="ありがとうございます。", comments=comments)

    full, short = text(client.get(edit_url(case))), text(client.get(edit_url(case, "edit_short")))
    client.post(edit_url(case), typed(case.organization, _submit=""))

    for content in (full, short):
        for words in ["ありがとうございます。", *comments.values()]:
            assert content.count(words) == 1
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED


def test_closed_case_is_sent_again(client, case, editor):
    change_status(case, "submit", by=editor)
    change_status(case, "publish", by=secretariat())
    change_status(case, "close", by=editor, note="終わりました")
    assert "保存して申請する" in text(client.get(edit_url(case)))

    client.post(edit_url(case), typed(case.organization, _submit=""))

    case.refresh_from_db()
    assert case.status == Status.SUBMITTED


@pytest.mark.parametrize(
    ("status", "link"),
    [("draft", "discard"), ("submitted", "withdraw"), ("published", "close"), ("discarded", "restore")],
)
def test_page_offers_what_may_be_done(client, case, editor, status, link):
    CaseStudy.objects.filter(pk=case.pk).update(status=status, published_at=timezone.now())

    content = text(client.get(edit_url(case)))

    assert reverse("mypage_ask", args=["case", case.pk, link]) in content
    assert ('name="_save"' in content) == (status != "discarded")


@pytest.mark.parametrize("status", [Status.DISCARDED, Status.SCHEDULED])
def test_what_is_approved_or_discarded_is_not_edited_and_typed_text_is_kept(client, case, editor, status):
    CaseStudy.objects.filter(pk=case.pk).update(status=status, publish_at=timezone.now() + timedelta(days=3))

    response = client.post(edit_url(case), typed(case.organization, title="間に合わなかった題名"))

    assert "一時保存しました" in text(response)
    case.refresh_from_db()
    assert case.title == "朝市の送迎"
    assert WorkingCopy.objects.get().data["title"] == ["間に合わなかった題名"]


def test_scheduled_case_keeps_a_time(client, case, editor):
    type(case.organization).objects.update(can_self_publish=True)
    CaseStudy.objects.filter(pk=case.pk).update(status=Status.SCHEDULED, publish_at=timezone.now() + timedelta(days=3))

    content = text(client.post(edit_url(case), typed(case.organization)))

    assert "公開する日時を選んでください。" in content


# Who


@pytest.mark.parametrize("name", ["edit", "edit_short", "pictures"])
@pytest.mark.parametrize(
    ("who", "is_public", "status"),
    [
        ("stranger", False, 404),
        ("stranger", True, 403),
        ("secretariat", False, 403),
        ("secretariat", True, 403),
        ("member", False, 200),
        ("member", True, 200),
    ],
)
def test_only_members_edit(client, case, name, who, is_public, status):
    CaseStudy.objects.filter(pk=case.pk).update(
        status="published" if is_public else "draft", published_at=timezone.now()
    )
    people = {"stranger": UserFactory, "secretariat": secretariat, "member": lambda: member_of(case.organization)}
    client.force_login(people[who]())

    assert client.get(edit_url(case, name)).status_code == status
    if who != "member":
        assert client.post(edit_url(case, name), typed(case.organization)).status_code == status


@pytest.mark.parametrize("name", ["edit", "edit_short", "pictures"])
def test_visitors_are_led_to_sign_in(client, name):
    case = CaseStudyFactory(published=True)

    assert client.get(edit_url(case, name)).url.startswith("/accounts/login/")


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_other_methods_are_refused(client, case, editor, method):
    for url in [*FORMS, edit_url(case), edit_url(case, "pictures")]:
        assert getattr(client, method)(url).status_code == 405


def test_members_see_a_bar_on_the_page_and_others_do_not(client, case, editor):
    assert edit_url(case) in text(client.get(case.get_absolute_url()))
    change_status(case, "submit", by=editor)
    change_status(case, "publish", by=secretariat())
    assert edit_url(case) in text(client.get(case.get_absolute_url()))

    client.force_login(UserFactory())
    stranger = text(client.get(case.get_absolute_url()))
    client.logout()
    visitor = text(client.get(case.get_absolute_url()))

    for content in (stranger, visitor):
        assert edit_url(case) not in content
        assert f"/cases/new/?origin={case.pk}" in content


def test_list_leads_to_writing(client):
    assert "/cases/new/" in text(client.get("/cases/"))


@pytest.mark.parametrize("count", [1, 15])
@pytest.mark.parametrize("name", ["edit", "edit_short", "pictures"])
def test_query_count_of_the_pages_does_not_grow(client, case, editor, count, name):
    case.regions.set(Region.objects.filter(code__startswith="28").exclude(code="28")[:count])
    case.partner_organizations.set(OrganizationFactory.create_batch(count, published=True))
    for number in range(min(count, 10)):
        CaseImageFactory(case=case, position=number)
        case.links.create(title="役場", url="https://example.jp/")
    client.get(edit_url(case, name))

    with CaptureQueriesContext(connection) as queries:
        assert client.get(edit_url(case, name)).status_code == 200

    assert len(queries) == QUERIES[name]


QUERIES = {"edit": 24, "edit_short": 17, "pictures": 7}

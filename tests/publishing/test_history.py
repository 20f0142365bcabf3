"""Histories as sentences: of actions, of edits, and of what came by other paths."""

from datetime import timedelta

import pghistory
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import NAME_OF_CLOSED, User
from organizations.models import Membership
from publishing.actions import change_status, confirm, confirm_changes, create, recorded, roll_back, save_changes
from publishing.history import History
from publishing.models import Attachment, FileKind
from taxonomy.models import Region, Theme
from tests.factories import (
    CaseImageFactory,
    CaseStudyFactory,
    OrganizationFactory,
    UserFactory,
    member_of,
    owner_of,
    secretariat,
)
from tests.publishing.reviewing import edit, public, review_of, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(title="朝市の送迎")


@pytest.fixture
def editor(case):
    return member_of(case.organization, display_name="山田")


def sentences(item, reader):
    return [entry.sentence for entry in History(item, reader)[:50]]


def address(item):
    return reverse("publishing:history", args=[item.item_kind, item.pk])


def test_the_way_of_a_case_from_the_draft_to_a_confirmed_edit(editor):
    reviewer = UserFactory(role="secretariat", display_name="佐藤")

    def write(item):
        item.title, item.organization = "朝市の送迎", editor.memberships.get().organization
        item.save()
        item.regions.set([Region.objects.get(code="13")])

    case = create(CaseStudyFactory._meta.model, write, by=editor, key=None)
    case = change_status(case, "submit", by=editor)
    case = change_status(case, "return", by=reviewer, note="ありがとうございます。", comments={"summary": "短く"})
    case = save_changes(case, writes(summary="送迎です。", reason="声が上がりました。"), by=editor)
    case = change_status(case, "submit", by=editor)
    case = change_status(case, "publish", by=reviewer)
    case = save_changes(case, writes(title="朝市への送迎"), by=editor)
    confirm_changes(review_of(case), by=reviewer)

    told = set(sentences(case, editor))

    assert told == {
        "山田さんが下書きを作りました。",
        "山田さんが申請しました。",
        "事務局が差し戻しました。",
        "山田さんが「概要」と「きっかけ・理由」を変えました。",
        "事務局が公開しました。",
        "山田さんが「題名」を変えました。",
        "事務局が変更を確認しました。",
    }
    assert "事務局の佐藤さんが公開しました。" in sentences(case, reviewer)
    [returned] = [entry for entry in History(case, editor)[:50] if "差し戻し" in entry.sentence]
    assert (returned.note, returned.comments) == ("ありがとうございます。", [("概要", "短く")])


def changes(item, reader):
    """The newest change of each field."""
    return {change.label: change for entry in reversed(History(item, reader)[:50]) for change in entry.changes}


def test_texts_links_and_choices_before_and_after(case, editor):
    case.regions.set([Region.objects.get(code="13")])

    def write(item):
        item.title, item.stage = "朝市への送迎", "trial"
        item.save()
        item.regions.set([Region.objects.get(code="28")])
        item.themes.set([Theme.objects.get(slug="shopping")])

    save_changes(case, write, by=editor)

    assert "山田さんが「題名」「場所」「分野」と「段階」を変えました。" in sentences(case, editor)
    found = changes(case, editor)
    assert (found["題名"].before, found["題名"].after) == ("朝市の送迎", "朝市への送迎")
    assert (found["場所"].before, found["場所"].after) == ("東京都", "兵庫県")
    assert (found["段階"].before, found["段階"].after) == ("", "試行")
    assert found["分野"].after == "買い物"


def test_many_fields_are_summed_up(case, editor):
    save_changes(case, writes(title="a", summary="b", reason="c", purpose="d", content="e", tips="f"), by=editor)

    assert "山田さんが「題名」「概要」「きっかけ・理由」「目的」など6項目を変えました。" in sentences(case, editor)


def test_pictures_links_and_documents_come_and_go(case, editor):
    old = CaseImageFactory(case=case, alt="古い写真")

    def write(item):
        CaseImageFactory(case=item, alt="新しい写真")
        item.images.filter(pk=old.pk).update(is_removed=True)
        item.links.create(title="市の案内", url="https://example.jp/")
        Attachment.objects.create(item=item, file="attachments/aa/b", title="手引き", kind=FileKind.PDF, size=2000)

    case.links.create(title="別の案内", url="https://example.jp/")
    case.links.update(title="市のページ")
    save_changes(case, write, by=editor)

    told = sentences(case, editor)
    assert "山田さんが画像を1件追加し、画像を1件取り外し、関連リンクを1件追加し、資料を1件追加しました。" in told
    assert "だれが行ったか記録のない操作で、関連リンクを1件直しました。" in told
    assert "だれが行ったか記録のない操作で、関連リンクを1件追加しました。" in told
    rows = changes(case, editor)["資料"].rows
    assert "手引き（PDF" in rows[0].text


def test_rolling_back_says_what_was_put_back_and_why(editor):
    case = public(title="朝市の送迎")
    case = edit(case, title="広告")
    roll_back(review_of(case), by=secretariat(), note="広告は載せられません。")

    entries = History(case, secretariat())[:50]

    told = [entry.sentence for entry in entries]
    assert any(sentence.endswith("変更を前の内容に戻しました。") for sentence in told)
    assert any(sentence.endswith("「題名」を前の内容に戻しました。") for sentence in told)
    assert "広告は載せられません。" in [entry.note for entry in entries]


def test_confirmation_that_all_is_still_right(editor):
    case = public()
    confirm(case, on=timezone.localdate() + timedelta(days=1), by=editor)

    assert "山田さんが掲載内容がいまも正しいことを確かめました。" in sentences(case, editor)


def test_change_by_sql_is_told_honestly(case, editor):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_casestudy SET title = 'SQLの題名', status = 'closed' WHERE id = %s", [case.pk])

    told = sentences(case, editor)

    assert "だれが行ったか記録のない操作で、「題名」を変え、状態を「下書き」から「公開終了」に変えました。" in told


def test_change_by_a_job_is_told_as_such(case, editor):
    with recorded(by=None, action="tidy"):
        type(case).objects.filter(pk=case.pk).update(title="整えた題名")
    change_status(case, "publish", by=None)

    told = sentences(case, editor)

    assert "自動の処理で、「題名」を変えました。" in told
    assert "自動の処理で、公開しました。" in told


def test_change_without_anybody_signed_in(case, editor):
    with pghistory.context(user=None, url="/freshness/x/"):
        type(case).objects.filter(pk=case.pk).update(title="題名")

    assert "サインインしていない方が「題名」を変えました。" in sentences(case, editor)


def test_people_who_left_and_people_who_are_gone(case, editor):
    save_changes(case, writes(title="一つ目"), by=editor)
    with pghistory.context(user=999_999, action="edit"):
        type(case).objects.filter(pk=case.pk).update(title="二つ目")
    User.objects.filter(pk=editor.pk).update(
        display_name=NAME_OF_CLOSED, is_active=False, closed_at=timezone.now(), email="gone@example.jp"
    )

    told = sentences(case, secretariat())

    assert "退会済みの方が「題名」を変えました。" in told
    assert "登録のなくなった方が「題名」を変えました。" in told


def test_mail_addresses_are_told_to_reviewers_only(case):
    nameless = member_of(case.organization, display_name="")
    save_changes(case, writes(title="新しい"), by=nameless)

    assert f"{nameless.email}さんが「題名」を変えました。" in sentences(case, secretariat())
    assert "名前を登録していない方が「題名」を変えました。" in sentences(case, nameless)


def test_members_come_and_go():
    organization = OrganizationFactory()
    owner = owner_of(organization, display_name="田中")
    with recorded(by=owner, action="invite"):
        membership = Membership.objects.create(organization=organization, user=UserFactory(display_name="鈴木"))
    with recorded(by=owner, action="role"):
        membership.role = "owner"
        membership.save()
    with recorded(by=owner, action="leave"):
        membership.delete()

    told = sentences(organization, owner)

    for said in (
        "田中さんの操作で、メンバーに「鈴木／編集者」が加わりました。",
        "田中さんの操作で、メンバー「鈴木／管理者」の登録が変わりました。",
        "田中さんの操作で、メンバーから「鈴木／管理者」が外れました。",
    ):
        assert said in told


def test_scripts_are_shown_not_run(client, case, editor):
    save_changes(case, writes(title="<script>alert(1)</script>"), by=editor)
    client.force_login(editor)

    content = client.get(address(case)).content.decode()

    assert "<script>alert" not in content
    assert "&lt;script&gt;" in content


def test_page_is_for_members_and_reviewers(client):
    case = public()
    member, stranger = case.responsible_people().first(), UserFactory()

    assert client.get(address(case)).status_code == 302
    for person, code in ((member, 200), (secretariat(), 200), (stranger, 403)):
        client.force_login(person)
        response = client.get(address(case))
        assert response.status_code == code
    assert "団体のメンバーと事務局だけです" in response.content.decode()


def test_draft_of_others_is_not_found(client, case):
    client.force_login(UserFactory())

    assert client.get(address(case)).status_code == 404
    assert client.get(reverse("publishing:history", args=["nonsense", 1])).status_code == 404
    assert client.get(reverse("publishing:history", args=["case", 10**20])).status_code == 404


def test_nothing_can_be_posted(client, case, editor):
    client.force_login(editor)

    assert client.post(address(case)).status_code == 405


@pytest.mark.parametrize("page", ["1", "2", "999999", "x"])
def test_pages(client, case, editor, page):
    for number in range(25):
        save_changes(case, writes(title=f"題名{number}"), by=editor)
    client.force_login(editor)

    response = client.get(f"{address(case)}?page={page}")

    assert len(response.context["entries"]) == (20 if page in "1x" else 6)


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_does_not_grow(client, case, count, django_assert_max_num_queries):
    for number in range(count):
        editor = member_of(case.organization)

        def write(item, number=number):
            item.title = f"題名{number}"
            item.save()
            item.regions.set([Region.objects.order_by("pk")[number]])
            item.partner_organizations.set([OrganizationFactory()])
            item.links.create(title=f"リンク{number}", url="https://example.jp/")

        save_changes(case, write, by=editor)
        change_status(case, "submit", by=editor)
        change_status(case, "return", by=secretariat(), note="理由", comments={"title": "短く"})
    client.force_login(editor)
    client.get(address(case))

    with django_assert_max_num_queries(32):
        client.get(address(case))

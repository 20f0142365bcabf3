"""The page on which reviewers decide: what it shows, each decision, and what happens when somebody was faster."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import CaseStudy
from publishing.actions import change_status, save_changes
from publishing.models import CannedReason, ConfirmedContent, Decision, Review, Status, StatusChange
from taxonomy.models import Region, Theme
from tests.factories import CaseImageFactory, CaseStudyFactory, OrganizationFactory, UserFactory, member_of, secretariat
from tests.publishing.reviewing import (
    QUEUE,
    decision,
    edit,
    edited,
    page_of,
    public,
    review_of,
    submitted,
)

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert('あ')</script>"


@pytest.fixture
def reviewer(client):
    user = secretariat()
    client.force_login(user)
    return user


def text_of(response):
    return response.content.decode()


def test_new_application_shows_every_filled_field_in_the_order_of_the_page(client, reviewer):
    case = submitted(
        title="朝市の送迎",
        funding="会費で続けています。",
        contact="https://example.jp/contact",
        regions=[Region.objects.get(code="131016")],
        themes=[Theme.objects.get(slug="shopping")],
    )
    CaseImageFactory(case=case, alt="朝市に並ぶ人たち")

    content = text_of(client.get(page_of(case)))

    for said in ("東京都千代田区", "買い物", "会費で続けています。", "朝市に並ぶ人たち", case.receipt_number):
        assert said in content
    assert content.index("費用と財源") < content.index("問い合わせ先")
    assert '<a href="https://example.jp/contact" rel="nofollow">' in content
    assert "書かれていない項目" in content
    assert f'href="{case.get_absolute_url()}"' in content
    assert reverse("admin:cases_casestudy_change", args=[case.pk]) in content
    assert str(case.organization) in content
    assert case.responsible_people().first().email in content


def test_change_shows_the_difference_to_what_was_confirmed(client, reviewer):
    case = edited(before="朝市の送迎", after="朝市への送迎")

    content = text_of(client.get(page_of(case)))

    assert "1字を追加" in content or "1字を削除、2字を追加" in content
    assert "<ins>" in content
    assert "変更を確認する" in content
    assert "差し戻す" not in content


def test_pictures_are_shown_before_and_after(client, reviewer):
    case = public()
    old = CaseImageFactory(case=case, alt="古い写真")
    ConfirmedContent.objects.all().delete()
    case = edit(case, title=case.title)

    def exchange(item):
        item.images.filter(pk=old.pk).update(is_removed=True)
        CaseImageFactory(case=item, alt="新しい写真")

    case = save_changes(case, exchange, by=case.responsible_people().first())

    content = text_of(client.get(page_of(case)))

    assert "追加1件、取り外し1件" in content
    assert content.count('<img class="picture-small"') == 3  # both, and once more among the whole content
    assert "［削除：</span>古い写真" in content
    assert "［追加：</span>新しい写真" in content


def test_scripts_in_texts_are_shown_not_run(client, reviewer):
    case = edited(before=SCRIPT, after=f"{SCRIPT}<img src=x onerror=alert(1)>", reason=SCRIPT)

    content = text_of(client.get(page_of(case)))

    assert "<script>alert" not in content
    assert "<img src=x" not in content
    assert "&lt;script&gt;" in content


def test_long_texts_are_compared_in_a_moment(client, reviewer):
    case = public(content="朝市まで送迎しています。" * 800)
    case = edit(case, content="毎週、朝市まで送迎しています。" * 600)

    assert client.get(page_of(case)).status_code == 200


def test_duplicates_are_shown_with_their_state(client, reviewer):
    OrganizationFactory(name="特定非営利活動法人 みどりの会", status=Status.RETURNED)
    OrganizationFactory(name="あおぞら会", contact_phone="03-1234-5678", published=True)
    OrganizationFactory(name="まったく別の団体")
    new = OrganizationFactory(name="ＮＰＯ法人みどりの会", contact_phone="03-1234-5678")
    new = change_status(new, "submit", by=member_of(new))

    content = text_of(client.get(page_of(new)))

    assert "重なっているかもしれないもの（2件）" in content
    assert "団体名が似ている（状態：差戻し）" in content
    assert "連絡先電話番号が同じ（状態：公開）" in content
    assert "まったく別の団体" not in content


def test_former_reviews_are_shown_with_their_reasons(client, reviewer):
    case = submitted()
    change_status(case, "return", by=reviewer, note="全体の理由", comments={"summary": "短くしてください"})
    change_status(case, "submit", by=case.responsible_people().first())

    content = text_of(client.get(page_of(case)))

    for said in ("これまでの審査", "差し戻した", "全体の理由", "短くしてください"):
        assert said in content


def test_publishing_leads_to_the_next(client, reviewer):
    case, other = submitted(title="先の申請"), submitted(title="次の申請")

    response = client.post(page_of(case), decision(case, "publish"), follow=True)

    case.refresh_from_db()
    assert case.is_published
    assert response.redirect_chain == [(page_of(other), 302)]
    assert "「先の申請」：公開しました。" in text_of(response)


def test_after_the_last_decision_the_queue_is_shown(client, reviewer):
    case = submitted()

    response = client.post(page_of(case), decision(case, "publish"), follow=True)

    assert response.redirect_chain == [(QUEUE, 302)]


def test_filter_of_the_queue_goes_along(client, reviewer):
    case, organization = submitted(), OrganizationFactory()
    change_status(organization, "submit", by=member_of(organization))

    response = client.post(f"{page_of(case)}?kind=case", decision(case, "publish"))

    assert response["Location"] == f"{QUEUE}?kind=case"


def test_next_is_none_that_a_colleague_has_taken(client, reviewer):
    case, taken, free = submitted(), submitted(), submitted()
    Review.objects.filter(pk=review_of(taken).pk).update(claimed_by=secretariat())

    response = client.post(page_of(case), decision(case, "publish"))

    assert response["Location"] == page_of(free)


def test_publication_at_a_set_time(client, reviewer):
    case = submitted()
    moment = timezone.localtime() + timedelta(days=3)

    client.post(page_of(case), decision(case, "schedule", publish_date=f"{moment:%Y-%m-%d}", publish_time="09:30"))

    case.refresh_from_db()
    assert case.status == Status.SCHEDULED
    assert timezone.localtime(case.publish_at).strftime("%Y-%m-%d %H:%M") == f"{moment:%Y-%m-%d} 09:30"


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("", "", "公開する日を入力してください。"),
        ("2020-01-01", "09:00", "これから先の日時を入力してください。"),
        ("9999-12-31", "09:00", "1年以内の日時を入力してください。"),
        ("そのうち", "09:00", "日付を正しく入力してください。"),
        ("2027-01-01", "25:00", "時間を正しく入力してください。"),
    ],
)
def test_impossible_times_are_refused_and_nothing_typed_is_lost(client, reviewer, day, time, sentence):
    case = submitted()
    data = decision(case, "schedule", publish_date=day, publish_time=time, comment_summary="書きかけのコメント")

    response = client.post(page_of(case), data)

    assert sentence in text_of(response)
    assert "書きかけのコメント" in text_of(response)
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED


def test_wish_of_the_organization_stands_in_the_form(client, reviewer):
    wish = timezone.localtime() + timedelta(days=5)
    case = submitted(publish_at=wish)

    assert f'value="{wish:%Y-%m-%d}"' in text_of(client.get(page_of(case)))


def test_returning_with_comments_mails_them(client, reviewer, django_capture_on_commit_callbacks):
    case = submitted()
    data = decision(case, "return", comment_summary="短くしてください。", comment_images="写真を足してください。")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(case), data)

    case.refresh_from_db()
    assert case.status == Status.RETURNED
    body = mail.outbox[-1].body
    assert "■ 概要\n短くしてください。" in body
    assert "■ 画像\n写真を足してください。" in body


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "差し戻す理由を、ここか、項目ごとのコメントに書いてください。"), ("あ" * 1001, "1,000文字以内で")],
)
def test_returning_without_or_with_too_long_a_reason_is_refused(client, reviewer, text, sentence):
    case = submitted()

    response = client.post(page_of(case), decision(case, "return", note=text))

    assert sentence in text_of(response)
    assert text in text_of(response)
    case.refresh_from_db()
    assert case.status == Status.SUBMITTED


def test_canned_reason_is_put_in_without_javascript_and_can_be_edited(client, reviewer):
    case = submitted()
    reason = CannedReason.objects.create(title="短く", text="もう少し短くしてください。")
    data = {
        **decision(case, ""),
        "insert": "1",
        "canned": reason.pk,
        "insert_into": "comment_summary",
        "comment_summary": "ありがとうございます。",
        "note": "全体への書きかけ",
    }

    content = text_of(client.post(page_of(case), data))

    assert "ありがとうございます。\nもう少し短くしてください。" in content
    assert "全体への書きかけ" in content
    assert review_of(case).is_open


@pytest.mark.parametrize("canned", ["", "0", "999999999", "x", "😀"])
def test_unknown_canned_reason_changes_nothing(client, reviewer, canned):
    case = submitted()
    data = {**decision(case, ""), "insert": "1", "canned": canned, "insert_into": "version", "note": "書きかけ"}

    assert "書きかけ" in text_of(client.post(page_of(case), data))


def test_confirming_a_change(client, reviewer):
    case = edited(after="朝市への送迎")

    client.post(page_of(case), decision(case, "confirm"))

    assert ConfirmedContent.objects.get().content["title"] == "朝市への送迎"
    assert Review.objects.decided().first().decision == Decision.CONFIRMED


def test_rolling_back_needs_a_reason(client, reviewer):
    case = edited(before="朝市の送迎")
    address = page_of(case)

    refused = client.post(address, decision(case, "roll_back"))
    client.post(address, decision(case, "roll_back", note="もとの題名のほうが伝わります。"))

    assert "元に戻す理由を書いてください" in text_of(refused)
    case.refresh_from_db()
    assert case.title == "朝市の送迎"
    assert Review.objects.decided().first().note == "もとの題名のほうが伝わります。"


@pytest.mark.parametrize("name", ["", "discard", "confirm", "😀", "publish' OR 1=1"])
def test_decisions_that_do_not_fit_change_nothing(client, reviewer, name):
    case = submitted()

    response = client.post(page_of(case), decision(case, name), follow=True)

    assert "何も変えていません" in text_of(response)
    assert review_of(case).is_open


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_nonsense_for_the_version_decides_nothing(client, reviewer, version):
    case = submitted()

    response = client.post(page_of(case), {"decision": "publish", "version": version})

    assert response.status_code in (200, 409)
    assert review_of(case).is_open


def test_nobody_decides_on_what_was_edited_after_the_page_was_opened(client, reviewer):
    case = submitted()
    seen = decision(case, "return", note="書いた理由です。")
    edit(case, title="直した題名")

    response = client.post(page_of(case), seen)

    assert response.status_code == 409
    for said in ("まだ決めていません", "直した題名", "書いた理由です。"):
        assert said in text_of(response)
    assert review_of(case).is_open


def test_slower_reviewer_is_told_who_decided_and_keeps_the_text(client, reviewer):
    case = submitted()
    address, faster = page_of(case), UserFactory(role="secretariat", display_name="佐藤")
    change_status(case, "publish", by=faster)

    response = client.post(address, decision(case, "return", comment_summary="書いたコメントです。"))

    assert response.status_code == 409
    for said in ("ほかの方が先に決めました", "佐藤", "公開した", "書いたコメントです。", "送られていません"):
        assert said in text_of(response)
    case.refresh_from_db()
    assert case.is_published


def test_withdrawn_application_is_said_to_be_withdrawn(client, reviewer):
    case = submitted()
    address = page_of(case)
    change_status(case, "withdraw", by=case.responsible_people().first())

    response = client.post(address, decision(case, "publish"))

    assert "取り下げられています" in text_of(response)


def test_double_click_decides_once(client, reviewer):
    case, other = submitted(), submitted()
    address, data = page_of(case), decision(case, "publish")

    client.post(address, data)
    response = client.post(address, data, follow=True)

    assert response.redirect_chain == [(page_of(other), 302)]
    assert "すでにあなたが決めています" in text_of(response)
    assert StatusChange.objects.filter(action="publish").count() == 1


def test_old_page_does_not_decide_a_later_application(client, reviewer):
    case = submitted()
    address, data = page_of(case), decision(case, "publish")
    change_status(case, "return", by=secretariat(), note="理由です。")
    case = change_status(case, "submit", by=case.responsible_people().first())

    assert client.post(address, data).status_code == 409

    case.refresh_from_db()
    assert case.status == Status.SUBMITTED


def test_claim_take_over_and_release(client, reviewer):
    case, colleague = submitted(), secretariat()
    review = review_of(case)
    claim, release = (reverse(f"publishing:{name}", args=[review.pk]) for name in ("claim", "release"))

    client.post(claim)
    assert review_of(case).claimed_by == reviewer

    other = Client()
    other.force_login(colleague)
    assert "担当を引き継ぐ" in text_of(other.get(page_of(case)))
    other.post(claim)
    assert review_of(case).claimed_by == colleague

    assert "あなたの担当ではありません" in text_of(client.post(release, follow=True))
    assert review_of(case).claimed_by == colleague

    other.post(release)
    assert review_of(case).claimed_by is None


def test_claiming_what_is_decided_tells_so(client, reviewer):
    case = submitted()
    address = reverse("publishing:claim", args=[review_of(case).pk])
    change_status(case, "publish", by=secretariat())

    assert client.post(address).status_code == 409


@pytest.mark.parametrize("name", ["claim", "release"])
def test_nothing_changes_on_get(client, reviewer, name):
    assert client.get(reverse(f"publishing:{name}", args=[review_of(submitted()).pk])).status_code == 405


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 30])
def test_unknown_reviews_are_not_found(client, reviewer, number):
    assert client.get(f"/review/{number}/").status_code == 404


@pytest.mark.parametrize("count", [1, 15])
def test_query_count_does_not_grow(client, reviewer, count, django_assert_max_num_queries):
    case = CaseStudyFactory(regions=Region.objects.filter(code__startswith="13")[:count])
    for _ in range(count):
        editor = member_of(case.organization)
        change_status(case, "submit", by=editor)
        change_status(case, "return", by=reviewer, note="理由", comments={"summary": "短く", "title": "長く"})
        case.links.create(title="リンク", url="https://example.jp/")
    change_status(case, "submit", by=editor)
    for number in range(count):
        CaseStudyFactory(title=f"{case.title}{number}", organization=case.organization)
    client.get(page_of(case))

    with django_assert_max_num_queries(33):
        client.get(page_of(case))


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_wins():
    """On connections of their own, as in two processes."""
    case = submitted()
    address, start = page_of(case), Barrier(2)
    clients = [Client(), Client()]
    for browser in clients:
        browser.force_login(secretariat())

    def decide(browser, data):
        try:
            start.wait()
            return browser.post(address, data).status_code
        finally:
            connections.close_all()

    both = [decision(case, "publish"), decision(case, "return", note="理由です。")]
    with ThreadPoolExecutor(2) as threads:
        codes = sorted(threads.map(decide, clients, both))

    assert codes == [302, 409]
    case = CaseStudy.objects.get()
    assert case.status in (Status.PUBLISHED, Status.RETURNED)
    assert StatusChange.objects.exclude(action="submit").count() == 1
    assert Review.objects.get().decided_at

"""The three links of the yearly mail, tried by their owner, by scanners and by strangers; and the button on pages."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings
from django.core import mail, signing
from django.utils import timezone

from cases.models import CaseStudy, Stage
from publishing import freshness_links
from publishing.actions import change_status
from publishing.freshness import ASK_AFTER
from publishing.freshness_actions import ask_for_confirmation
from publishing.models import Answer, FreshnessQuestion, Review, Status
from tests.factories import CaseStudyFactory, OrganizationFactory, UserFactory, member_of, owner_of, secretariat

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ago():
    return timezone.localdate() - ASK_AFTER


@pytest.fixture
def case(long_ago):
    return CaseStudyFactory(published=True, title="朝市の送迎", confirmed_at=long_ago, stage=Stage.RUNNING)


@pytest.fixture
def owner(case):
    return owner_of(case.organization, display_name="佐藤花子")


@pytest.fixture
def links(case, owner, django_capture_on_commit_callbacks):
    """The addresses of the mail that was really sent, by answer."""
    with django_capture_on_commit_callbacks(execute=True):
        ask_for_confirmation()
    found = re.findall(r"^■ (\S+)\n(http\S+)$", mail.outbox.pop().body, re.MULTILINE)
    return {Answer(value): address for value, (_, address) in zip(Answer.values, found, strict=True)}


@pytest.fixture
def press(client, django_capture_on_commit_callbacks):
    def post(link, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(link, data, follow=True)

    return post


def text_of(response):
    return unescape(response.content.decode())


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("answer", Answer)
def test_scanner_that_opens_links_changes_nothing(client, links, case, long_ago, answer, method):
    response = getattr(client, method)(links[answer])

    case.refresh_from_db()
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert (case.confirmed_at, case.stage, case.status) == (long_ago, Stage.RUNNING, Status.PUBLISHED)
    assert not FreshnessQuestion.objects.exclude(answer="").exists()


@pytest.mark.parametrize("answer", Answer)
def test_page_names_item_and_answer(client, links, answer):
    text = text_of(client.get(links[answer]))

    assert f"「{answer.label}」とお返事しますか" in text
    assert "朝市の送迎" in text
    assert text.count("<h1") == 1


@pytest.mark.parametrize("owners", [1, 8])
def test_number_of_queries_does_not_grow(client, case, owner, owners, django_assert_max_num_queries):
    for _ in range(owners - 1):
        owner_of(case.organization)
    ask_for_confirmation()
    link = freshness_links.address(FreshnessQuestion.objects.first(), Answer.CHANGED)
    client.get(link)  # fills the caches of the frame

    with django_assert_max_num_queries(6):
        client.get(link)


def test_continues_confirms_the_case(press, links, case, owner):
    response = press(links[Answer.CONTINUES])

    case.refresh_from_db()
    assert case.confirmed_at == timezone.localdate()
    assert case.freshness_asked_on is None
    assert "ありがとうございます。「続いています」と記録しました。" in text_of(response)
    assert FreshnessQuestion.objects.get().answer == Answer.CONTINUES


def test_pressed_twice_is_told_and_harmless(press, client, links, case):
    press(links[Answer.CONTINUES])
    case.refresh_from_db()

    again = press(links[Answer.CONTINUES])

    assert "お返事をいただきました" in text_of(again)
    assert "お返事をいただきました" in text_of(client.get(links[Answer.CONTINUES], follow=True))
    version = case.version
    case.refresh_from_db()
    assert case.version == version


def test_changed_tells_the_secretariat_and_leads_to_the_edit_page(press, links, case, owner, settings):
    response = press(links[Answer.CHANGED], note="電話番号が変わりました。\n0123-45-6789です。")

    (message,) = mail.outbox
    assert (message.to, message.reply_to) == ([settings.SECRETARIAT_EMAIL], [owner.email])
    assert "0123-45-6789です。" in message.body
    assert FreshnessQuestion.objects.get().note.startswith("電話番号")
    assert f"/cases/{case.pk}/edit/" in text_of(response)
    case.refresh_from_db()
    assert case.freshness_asked_on is not None
    assert not case.is_stale


def test_changed_needs_no_words(press, links):
    press(links[Answer.CHANGED])

    assert "（記入はありませんでした）" in mail.outbox[0].body


@pytest.mark.parametrize(("note", "sentence"), [("あ" * 1001, "1,000文字以内"), ("電話\x07番号", "使えない文字")])
def test_note_that_cannot_be_is_refused_and_kept(press, links, note, sentence):
    response = press(links[Answer.CHANGED], note=note)

    assert sentence in text_of(response)
    assert note in text_of(response)
    assert "<title>エラー：" in text_of(response)
    assert not mail.outbox


@pytest.mark.parametrize("note", ["🙂", "あ" * 1000, "<script>alert(1)</script>", "=1+1"])
def test_note_may_be_anything_else(press, links, note):
    press(links[Answer.CHANGED], note=note)

    assert FreshnessQuestion.objects.get().note == note


def test_ended_case_stays_public_with_its_stage(press, links, case):
    text = text_of(press(links[Answer.ENDED]))

    case.refresh_from_db()
    assert (case.stage, case.status) == (Stage.ENDED, Status.PUBLISHED)
    assert case.confirmed_at == timezone.localdate()
    assert "段階を「終了」にしました" in text
    assert Review.objects.open().get().reason == "change"


def test_ended_organization_is_closed_with_a_note(client, press, long_ago, django_capture_on_commit_callbacks):
    organization = OrganizationFactory(published=True, confirmed_at=long_ago)
    owner = owner_of(organization)
    ask_for_confirmation()
    link = freshness_links.address(FreshnessQuestion.objects.get(), Answer.ENDED)
    assert "公開を終了します。ページは、ほかの方から見えなくなります" in text_of(client.get(link))

    text = text_of(press(link))

    organization.refresh_from_db()
    change = organization.status_changes.first()
    assert organization.status == Status.CLOSED
    assert (change.by, change.action) == (owner, "close")
    assert "終わりました" in change.note
    assert "公開を終了しました" in text
    assert "お返事をいただきました" in text_of(client.get(link, follow=True))


def test_editor_who_says_that_the_organization_ended_is_heard_by_the_secretariat(client, press, long_ago):
    """Only owners end the publication of an organization; where there is none, editors are asked."""
    organization = OrganizationFactory(published=True, confirmed_at=long_ago)
    editor = member_of(organization)
    ask_for_confirmation()
    link = freshness_links.address(FreshnessQuestion.objects.get(), Answer.ENDED)
    assert "事務局へ知らせます" in text_of(client.get(link))

    text = text_of(press(link))

    organization.refresh_from_db()
    assert (organization.status, organization.confirmed_at) == (Status.PUBLISHED, long_ago)
    assert "事務局へ知らせました" in text
    told = next(message for message in mail.outbox if message.to == [settings.SECRETARIAT_EMAIL])
    assert "「終わりました」とお返事" in told.body
    assert told.reply_to == [editor.email]


def test_another_answer_takes_the_place_of_the_former(client, press, links, case):
    press(links[Answer.CONTINUES])
    assert "すでにお返事をいただいています" in text_of(client.get(links[Answer.ENDED]))

    press(links[Answer.ENDED])

    case.refresh_from_db()
    assert case.stage == Stage.ENDED
    assert FreshnessQuestion.objects.get().answer == Answer.ENDED


def test_other_owner_sees_that_it_was_answered(client, press, case, owner, django_capture_on_commit_callbacks):
    owner_of(case.organization)
    ask_for_confirmation()
    first, second = FreshnessQuestion.objects.order_by("pk")
    press(freshness_links.address(first, Answer.CONTINUES))

    text = text_of(client.get(freshness_links.address(second, Answer.CHANGED)))

    assert "すでにお返事をいただいています" in text
    assert "続いています" in text


# Links that cannot be used


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "あ", "%00", "x" * 10_000, "WzEsImNvbnRpbnVlcyJd:1:x"])
def test_made_up_link_is_a_kind_404(client, links, token):
    assert client.get(f"/freshness/{token}/").status_code in (400, 404)


def test_tampered_link_is_a_kind_404(client, press, links, case, long_ago):
    link = links[Answer.CHANGED]
    broken = link.replace("/freshness/", "/freshness/A")

    for response in (client.get(broken), press(broken)):
        assert response.status_code == 404
        assert "このリンクは使えません" in text_of(response)
    case.refresh_from_db()
    assert case.confirmed_at == long_ago


def test_link_signed_for_something_else_is_not_taken(client, links):
    token = signing.dumps([FreshnessQuestion.objects.get().pk, "ended"], salt="another")

    assert client.get(f"/freshness/{token}/").status_code == 404


def test_link_of_a_question_that_is_gone(client, links):
    FreshnessQuestion.objects.all().delete()

    assert client.get(links[Answer.CONTINUES]).status_code == 404


def test_link_ends_after_ninety_days(client, press, links, case, long_ago, time_machine):
    now = timezone.now()
    time_machine.move_to(now + timedelta(days=89, hours=23), tick=False)
    assert client.get(links[Answer.CONTINUES]).status_code == 200
    time_machine.move_to(now + timedelta(days=90, minutes=1), tick=False)

    for response in (client.get(links[Answer.CONTINUES]), press(links[Answer.CONTINUES])):
        assert response.status_code == 410
        assert "期限" in text_of(response)
    case.refresh_from_db()
    assert case.confirmed_at == long_ago


def test_item_that_is_no_longer_public(client, press, links, case, owner):
    change_status(case, "close", by=owner)

    for response in (client.get(links[Answer.CONTINUES]), press(links[Answer.CONTINUES])):
        assert response.status_code == 410
        assert "いまは公開されていません" in text_of(response)


def test_item_that_is_gone(client, press, links, case):
    CaseStudy.objects.filter(pk=case.pk)._raw_delete("default")
    CaseStudy.objects.filter(pk=case.pk)

    assert client.get(links[Answer.CONTINUES]).status_code == 410


def test_person_who_has_left_the_organization(client, press, links, case, owner, long_ago):
    owner.memberships.all().delete()

    for response in (client.get(links[Answer.ENDED]), press(links[Answer.ENDED])):
        assert response.status_code == 410
        assert "メンバーから外れて" in text_of(response)
    case.refresh_from_db()
    assert (case.stage, case.confirmed_at) == (Stage.RUNNING, long_ago)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_other_methods_are_refused(client, links, method):
    assert getattr(client, method)(links[Answer.ENDED]).status_code == 405


def test_done_page_without_an_answer_leads_to_the_question(client, links):
    response = client.get(links[Answer.ENDED] + "done/")

    assert response.status_code == 302
    assert links[Answer.ENDED].endswith(response["Location"])


# The button on pages


def confirm_address(case):
    return f"/items/case/{case.pk}/confirm/"


@pytest.mark.parametrize("make", [lambda case: member_of(case.organization), lambda case: secretariat()])
def test_members_and_reviewers_confirm_by_a_button(client, case, make):
    client.force_login(make(case))

    response = client.post(confirm_address(case), {"next": "/mypage/"})

    case.refresh_from_db()
    assert response["Location"] == "/mypage/"
    assert case.confirmed_at == timezone.localdate()


def test_strangers_may_not_confirm(client, case, long_ago):
    assert client.post(confirm_address(case)).status_code == 302  # to the sign-in page
    client.force_login(UserFactory())

    assert client.post(confirm_address(case)).status_code == 403
    case.refresh_from_db()
    assert case.confirmed_at == long_ago


def test_only_what_is_public_is_confirmed(client):
    case = CaseStudyFactory()
    client.force_login(member_of(case.organization))

    response = client.post(confirm_address(case), follow=True)

    case.refresh_from_db()
    assert case.confirmed_at is None
    assert "「下書き」の状態のため" in text_of(response)


def test_drafts_of_others_are_not_there(client):
    client.force_login(UserFactory())

    assert client.post(confirm_address(CaseStudyFactory())).status_code == 404


def test_looking_does_not_confirm(client, case):
    client.force_login(member_of(case.organization))

    assert client.get(confirm_address(case)).status_code == 405


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_button_leads_to_no_other_site(client, case, target):
    client.force_login(member_of(case.organization))

    assert client.post(confirm_address(case), {"next": target})["Location"] == case.get_absolute_url()

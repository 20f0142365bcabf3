"""The contact form: stored once, numbered, mailed, and kind about everything that is wrong."""

import re
import uuid
from html import unescape

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mailing.models import MailStatus, OutgoingMail
from platform_site import actions
from platform_site.actions import receive_inquiry
from platform_site.forms import ContactForm
from platform_site.models import Inquiry

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed():
    return {
        "key": str(uuid.uuid4()),
        "name": "山田 花子",
        "email": "hanako@example.jp",
        "subject": "事例の載せ方について",
        "body": "移動販売の取り組みを載せたいです。\nどうすればよいですか。🙂",
    }


@pytest.fixture
def send(client, django_capture_on_commit_callbacks):
    def post(data, **extra):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post("/contact/", data, **extra)

    return post


def text_of(response):
    return unescape(response.content.decode())


def test_form_asks_with_labels_and_marks(client):
    html = client.get("/contact/").content.decode()

    assert html.count("※必須") == 4
    assert 'aria-describedby="id_body_helptext"' in html
    assert "maxlength" not in html.replace('maxlength="254"', "")


def test_key_differs_each_time(client):
    keys = {re.search(r'name="key" value="([^"]+)"', client.get("/contact/").content.decode())[1] for _ in range(2)}

    assert len(keys) == 2


@pytest.mark.parametrize(
    ("given", "shown"),
    [("事例「朝市」について", "事例「朝市」について"), ("あ" * 300, "あ" * 100), ("a%0d%0ab%00", "ab")],
)
def test_link_may_suggest_a_subject(client, given, shown):
    html = client.get(f"/contact/?subject={given}").content.decode()

    assert f'value="{shown}"' in html


def test_inquiry_is_stored_and_its_number_shown(send, client, typed):
    response = send(typed)

    inquiry = Inquiry.objects.get()
    assert inquiry.name == "山田 花子"
    assert inquiry.body == typed["body"]
    assert re.fullmatch(rf"Q-{timezone.localdate():%Y%m%d}-[2-9A-HJKMNP-Z]{{4}}", inquiry.receipt_number)
    assert response.status_code == 302
    assert inquiry.receipt_number in client.get(response.url).content.decode()


def test_address_of_the_receipt_names_nobody(send, typed):
    address = send(typed).url

    assert "hanako" not in address
    assert "%E5%B1%B1" not in address


def test_both_sides_get_a_mail(send, typed, settings):
    send(typed)

    to_secretariat, to_sender = mail.outbox
    number = Inquiry.objects.get().receipt_number
    assert to_secretariat.to == [settings.SECRETARIAT_EMAIL]
    assert to_secretariat.reply_to == ["hanako@example.jp"]
    assert typed["body"] in to_secretariat.body
    assert to_sender.to == ["hanako@example.jp"]
    assert number in to_secretariat.subject
    assert number in to_sender.subject
    assert number in to_sender.body


def test_acknowledgement_carries_no_typed_text(send, typed):
    send(typed)

    acknowledgement = mail.outbox[1]
    for value in (typed["name"], typed["subject"], typed["body"]):
        assert value not in acknowledgement.subject + acknowledgement.body


def test_double_click_makes_one_row_and_one_receipt(send, typed):
    first, second = send(typed), send(typed)

    assert Inquiry.objects.count() == 1
    assert first.url == second.url
    assert len(mail.outbox) == 2


def test_changed_text_under_the_same_key_is_a_new_inquiry(send, typed):
    send(typed)
    send(typed | {"body": "もう一つ質問があります。"})

    assert Inquiry.objects.count() == 2


def test_simultaneous_sending_is_told_apart_by_the_database(typed, monkeypatch):
    fields = typed | {"key": uuid.UUID(typed["key"])}
    first = receive_inquiry(**fields)
    # The other process has looked for the row before this one wrote it.
    looks = iter([None, first])
    monkeypatch.setattr(actions.Inquiry.objects, "filter", lambda **_: _Found(next(looks)))

    second = receive_inquiry(**fields)

    monkeypatch.undo()
    assert second == first
    assert Inquiry.objects.count() == 1


class _Found:
    def __init__(self, inquiry):
        self.inquiry = inquiry

    def first(self):
        return self.inquiry


def test_taken_receipt_number_is_drawn_again(typed, monkeypatch):
    numbers = iter(["Q-20261123-AAAA", "Q-20261123-AAAA", "Q-20261123-BBBB"])
    monkeypatch.setattr(actions, "new_receipt_number", lambda prefix: next(numbers))

    for body in ("一つめ", "二つめ"):
        receive_inquiry(**typed | {"key": uuid.uuid4(), "body": body})

    assert set(Inquiry.objects.values_list("receipt_number", flat=True)) == {"Q-20261123-AAAA", "Q-20261123-BBBB"}


@pytest.mark.parametrize("key", ["", "abc", "🙂"])
def test_broken_key_does_not_stop_anybody(send, typed, key):
    assert send(typed | {"key": key}).status_code == 302
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "お名前を入力してください。"),
        ({"name": "  "}, "お名前を入力してください。"),
        ({"name": "あ" * 51}, "お名前は50文字以内で入力してください（いまは51文字です）。"),
        ({"name": "山田\x07"}, "お名前に使えない文字"),
        ({"email": ""}, "メールアドレスを入力してください。"),
        ({"email": "hanako@"}, "メールアドレスの形で入力してください。"),
        ({"email": "hanako@example.jp\nBcc: all@example.jp"}, "メールアドレスの形で入力してください。"),
        ({"email": "a" * 250 + "@example.jp"}, "メールアドレスは254文字以内で入力してください。"),
        ({"subject": ""}, "件名を入力してください。"),
        ({"subject": "あ" * 101}, "件名は100文字以内で入力してください"),
        ({"subject": "質問\r\nBcc: all@example.jp"}, "件名に使えない文字"),
        ({"subject": "質問\u2028Bcc: all@example.jp"}, "件名に使えない文字"),
        ({"body": ""}, "お問い合わせの内容を入力してください。"),
        ({"body": "あ" * 10_000}, "お問い合わせの内容は4,000文字以内で入力してください（いまは10,000文字です）。"),
        ({"body": "あ\x1bい"}, "お問い合わせの内容に使えない文字"),
    ],
)
def test_refusal_says_what_to_do_and_keeps_what_was_typed(send, typed, changed, sentence):
    data = typed | changed

    response = send(data)

    text = text_of(response)
    assert response.status_code == 200
    assert sentence in text
    assert "入力内容を確認してください（1件）" in text
    assert "<title>エラー：お問い合わせ" in text
    assert 'aria-invalid="true"' in text
    assert not Inquiry.objects.exists()
    assert not mail.outbox
    for name, value in data.items():
        if value.strip() and "\n" not in value:
            assert value in text, name


@pytest.mark.parametrize("field", ["key", "name", "email", "subject", "body"])
def test_nul_character_is_refused_with_a_page(send, typed, field):
    response = send(typed | {field: "あ\x00い"})

    assert response.status_code == 400
    assert "送られた内容を読み取れませんでした" in text_of(response)
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize("field", ["name", "email", "subject", "body"])
def test_form_itself_knows_no_nul_characters(typed, field):
    form = ContactForm(typed | {field: "a@b.jp\x00"})

    assert list(form.errors) == [field]


def test_errors_are_linked_to_their_fields(send):
    text = text_of(send({}))

    assert "入力内容を確認してください（4件）" in text
    for field in ("id_name", "id_email", "id_subject", "id_body"):
        assert f'href="#{field}"' in text
        assert f'id="{field}"' in text
        assert f'id="{field}_error"' in text


def test_body_of_exactly_the_limit_is_taken_however_lines_end(send, typed):
    body = "\r\n".join(["あ" * 99] * 40)

    assert send(typed | {"body": body}).status_code == 302
    assert len(Inquiry.objects.get().body) == 99 * 40 + 39


def test_typed_markup_is_shown_as_text(send, typed):
    html = send(typed | {"name": "<script>alert(1)</script>", "email": ""}).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_sixth_message_within_ten_minutes_has_to_wait(send, typed):
    for number in range(5):
        assert send(typed | {"body": f"{number}通目です。"}).status_code == 302

    response = send(typed | {"body": "6通目です。"})

    assert response.status_code == 429
    assert "続けて送信されたため" in text_of(response)
    assert "6通目です。" in text_of(response)
    assert Inquiry.objects.count() == 5


def test_limit_counts_each_address_by_itself(send, typed):
    for number in range(5):
        send(typed | {"body": f"{number}通目です。"})

    response = send(typed | {"body": "別の場所から。"}, REMOTE_ADDR="203.0.113.7")

    assert response.status_code == 302


def test_mail_server_that_is_away_loses_neither_the_inquiry_nor_its_mails(send, typed, monkeypatch):
    def broken(self, *args, **kwargs):
        raise OSError("no route")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", broken)

    response = send(typed)

    assert response.status_code == 302
    assert Inquiry.objects.count() == 1
    assert [(m.status, m.attempts) for m in OutgoingMail.objects.all()] == [(MailStatus.WAITING, 1)] * 2


def test_header_injection_past_the_form_makes_no_header(typed, django_capture_on_commit_callbacks):
    fields = typed | {"key": uuid.uuid4(), "subject": "質問\nBcc: all@example.jp"}

    with django_capture_on_commit_callbacks(execute=True):
        receive_inquiry(**fields)

    assert [message.recipients() for message in mail.outbox] == [["secretariat@localhost"], ["hanako@example.jp"]]
    assert not any(message.message()["Bcc"] for message in mail.outbox)


@pytest.mark.parametrize("receipt", ["", "Q-20261123-ABCD", "Q-20261123-ABCD:forged", "\x00"])
def test_forged_receipt_is_not_shown(client, receipt):
    assert client.get(reverse("contact_done"), {"receipt": receipt}).status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "trace", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/contact/").status_code == 405


def test_form_needs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/contact/")

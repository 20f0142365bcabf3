"""The page of mails that were not sent, for developers."""

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path
    mails = [
        EmailMessage("確認のお願い", "一通目\nhttp://127.0.0.1:8000/accounts/", to=["hanako@example.jp"]),
        EmailMessage("二通目の<件名>", "<script>alert(1)</script>", to=["taro@example.jp"]),
    ]
    EmailBackend(file_path=tmp_path).send_messages(mails)


def test_there_is_no_such_page_outside_development(client, written):
    assert client.get("/dev/mail/").status_code == 404


def test_developer_reads_the_mails(client, written, settings):
    settings.DEBUG = True

    html = client.get("/dev/mail/").content.decode()

    assert html.index("二通目") < html.index("確認のお願い")
    assert "hanako@example.jp" in html
    assert '<a href="http://127.0.0.1:8000/accounts/"' in html
    assert "<script>alert" not in html


def test_no_mails_yet(client, settings, tmp_path):
    settings.DEBUG, settings.EMAIL_FILE_PATH = True, tmp_path / "nothing"

    assert "まだありません" in client.get("/dev/mail/").content.decode()

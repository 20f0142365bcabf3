"""Serving documents, and the page where members look after them."""

from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publishing import attachment_forms, attachments, working_copies
from publishing.actions import change_status, confirmed_content, roll_back, save_changes
from publishing.content import content_of, differences
from publishing.models import Attachment, FileKind, Review, Status, WorkingCopy
from search.actions import index
from tests.factories import (
    AttachmentFactory,
    CaseStudyFactory,
    OrganizationFactory,
    UserFactory,
    member_of,
    owner_of,
    picture_bytes,
    secretariat,
)
from tests.publishing.documents import EXE, PDF, office

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, title="朝市の送迎")


@pytest.fixture
def editor(case, client):
    person = member_of(case.organization)
    client.force_login(person)
    return person


def address(item):
    return f"/items/{item.item_kind}/{item.pk}/attachments/"


def upload(data=PDF, name="利用案内.pdf"):
    return SimpleUploadedFile(name, data, "application/octet-stream")


def typed(item, **values):
    """What a browser sends from the page of ``item``: the names as they are, and ``values``."""
    names = {f"attachment-{each.pk}-title": each.title for each in item.attachments.shown()}
    return {**names, "attachments-state": state_of(item), **values}


def state_of(item):
    return attachment_forms.AttachmentsForm(item, user=None).state


def read(response):
    """The file that is answered with; closing the answer unread would close the connection of the test."""
    return b"".join(response)


def shown(item):
    return list(item.attachments.shown())


# Serving


def test_document_is_served_with_headers_that_keep_it_in_its_place(client):
    attachment = AttachmentFactory(title="令和8年度 利用案内")

    response = client.get(attachment.get_absolute_url(), headers={"accept-encoding": "gzip"})

    assert read(response) == b"%PDF-1.4 %%EOF"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f"inline; filename*=utf-8''{quote('令和8年度_利用案内.pdf')}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response["Content-Length"] == "14"
    assert not {"Set-Cookie", "Content-Encoding"} & set(response.headers)


def test_office_documents_are_saved_not_shown(client):
    for kind in (FileKind.WORD, FileKind.EXCEL, FileKind.POWERPOINT):
        response = client.get(AttachmentFactory(kind=kind).get_absolute_url())
        read(response)
        assert response["Content-Disposition"].startswith("attachment; ")
        assert "openxmlformats" in response["Content-Type"]


def test_head_and_other_methods(client):
    url = AttachmentFactory().get_absolute_url()

    for method in ("post", "put", "delete", "patch", "trace"):
        assert getattr(client, method)(url).status_code == 405
    head = client.head(url)
    head.close()
    assert (head.status_code, head["Content-Length"]) == (200, "14")
    assert read(head) == b""


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.CLOSED])
def test_documents_of_what_is_not_public_are_for_members_and_reviewers(client, status):
    case = CaseStudyFactory()
    type(case).objects.filter(pk=case.pk).update(status=status)
    url = AttachmentFactory(item=case).get_absolute_url()

    for person, expected in [
        (None, 404),
        (UserFactory(), 404),
        (owner_of(OrganizationFactory()), 404),
        (member_of(case.organization), 200),
        (secretariat(), 200),
    ]:
        client.logout()
        if person:
            client.force_login(person)
        response = client.get(url)
        assert response.status_code == expected
        if expected == 200:
            assert response["Cache-Control"] == "private, no-store"
            read(response)


def test_removed_lost_and_unknown_documents_are_not_found(client):
    removed, lost = AttachmentFactory(is_removed=True), AttachmentFactory()
    lost.file.storage.delete(lost.file.name)
    client.force_login(secretariat())

    for url in (removed.get_absolute_url(), lost.get_absolute_url(), "/attachments/999999/a.pdf"):
        assert client.get(url).status_code == 404
    for url in ("/attachments/99999999999999999999/a.pdf", f"/media/{removed.file.name}", "/attachments/1/../a"):
        assert client.get(url).status_code == 404


def test_name_in_the_address_does_not_matter(client):
    attachment = AttachmentFactory()

    response = client.get(f"/attachments/{attachment.pk}/evil.html")

    assert response["Content-Type"] == "application/pdf"
    read(response)


# On pages


@pytest.mark.parametrize("factory", [CaseStudyFactory, OrganizationFactory])
def test_page_names_its_documents_with_kind_and_size(client, factory):
    item = factory(published=True)
    second = AttachmentFactory(item=item, title="<b>報告書</b>", position=2)
    first = AttachmentFactory(item=item, title="利用案内", position=1)
    AttachmentFactory(item=item, title="外した資料", is_removed=True)
    AttachmentFactory(item=(OrganizationFactory if factory is CaseStudyFactory else CaseStudyFactory)(id=item.pk))
    index(item)

    content = client.get(item.get_absolute_url()).content.decode()

    assert content.count("/attachments/") == 2
    assert content.index(first.get_absolute_url()) < content.index(second.get_absolute_url())
    assert "利用案内（PDF：1.2MB）</a>" in content
    assert "&lt;b&gt;報告書&lt;/b&gt;（PDF：1.2MB）" in content


def test_documents_are_found_by_their_titles(case):
    AttachmentFactory(item=case, title="移動販売の時刻表")
    index(case)

    assert list(type(case).objects.matching("時刻表")) == [case]


@pytest.mark.parametrize("count", [0, 9])
@pytest.mark.parametrize("factory", [CaseStudyFactory, OrganizationFactory])
def test_drafts_page_takes_no_more_queries_for_more_documents(client, factory, count, django_assert_num_queries):
    item = factory()
    client.force_login(secretariat())
    client.get(item.get_absolute_url())
    with CaptureQueriesContext(connection) as without:
        client.get(item.get_absolute_url())
    AttachmentFactory.create_batch(count, item=item)

    with django_assert_num_queries(len(without)):
        client.get(item.get_absolute_url())


# The page of members


def test_who_may_look_after_documents(client, case):
    draft = CaseStudyFactory(organization=case.organization)

    for person, of_public, of_draft in [
        (None, 302, 302),
        (UserFactory(), 403, 404),
        (owner_of(OrganizationFactory()), 403, 404),
        (secretariat(), 403, 403),
        (member_of(case.organization), 200, 200),
    ]:
        client.logout()
        if person:
            client.force_login(person)
        for item, expected in ((case, of_public), (draft, of_draft)):
            assert client.get(address(item)).status_code == expected
            response = client.post(address(item), typed(item, _add="1"))
            assert response.status_code == expected
    assert client.get("/items/nothing/1/attachments/").status_code == 404
    assert client.get("/items/case/999999/attachments/").status_code == 404


def test_adding_a_document_shows_it_at_once_and_enters_the_queue(client, case, editor):
    response = client.post(
        address(case),
        typed(case, **{"attachment-new-title": "くわしい案内", "attachment-new-file": upload(), "_add": "1"}),
        follow=True,
    )

    attachment = case.attachments.get()
    assert "資料を加えました。" in response.content.decode()
    assert (attachment.title, attachment.kind, attachment.size) == ("くわしい案内", FileKind.PDF, len(PDF))
    assert attachment.added_by == editor
    assert attachment.file.name.startswith("attachments/")
    assert "." not in attachment.file.name
    assert "くわしい案内（PDF：1KB）" in client.get(case.get_absolute_url()).content.decode()
    review = Review.objects.open().get()
    assert not review.is_small


def test_title_is_the_name_of_the_file_when_nothing_is_typed(client, case, editor):
    client.post(address(case), typed(case, **{"attachment-new-file": upload(name="令和8年度の計画.pdf"), "_add": "1"}))

    assert case.attachments.get().title == "令和8年度の計画"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (upload(EXE, "報告.pdf"), attachments.IS_A_PROGRAM),
        (upload(b"<html><body>", "報告.docx"), attachments.IS_A_WEB_PAGE),
        (upload(b"", "報告.pdf"), attachments.IS_EMPTY),
        (None, "ファイルを選んでください。"),
        ("これはファイルではない", "ファイルを選んでください。"),
    ],
)
def test_wrong_file_is_told_at_the_field_and_the_title_stays(client, case, editor, file, sentence):
    data = typed(case, **{"attachment-new-title": "わたしの資料"})
    if file:
        file.seek(0) if hasattr(file, "seek") else None
        data["attachment-new-file"] = file

    response = client.post(address(case), data)

    content = response.content.decode()
    assert response.status_code == 200
    assert f'id="id_attachment-new-file_error">＊{sentence}' in content
    assert f'<a href="#id_attachment-new-file">加える資料のファイル：{sentence}</a>' in content
    assert 'value="わたしの資料"' in content
    assert "<title>エラー：" in content
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("title", ["あ" * 101, "改\u2028行", "\u0007ベル"])
def test_wrong_title_is_told_and_the_file_has_to_be_chosen_again(client, case, editor, title):
    response = client.post(
        address(case), typed(case, **{"attachment-new-title": title, "attachment-new-file": upload()})
    )

    content = response.content.decode()
    assert 'id="id_attachment-new-title_error"' in content
    assert "選んだファイルは外れています" in content


def test_there_are_limits_to_number_and_size(client, case, editor):
    AttachmentFactory.create_batch(9, item=case)
    Attachment.objects.update(size=attachments.MAX_TOTAL_BYTES // 9)
    new = {"attachment-new-title": "もう1件", "attachment-new-file": upload()}

    response = client.post(address(case), typed(case, **new))
    assert "資料は合わせて50MBまでです" in response.content.decode()

    Attachment.objects.update(size=1000)
    client.post(address(case), typed(case, **{**new, "attachment-new-file": upload()}))
    assert case.attachments.count() == 10

    response = client.post(address(case), typed(case, **{**new, "attachment-new-file": upload()}))
    assert "資料は10件までです" in response.content.decode()
    assert "attachment-new-file" not in client.get(address(case)).content.decode()
    assert case.attachments.count() == 10


def test_names_and_order_change(client, case, editor):
    first, _ = AttachmentFactory(item=case, title="一"), AttachmentFactory(item=case, title="二")

    client.post(address(case), typed(case, **{f"attachment-{first.pk}-title": "いち", "_down": first.pk}))

    assert [(each.title, each.position) for each in shown(case)] == [("二", 0), ("いち", 1)]


def test_removing_from_what_was_public_can_be_rolled_back(client, case, editor):
    first, second = AttachmentFactory(item=case, title="一"), AttachmentFactory(item=case, title="二")
    save_changes(case, lambda item: None, by=editor)

    client.post(address(case), typed(case, _remove=first.pk))

    first.refresh_from_db()
    assert first.is_removed
    assert first.file.storage.exists(first.file.name)
    assert client.get(first.get_absolute_url()).status_code == 404

    roll_back(Review.objects.open().get(), by=secretariat(), note="戻します。")

    assert [each.pk for each in shown(case)] == [first.pk, second.pk]
    response = client.get(first.get_absolute_url())
    assert response.status_code == 200
    read(response)


def test_removing_from_a_draft_deletes_the_file(client, django_capture_on_commit_callbacks):
    draft = CaseStudyFactory()
    client.force_login(member_of(draft.organization))
    attachment = AttachmentFactory(item=draft)

    with django_capture_on_commit_callbacks() as callbacks:
        client.post(address(draft), typed(draft, _remove=attachment.pk))
    assert not Attachment.objects.exists()
    assert attachment.file.storage.exists(attachment.file.name)

    for callback in callbacks:
        callback()
    assert not attachment.file.storage.exists(attachment.file.name)


@pytest.mark.parametrize("button", ["_remove", "_up", "_down"])
@pytest.mark.parametrize("value", ["other", "x", "99999999999999999999"])
def test_documents_of_others_cannot_be_touched(client, case, editor, button, value):
    other = AttachmentFactory()
    AttachmentFactory(item=case)
    data = {button: other.pk if value == "other" else value, f"attachment-{other.pk}-title": "乗っ取り"}

    response = client.post(address(case), typed(case, **data))

    assert "その資料は、もうありません" in response.content.decode()
    other.refresh_from_db()
    assert (other.is_removed, other.title != "乗っ取り") == (False, True)


def test_two_people_do_not_undo_each_others_work(client, case, editor):
    attachment = AttachmentFactory(item=case, title="一")
    opened = typed(case, **{f"attachment-{attachment.pk}-title": "わたしの名前"})
    Attachment.objects.update(title="先の人の名前")

    response = client.post(address(case), opened)

    content = response.content.decode()
    assert "まだ何も保存していません" in content
    assert "先の人の名前" in content
    assert 'value="わたしの名前"' in content
    attachment.refresh_from_db()
    assert attachment.title == "先の人の名前"


def test_form_without_a_state_writes_nothing(client, case, editor):
    response = client.post(address(case), {"attachment-new-file": upload()})

    assert "まだ何も保存していません" in response.content.decode()
    assert not Attachment.objects.exists()


def test_text_that_was_begun_goes_on_after_a_document_was_added(client, case, editor):
    name = working_copies.form_name("case", case.pk, "full")
    WorkingCopy.objects.create(user=editor, form=name, data={"version": [str(case.version)], "title": ["途中"]})

    client.post(address(case), typed(case, **{"attachment-new-file": upload()}))

    case.refresh_from_db()
    assert WorkingCopy.objects.get().data == {"version": [str(case.version)], "title": ["途中"]}


@pytest.mark.parametrize("status", [Status.DISCARDED, Status.SCHEDULED])
def test_some_states_permit_no_change(client, editor, case, status):
    type(case).objects.update(status=status, publish_at=case.published_at)

    response = client.get(address(case))

    assert response.status_code == 302


def test_page_of_members_takes_no_more_queries_for_more_documents(client, case, editor, django_assert_num_queries):
    AttachmentFactory(item=case)
    client.get(address(case))
    with CaptureQueriesContext(connection) as one:
        client.get(address(case))
    AttachmentFactory.create_batch(8, item=case)

    with django_assert_num_queries(len(one)):
        client.get(address(case))


def test_reviewers_read_documents_as_people_call_them(client, case, editor):
    save_changes(case, lambda item: None, by=editor)
    client.post(address(case), typed(case, **{"attachment-new-file": upload(office(), "案内.docx")}))

    (change,) = differences(case, confirmed_content(case), content_of(case))

    assert (change.label, change.before, change.after) == ("資料", "", "案内（Word：1KB）")


def test_picture_is_a_document_too(client, case, editor):
    client.post(address(case), typed(case, **{"attachment-new-file": upload(picture_bytes(), "チラシ.pdf")}))

    attachment = case.attachments.get()
    assert attachment.get_absolute_url().endswith(".jpg")


def test_returned_item_says_what_is_wrong_with_its_documents(client):
    draft = CaseStudyFactory()
    client.force_login(member_of(draft.organization))
    change_status(draft, "submit", by=None)
    change_status(draft, "return", by=secretariat(), comments={"attachments": "写っている方の同意を確かめてください。"})

    assert "写っている方の同意を確かめてください。" in client.get(address(draft)).content.decode()


def test_form_of_an_organization_leads_to_its_documents_and_keeps_what_was_typed(client):
    organization = OrganizationFactory(published=True)
    client.force_login(member_of(organization))
    AttachmentFactory(item=organization, title="会則")
    form = f"/organizations/{organization.pk}/edit/"
    assert "会則（PDF：1.2MB）" in client.get(form).content.decode()

    response = client.post(form, {"version": organization.version, "summary": "途中の概要", "_files": "documents"})

    assert response.url == address(organization)
    client.post(response.url, typed(organization, **{"attachment-new-file": upload(), "_add": "1"}))
    organization.refresh_from_db()
    content = client.get(form).content.decode()
    assert "途中の概要" in content
    assert f'name="version" value="{organization.version}"' in content

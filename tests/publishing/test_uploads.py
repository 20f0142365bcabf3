"""Large uploads, and files that must not stay behind."""

import os
import time
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from cases.models import CaseImage
from publishing import attachments, file_tasks
from publishing.actions import confirm_changes, remember_confirmed, roll_back, save_changes
from publishing.attachment_actions import add_attachment, purge_removed, remove_attachment
from publishing.attachments import read
from publishing.images import make_renditions
from publishing.models import Attachment, Review
from publishing.stored_files import LEFT_ALONE_FOR, sweep
from publishing.upload_handler import MAX_REQUEST_BYTES
from tests.factories import (
    AttachmentFactory,
    CaseImageFactory,
    CaseStudyFactory,
    member_of,
    picture_bytes,
    secretariat,
)
from tests.publishing.documents import PDF

MEGABYTE = 1024 * 1024


class Body:
    """A form as a browser sends it, made while it is read: nothing of it is in memory."""

    def __init__(self, *files, fields=()):
        self.parts = []
        for name, value in fields:
            head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
            self.parts.append(BytesIO(f"{head}{value}\r\n".encode()))
        for number, size in enumerate(files):
            head = f'--x\r\nContent-Disposition: form-data; name="file{number}"; filename="a.pdf"\r\n\r\n'
            self.parts += [BytesIO(head.encode()), size, BytesIO(b"\r\n")]
        self.parts.append(BytesIO(b"--x--\r\n"))
        self.length = sum(part if isinstance(part, int) else len(part.getvalue()) for part in self.parts)

    def read(self, size=-1):
        while self.parts:
            if isinstance(self.parts[0], int):
                piece = b"\0" * min(self.parts[0], size if size > 0 else 65536)
                self.parts[0] -= len(piece)
            else:
                piece = self.parts[0].read(size)
            if piece:
                return piece
            self.parts.pop(0)
        return b""

    readline = None  # the parser of forms does not read lines


@pytest.fixture
def received():
    """The fields and files of a form as the site takes them in."""
    requests = []

    def receive(body):
        empty = RequestFactory().post("/", content_type="multipart/form-data; boundary=x")
        requests.append(WSGIRequest({**empty.environ, "wsgi.input": body, "CONTENT_LENGTH": str(body.length)}))
        return requests[-1].POST, requests[-1].FILES

    yield receive
    for request in requests:
        request.close()


def on_the_disk(file) -> int:
    return os.path.getsize(file.temporary_file_path())


def test_large_file_within_the_limits_lies_on_the_disk(received):
    typed, files = received(Body(5 * MEGABYTE, fields=[("title", "資料")]))

    assert typed["title"] == "資料"
    assert files["file0"].size == on_the_disk(files["file0"]) == 5 * MEGABYTE


def test_of_a_file_that_is_too_large_only_the_size_is_kept(received):
    typed, files = received(Body(30 * MEGABYTE, 1 * MEGABYTE, fields=[("title", "資料")]))

    assert typed["title"] == "資料"
    assert (files["file0"].size, on_the_disk(files["file0"])) == (30 * MEGABYTE, 0)
    assert on_the_disk(files["file1"]) == MEGABYTE


def test_100_megabytes_touch_neither_memory_nor_disk_and_get_a_sentence(received):
    body = Body(100 * MEGABYTE, 10, fields=[("title", "資料")])
    assert body.length > MAX_REQUEST_BYTES

    tracemalloc.start()
    typed, files = received(body)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert typed["title"] == "資料"
    assert most < 5 * MEGABYTE
    for file in files.values():
        assert on_the_disk(file) == 0
        with pytest.raises(attachments.ValidationError) as refusal:
            read(file)
        assert refusal.value.messages == [attachments.TOO_MANY_BYTES]


def test_proxy_lets_through_what_the_site_takes():
    settings = (Path(__file__).parents[2] / "deploy/nginx.conf").read_text()

    assert f"client_max_body_size {MAX_REQUEST_BYTES // MEGABYTE}m;" in settings


# What stays behind


def stored(folder="attachments"):
    return {str(path) for path in Path(storages["default"].path(folder)).rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def written(case, **kwargs):
    return save_changes(
        case, lambda item: add_attachment(item, read(ContentFile(PDF)), title="案内", by=None), by=None, **kwargs
    )


@pytest.mark.django_db
def test_actions_keep_the_file_and_take_it_away(django_capture_on_commit_callbacks):
    case = CaseStudyFactory()
    written(case)
    attachment = case.attachments.get()
    assert stored() == {attachment.file.path}

    with django_capture_on_commit_callbacks(execute=True):
        save_changes(case, lambda item: remove_attachment(item, attachment), by=None)
    assert stored() == set()


@pytest.mark.django_db
def test_file_goes_with_its_item(django_capture_on_commit_callbacks):
    case = AttachmentFactory().item

    with django_capture_on_commit_callbacks(execute=True):
        case.delete()

    assert stored() == set()


@pytest.mark.django_db
def test_row_that_cannot_be_saved_leaves_no_file():
    case = CaseStudyFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        add_attachment(case, read(ContentFile(PDF)), title="", by=None)

    assert stored() == set()


def age(*paths):
    for path in paths:
        os.utime(path, (time.time() - LEFT_ALONE_FOR.total_seconds() - 60,) * 2)


@pytest.mark.django_db
def test_file_of_a_transaction_that_failed_later_is_swept_up_a_day_later():
    case = CaseStudyFactory()
    with transaction.atomic():
        written(case)
        transaction.set_rollback(True)
    (lost,) = stored()
    assert not Attachment.objects.exists()

    assert sweep() == 0
    age(lost)
    assert sweep() == 1

    assert stored() == set()


@pytest.mark.django_db
def test_sweeping_leaves_everything_that_a_row_names():
    AttachmentFactory(is_removed=True)
    picture = CaseImageFactory(image=SimpleUploadedFile("a.jpg", picture_bytes((1000, 500))))
    make_renditions(picture.image.name)
    kept = stored() | stored("cases")
    token = "0" * 32
    lost = [storages["default"].save(f"cases/ab/{token}{end}", ContentFile(b"x")) for end in ("-480.webp", ".part")]
    age(*kept, *map(storages["default"].path, lost))

    assert sweep() == 2

    assert stored() | stored("cases") == kept
    assert len(kept) == 4


def test_sweeping_an_empty_storage():
    assert sweep() == 0


# What was removed


@pytest.mark.django_db
def test_removed_files_are_purged_once_nothing_can_bring_them_back(django_capture_on_commit_callbacks):
    case = CaseStudyFactory(published=True)
    attachment, picture = AttachmentFactory(item=case), CaseImageFactory(case=case)
    remember_confirmed(case, by=None)

    def remove(item):
        remove_attachment(item, attachment)
        CaseImage.objects.update(is_removed=True)

    save_changes(case, remove, by=member_of(case.organization))
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_removed() == 0
    assert stored()
    assert stored("cases")

    confirm_changes(Review.objects.open().get(), by=secretariat())
    with django_capture_on_commit_callbacks(execute=True):
        file_tasks.sweep_files(timestamp=0)

    assert stored() == stored("cases") == set()
    assert not Attachment.objects.exists()
    assert not CaseImage.objects.filter(pk=picture.pk).exists()


@pytest.mark.django_db
def test_what_a_spammer_added_is_purged_after_the_roll_back():
    case = CaseStudyFactory(published=True)
    remember_confirmed(case, by=None)
    kept, _ = AttachmentFactory(item=case), AttachmentFactory(item=case, is_removed=True)

    assert purge_removed() == 1

    assert Attachment.objects.get() == kept


@pytest.mark.django_db
def test_order_is_put_back_too():
    case = CaseStudyFactory(published=True)
    first, second = AttachmentFactory(item=case, position=0), AttachmentFactory(item=case, position=1)
    remember_confirmed(case, by=None)

    def turn(item):
        Attachment.objects.filter(pk=first.pk).update(position=2)

    save_changes(case, turn, by=None)
    review = Review.objects.open().get()
    assert [each.pk for each in case.attachments.all()] == [second.pk, first.pk]

    roll_back(review, by=secretariat(), note="戻します。")

    assert [each.pk for each in case.attachments.all()] == [first.pk, second.pk]

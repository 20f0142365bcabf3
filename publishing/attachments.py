"""What an uploaded document is, judged by its content alone, and whether it is harmless as far as that can be told.

Nothing is unpacked and nothing is held in memory whole but pictures: documents are read in pieces from the disk.
"""

import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File

from publishing import images, office_files, virus_scan
from publishing.models import Attachment, FileKind
from publishing.upload_handler import MAX_UPLOAD_BYTES as MAX_BYTES

MAX_FILES = 10
MAX_TOTAL_BYTES = 50 * 1024 * 1024
# A poster on A3 stays readable in print.
LARGEST_PICTURE = (4000, 4000)
LONGEST_TITLE = Attachment._meta.get_field("title").max_length

USABLE = "使えるのは、PDF、Word・Excel・PowerPoint（.docx・.xlsx・.pptx）、画像（JPEG・PNG・WebP）です。"
IS_EMPTY = "ファイルの中身が空です。ファイルを開いて中身を確かめてから、もう一度選んでください。"
TOO_MANY_BYTES = "ファイルが大きすぎます。1つ20MB以下、一度に送る合計は60MB以下にしてください。"
IS_A_PROGRAM = f"プログラムのファイルは使えません（名前ではなく中身で判断しています）。{USABLE}"
IS_A_WEB_PAGE = f"ウェブページ（HTML・SVG）のファイルは使えません。{USABLE}"
IS_ANOTHER_KIND = f"この形式のファイルは使えません。{USABLE}"
IS_BROKEN_PDF = "PDFが途中で切れているか、壊れています。もとのファイルを開けるか確かめて、もう一度選んでください。"
IS_TWO_THINGS = (
    "PDFのほかに別の種類のデータが入っているため、使えません。PDFを開いて「印刷」から「PDFに保存」をすると、"
    "使えるようになります。"
)
RUNS_BY_ITSELF = (
    "自動で動くしくみ（スクリプト）が入っているPDFは使えません。PDFを開いて「印刷」から「PDFに保存」をすると、"
    "使えるようになります。"
)

CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.POWERPOINT: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
}

_HEAD = 1024
_PIECE = 1024 * 1024
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")
_WEB_PAGE = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg|\?php)[\s>/]", re.IGNORECASE)


def _name_in_pdf(word: bytes) -> bytes:
    """A pattern for a name in a PDF, whose letters may be written as #4a."""
    return b"/" + b"".join(rb"(?:%c|#(?i:%02x))" % (letter, letter) for letter in word)


# Only where they are not compressed: the rest is the business of the virus scanner and the reader's program.
_RUNS = re.compile(_name_in_pdf(b"JavaScript") + b"|" + _name_in_pdf(b"Launch"))


@dataclass(frozen=True)
class Document:
    """An upload that may be kept; ``file`` is what to keep, for a picture not what was uploaded."""

    kind: FileKind
    file: File
    size: int


def read(upload: File) -> Document:
    """What ``upload`` is; raises ValidationError with a sentence for whoever uploaded it."""
    if upload.size > MAX_BYTES:
        raise ValidationError(TOO_MANY_BYTES, code="too_many_bytes")
    head = _piece(upload, 0, _HEAD)
    if not head:
        raise ValidationError(IS_EMPTY, code="empty")
    virus_scan.check(upload)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\f\0")
    if head.startswith(_PROGRAMS):
        raise ValidationError(IS_A_PROGRAM, code="program")
    if head.startswith(_PICTURES) or head[4:8] == b"ftyp":
        return _picture(upload)
    if head.startswith(office_files.OLD_SIGNATURE):
        raise ValidationError(office_files.old_sentence(upload), code="old_office")
    if head.startswith(office_files.SIGNATURE):
        return Document(office_files.kind_of(upload), upload, upload.size)
    if start.startswith(b"%PDF-"):
        _check_pdf(upload, head)
        return Document(FileKind.PDF, upload, upload.size)
    if _WEB_PAGE.search(head):
        raise ValidationError(IS_A_WEB_PAGE, code="web_page")
    if b"%PDF-" in head:
        raise ValidationError(IS_TWO_THINGS, code="polyglot")
    raise ValidationError(IS_ANOTHER_KIND, code="other_kind")


def _check_pdf(file, head: bytes) -> None:
    if b"%%EOF" not in _piece(file, max(0, file.size - _HEAD), _HEAD):
        # What is appended hides the end, too.
        raise ValidationError(IS_TWO_THINGS if is_archive(file) else IS_BROKEN_PDF, code="broken_pdf")
    if _WEB_PAGE.search(head) or is_archive(file):
        raise ValidationError(IS_TWO_THINGS, code="polyglot")
    if _contains(file, _RUNS):
        raise ValidationError(RUNS_BY_ITSELF, code="runs_by_itself")


def is_archive(file) -> bool:
    """Whether programs that unpack ZIP files would find one in it."""
    end = _piece(file, max(0, file.size - 65_557), 65_557)
    return b"PK\x05\x06" in end and _contains(file, re.compile(rb"PK\x03\x04"))


def _piece(file, offset: int, length: int) -> bytes:
    file.seek(offset)
    piece = file.read(length)
    file.seek(0)
    return piece


def _contains(file, pattern: re.Pattern) -> bool:
    """Whether ``pattern``, which matches fewer than 100 bytes, is anywhere in the file."""
    file.seek(0)
    rest = b""
    while piece := file.read(_PIECE):
        if pattern.search(rest + piece):
            file.seek(0)
            return True
        rest = piece[-100:]
    file.seek(0)
    return False


def _picture(upload) -> Document:
    """The picture written anew: without the place it was taken at and whatever else came with it."""
    if upload.size > images.MAX_BYTES:
        raise ValidationError(images.TOO_MANY_BYTES, code="too_many_bytes")
    data = _piece(upload, 0, images.MAX_BYTES)
    image = images.read(data, largest=LARGEST_PICTURE)
    kind = {b"\xff\xd8": FileKind.JPEG, b"\x89P": FileKind.PNG}.get(data[:2], FileKind.WEBP)
    file = BytesIO()
    image.save(file, kind.upper(), quality=90, exif=b"", icc_profile=b"", xmp=b"", comment=b"")
    return Document(kind, ContentFile(file.getvalue()), file.tell())


def title_from(name: str) -> str:
    """A title made of the name of a file: without its ending and what is no text."""
    stem = PurePath(unicodedata.normalize("NFKC", name.replace("\\", "/"))).stem
    return "".join(letter for letter in stem if letter.isprintable()).strip()[:LONGEST_TITLE]

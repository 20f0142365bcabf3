"""Word, Excel and PowerPoint files: told from their content, refused when they can do something by themselves.

They are ZIP archives. Only the parts that say what the others are get unpacked, and of each only so much.
"""

import re
import struct
import zipfile
import zlib
from xml.etree import ElementTree

from django.core.exceptions import ValidationError

from publishing.models import FileKind

SIGNATURE = b"PK\x03\x04"
OLD_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

MOST_PARTS = 5000
# The archive's own list of its parts: 5,000 of them with long names.
LONGEST_LIST = 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
# Empty spreadsheets shrink a lot, so only what becomes large is measured.
UNPACKED_IN_DOUBT = 20 * 1024 * 1024
HIGHEST_RATIO = 100
LONGEST_PART = 1024 * 1024
MOST_READ = 20 * 1024 * 1024

SAVE_AGAIN = "Officeで開き、「名前を付けて保存」で保存し直してください。"
IS_OLD = (
    "古い形式のファイル（.doc・.xls・.ppt・一太郎など）は使えません。作ったソフトで開き、「名前を付けて保存」で"
    "新しい形式（.docx・.xlsx・.pptx）かPDFにしてください。"
)
IS_LOCKED = "パスワードがかかっているため、使えません。パスワードを外して保存し直してください。"
IS_BROKEN = f"ファイルが途中で切れているか、壊れています。{SAVE_AGAIN}"
IS_NO_OFFICE_FILE = (
    "ZIPなどのまとめたファイルは使えません。中のファイルを取り出して、1つずつ選んでください。"
    "使えるのは、PDF、Word・Excel・PowerPoint（.docx・.xlsx・.pptx）、画像（JPEG・PNG・WebP）です。"
)
IS_TWO_THINGS = f"Officeのファイルのほかに別の種類のデータが入っているため、使えません。{SAVE_AGAIN}"
IS_TOO_LARGE_UNPACKED = f"開いたときに大きくなりすぎるため、使えません。{SAVE_AGAIN}"
HAS_MACROS = (
    "マクロなど、自動で動くしくみが入っているファイルは使えません。マクロのない形式（.docx・.xlsx・.pptx）か"
    "PDFで保存し直してください。"
)
LOADS_FROM_ELSEWHERE = (
    "ほかの場所から自動で読み込む部品（テンプレートなど）が入っているため、使えません。"
    "PDFで保存し直すと、使えるようになります。"
)

_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": FileKind.WORD,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": FileKind.EXCEL,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": FileKind.POWERPOINT,
}
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_MACROS = re.compile(r"macroenabled|vbaproject|vbadata|macrosheet|activex", re.IGNORECASE)
# What Office fetches when the document is opened; links that a person follows are no harm.
_LOADED_AT_ONCE = ("attachedTemplate", "oleObject", "frame", "subDocument")
_ELSEWHERE = re.compile(r"\s*(?:(?:https?|ftp|mhtml|ms-\w+):|\\\\|//|file:(?:\\\\|//)(?![/\\]))", re.IGNORECASE)
_END = struct.Struct("<4s4H2LH")
_ZIP64_MARK = b"PK\x06\x07"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
    ElementTree.ParseError,
)


def old_sentence(file) -> str:
    """Why a file of the old kind is refused: also how new ones with a password are stored."""
    file.seek(0)
    is_locked = "EncryptedPackage".encode("utf-16-le") in file.read(256 * 1024)
    file.seek(0)
    return IS_LOCKED if is_locked else IS_OLD


def kind_of(file) -> FileKind:
    """What the Office file is; raises ValidationError with a sentence for anything else in a ZIP archive."""
    _check_end(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive.infolist(), file.size)
            kind = _kind(archive)
            _check_relations(archive)
    except _UNREADABLE as error:
        raise ValidationError(IS_BROKEN, code="broken") from error
    finally:
        file.seek(0)
    return kind


def _check_end(file) -> None:
    """The list of parts ends where the file ends, begins where it says, and is short enough to be read."""
    file.seek(max(0, file.size - 20 - _END.size))
    tail = file.read(20 + _END.size)
    if len(tail) < 20 + _END.size:
        raise ValidationError(IS_BROKEN, code="broken")
    mark, disk, list_disk, _, count, list_size, list_start, comment = _END.unpack(tail[20:])
    if mark != b"PK\x05\x06" or disk or list_disk:
        raise ValidationError(IS_TWO_THINGS if _has_an_end(file) else IS_BROKEN, code="broken")
    if comment or tail.startswith(_ZIP64_MARK) or list_start + list_size != file.size - _END.size:
        raise ValidationError(IS_TWO_THINGS, code="polyglot")
    if count > MOST_PARTS or list_size > LONGEST_LIST:
        raise ValidationError(IS_TOO_LARGE_UNPACKED, code="bomb")


def _has_an_end(file) -> bool:
    """Whether the archive is whole, with something behind it."""
    file.seek(max(0, file.size - 65_557))
    return b"PK\x05\x06" in file.read()


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    is_suspicious = unpacked > UNPACKED_IN_DOUBT and unpacked > HIGHEST_RATIO * max(packed, 1)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or is_suspicious or packed > size:
        raise ValidationError(IS_TOO_LARGE_UNPACKED, code="bomb")
    names = [part.filename.lower() for part in parts]
    if len(set(names)) < len(names) or any(".." in name.split("/") or name.startswith("/") for name in names):
        raise ValidationError(IS_TWO_THINGS, code="polyglot")
    if any(part.flag_bits & 1 for part in parts):
        raise ValidationError(IS_LOCKED, code="password")
    if any(_MACROS.search(name) for name in names):
        raise ValidationError(HAS_MACROS, code="macros")


def _kind(archive: zipfile.ZipFile) -> FileKind:
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        raise ValidationError(IS_NO_OFFICE_FILE, code="no_office_file")
    types = _xml(archive, "[Content_Types].xml")
    if any(_MACROS.search(each.get("ContentType", "")) for each in types):
        raise ValidationError(HAS_MACROS, code="macros")
    kinds = {
        _MAIN_PARTS[each.get("ContentType")]
        for each in types.iter(f"{_TYPES}Override")
        if each.get("ContentType") in _MAIN_PARTS and each.get("PartName", "").lstrip("/") in names
    }
    if len(kinds) != 1:
        raise ValidationError(IS_NO_OFFICE_FILE, code="no_office_file")
    return kinds.pop()


def _check_relations(archive: zipfile.ZipFile) -> None:
    relations = [part for part in archive.infolist() if part.filename.endswith(".rels")]
    if sum(part.file_size for part in relations) > MOST_READ:
        raise ValidationError(IS_TOO_LARGE_UNPACKED, code="bomb")
    for part in relations:
        for each in _xml(archive, part.filename):
            is_loaded = each.get("Type", "").rpartition("/")[2] in _LOADED_AT_ONCE
            if is_loaded and each.get("TargetMode") == "External" and _ELSEWHERE.match(each.get("Target", "")):
                raise ValidationError(LOADS_FROM_ELSEWHERE, code="loads_from_elsewhere")


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """One part as XML: short, in UTF-8, without entities, which could grow without end."""
    with archive.open(name) as part:
        data = part.read(LONGEST_PART + 1)
    if len(data) > LONGEST_PART:
        raise ValidationError(IS_TOO_LARGE_UNPACKED, code="bomb")
    text = data.decode("utf-8-sig")
    if "<!" in text.replace("<!--", ""):
        raise ValidationError(IS_BROKEN, code="broken")
    return ElementTree.fromstring(text)  # noqa: S314 (no entities, a megabyte at most)

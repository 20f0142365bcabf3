"""What an uploaded recording is, judged by its content alone: MP4 or WebM that browsers play.

Only the frame of the file is read, in pieces from the disk: nothing of a recording is held in memory.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File

from events.models import VideoFormat
from publishing import virus_scan
from publishing.attachments import is_archive
from publishing.file_names import size_text

# Half a gigabyte, to the scanner and through it.
SCAN_SECONDS = 240

SAVE_AS = "動画の編集ソフトで、MP4（H.264）として保存し直してください。"
IS_EMPTY = "ファイルの中身が空です。ファイルを再生できるか確かめてから、もう一度選んでください。"
IS_NO_VIDEO = "動画として読み取れません（名前ではなく中身で判断しています）。使えるのは、MP4とWebMです。"
IS_ANOTHER_KIND = f"この形式（MOV・AVI・WMV・MKVなど）の動画は使えません。{SAVE_AS}"
IS_BROKEN = "動画が途中で切れているか、壊れています。もとのファイルを再生できるか確かめて、もう一度選んでください。"
IS_TWO_THINGS = f"動画のほかに別の種類のデータが入っているため、使えません。{SAVE_AS}"
HAS_NO_PICTURE = "映像が入っていません。音声だけのファイルは使えません。"
IS_SELDOM_PLAYED = (
    "この動画の圧縮のしかた（H.265など）は、見られないパソコンが多いため使えません。"
    f"{SAVE_AS}iPhoneでは、撮影の前に「設定」の「カメラ」で「互換性優先」を選ぶと、使えるようになります。"
)

# Not "qt  " (MOV), and none of the brands of pictures and of sound alone.
_MP4_BRANDS = {b"isom", b"avc1", b"mp41", b"mp42", b"M4V ", b"MSNV", b"dash", b"mmp4", b"av01"}
_MP4_BRANDS |= {b"iso%d" % number for number in range(2, 10)}
_PLAYED = {b"avc1", b"avc2", b"avc3", b"avc4", b"av01", b"vp08", b"vp09"}
_OTHER_VIDEOS = (b"RIFF", b"0&\xb2u", b"\0\0\1\xba", b"\0\0\1\xb3", b"FLV", b"G@")
_EBML, _SEGMENT, _DOC_TYPE = 0x1A45DFA3, 0x18538067, 0x4282
_LONGEST_HEADER = 4096
# More parts of a file than any recorder writes.
_MOST_BOXES = 200_000


@dataclass(frozen=True)
class Recording:
    """An upload that may be kept."""

    format: VideoFormat
    file: File
    size: int


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    end: int


def too_many_bytes() -> str:
    most = size_text(settings.MAX_VIDEO_BYTES)
    return f"ファイルが大きすぎます。{most}以下にするか、動画のサイトに載せて、そのアドレスを入力してください。"


def read(upload: File) -> Recording:
    """What ``upload`` is; raises ValidationError with a sentence for whoever uploaded it."""
    if upload.size > settings.MAX_VIDEO_BYTES:
        raise ValidationError(too_many_bytes(), code="too_many_bytes")
    if not upload.size:
        raise ValidationError(IS_EMPTY, code="empty")
    video_format = _format(upload)
    if is_archive(upload):
        raise ValidationError(IS_TWO_THINGS, code="polyglot")
    virus_scan.check(upload, seconds=SCAN_SECONDS)
    upload.seek(0)
    return Recording(video_format, upload, upload.size)


def _format(upload: File) -> VideoFormat:
    head = _piece(upload, 0, 12)
    if head[4:8] == b"ftyp":
        _check_mp4(upload)
        return VideoFormat.MP4
    if head.startswith(_EBML.to_bytes(4)):
        _check_webm(upload)
        return VideoFormat.WEBM
    if head.startswith(_OTHER_VIDEOS) or head[4:8] in (b"moov", b"mdat", b"wide", b"free"):
        raise ValidationError(IS_ANOTHER_KIND, code="other_kind")
    raise ValidationError(IS_NO_VIDEO, code="no_video")


def _check_mp4(file) -> None:
    boxes = list(_boxes(file, 0, file.size))
    brands = _piece(file, boxes[0].start, min(boxes[0].end - boxes[0].start, _LONGEST_HEADER))
    # The main brand, a version, and the other brands.
    named = {brands[at : at + 4] for at in range(0, len(brands) - 3, 4) if at != 4}
    if brands[:4] == b"qt  ":
        raise ValidationError(IS_ANOTHER_KIND, code="other_kind")
    if not named & _MP4_BRANDS:
        raise ValidationError(IS_NO_VIDEO, code="no_video")
    movie = next((box for box in boxes if box.kind == b"moov"), None)
    if movie is None or not any(box.kind in (b"mdat", b"moof") for box in boxes):
        raise ValidationError(IS_BROKEN, code="broken")
    codecs = set(_codecs(file, movie))
    if not codecs:
        raise ValidationError(HAS_NO_PICTURE, code="no_picture")
    if not codecs & _PLAYED:
        raise ValidationError(IS_SELDOM_PLAYED, code="seldom_played")


def _codecs(file, movie: _Box) -> Iterator[bytes]:
    """How the pictures of each track are compressed."""
    for track in _inside(file, movie, b"trak"):
        for media in _inside(file, track, b"mdia"):
            for handler in _inside(file, media, b"hdlr"):
                if _piece(file, handler.start + 8, 4) == b"vide":
                    yield from _descriptions(file, media)


def _descriptions(file, media: _Box) -> Iterator[bytes]:
    for information in _inside(file, media, b"minf"):
        for table in _inside(file, information, b"stbl"):
            for found in _inside(file, table, b"stsd"):
                yield _piece(file, found.start + 12, 4)


def _inside(file, box: _Box, kind: bytes) -> Iterator[_Box]:
    return (inner for inner in _boxes(file, box.start, box.end) if inner.kind == kind)


def _boxes(file, start: int, end: int) -> Iterator[_Box]:
    """The parts of an MP4 file between two places, which they must fill to the last byte."""
    for _ in range(_MOST_BOXES):
        if start == end:
            return
        head = _piece(file, start, 16)
        if len(head) < 8:
            raise ValidationError(IS_BROKEN, code="broken")
        size, kind = struct.unpack(">I4s", head[:8])
        skipped = 8
        if size == 1 and len(head) == 16:
            size, skipped = struct.unpack(">Q", head[8:])[0], 16
        elif size == 0:
            size = end - start
        if not kind.isascii() and kind[0] != 0xA9:
            raise ValidationError(IS_TWO_THINGS, code="polyglot")
        if size < skipped or start + size > end:
            raise ValidationError(IS_BROKEN, code="broken")
        yield _Box(kind, start + skipped, start + size)
        start += size
    raise ValidationError(IS_BROKEN, code="broken")


def _check_webm(file) -> None:
    head = _piece(file, 0, _LONGEST_HEADER)
    try:
        _, size, at = _element(head, 0)
        kind = _doc_type(head[at : at + size])
        name, at = _number(head, at + size, keep_mark=True)
        size, at = _number(head, at)
    except IndexError:
        raise ValidationError(IS_BROKEN, code="broken") from None
    if kind != b"webm":
        raise ValidationError(IS_ANOTHER_KIND if kind == b"matroska" else IS_NO_VIDEO, code="other_kind")
    # Recorders that do not know the size beforehand write none; None then.
    if name != _SEGMENT or (size is not None and at + size > file.size):
        raise ValidationError(IS_BROKEN, code="broken")
    if size is not None and at + size < file.size:
        raise ValidationError(IS_TWO_THINGS, code="polyglot")


def _doc_type(body: bytes) -> bytes:
    at = 0
    while at < len(body):
        name, size, at = _element(body, at)
        if name == _DOC_TYPE:
            return body[at : at + size].rstrip(b"\0")
        at += size
    return b""


def _element(data: bytes, at: int) -> tuple[int, int, int]:
    """The name of the part of a header at a place, its size, and where its content begins."""
    name, at = _number(data, at, keep_mark=True)
    size, at = _number(data, at)
    if size is None:
        raise IndexError
    return name, size, at


def _number(data: bytes, at: int, *, keep_mark=False) -> tuple[int | None, int]:
    """A number of EBML, as long as its first byte says, and where it ends; None for "unknown"."""
    length = 9 - data[at].bit_length()
    if length > 8 or at + length > len(data):
        raise IndexError
    number = int.from_bytes(data[at : at + length])
    if keep_mark:
        return number, at + length
    number &= (1 << 7 * length) - 1
    return (None if number == (1 << 7 * length) - 1 else number), at + length


def _piece(file, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)

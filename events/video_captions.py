"""Captions: WebVTT, also made of SubRip files, always written anew, so that what is kept can be shown."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

LONGEST_CAPTIONS = 300_000
MOST_BYTES = 2 * 1024 * 1024
EXAMPLE = "00:00:01.000 --> 00:00:04.000"

TOO_MANY_BYTES = "字幕のファイルが大きすぎます。2MB以下にしてください。"
IS_NO_TEXT = "字幕の文字を読み取れません。UTF-8かShift_JISのテキストで保存し直してください。"
IS_NO_CAPTIONS = (
    f"字幕として読み取れません。WebVTT（.vtt）かSubRip（.srt）を選んでください。時刻は「{EXAMPLE}」のように書きます。"
)
TOO_LONG = f"字幕は{LONGEST_CAPTIONS:,}文字までです。"

_TIME = r"(?:([0-9]{1,2}):)?([0-9]{1,2}):([0-9]{1,2})[.,]([0-9]{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}\s*(.*)")
_SETTING = re.compile(r"(?:vertical|line|position|size|align):[a-z0-9%,.-]+")
# What is no caption: remarks, and how to draw (which our pages decide).
_OTHER_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION|WEBVTT)(?:\s|$)")
_TAG_OF_SUBRIP = re.compile(r"</?font[^>]*>|\{\\[^}]*\}", re.IGNORECASE)
_KNOWN_TAG = re.compile(r"&lt;(/?[biu])&gt;", re.IGNORECASE)


@dataclass
class Cue:
    """One caption; times are milliseconds."""

    start: int
    end: int
    settings: str
    lines: list[str]

    def __str__(self):
        return "\n".join([f"{_time(self.start)} --> {_time(self.end)}{self.settings}", *self.lines])


def decoded(data: bytes) -> str:
    """The text of an uploaded file, in whichever way it is written; raises ValidationError."""
    if len(data) > MOST_BYTES:
        raise ValidationError(TOO_MANY_BYTES, code="too_many_bytes")
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(IS_NO_TEXT, code="no_text")


def to_webvtt(text: str) -> str:
    """Captions as browsers read them, made of WebVTT or SubRip; raises ValidationError with the line that is wrong."""
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text):
        raise ValidationError(IS_NO_TEXT, code="no_text")
    cues = _cues(text, is_subrip=not text.startswith("WEBVTT"))
    if not cues:
        raise ValidationError(IS_NO_CAPTIONS, code="no_captions")
    cues.sort(key=lambda cue: cue.start)
    written = "\n\n".join(["WEBVTT", *map(str, cues)]) + "\n"
    if len(written) > LONGEST_CAPTIONS:
        raise ValidationError(TOO_LONG, code="too_long")
    return written


def _cues(text: str, *, is_subrip: bool) -> list[Cue]:
    cues = []
    for number, lines in _blocks(text):
        # Before the times may stand a number or a name.
        place = next((place for place, line in enumerate(lines[:2]) if "-->" in line), None)
        if place is not None:
            cues.append(_cue(number + place, lines[place:], is_subrip))
        elif cues and not _OTHER_BLOCK.match(lines[0]):
            # An empty line inside of a caption.
            cues[-1].lines += _lines(number, lines, is_subrip)
        elif not _OTHER_BLOCK.match(lines[0]):
            raise ValidationError(IS_NO_CAPTIONS, code="no_captions")
    return cues


def _blocks(text: str):
    """What stands between empty lines, each with the number of its first line."""
    block = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(number: int, lines: list[str], is_subrip: bool) -> Cue:
    found = _TIMING.fullmatch(lines[0])
    times = found and [_milliseconds(found.groups()[first : first + 4]) for first in (0, 4)]
    if not times or None in times:
        raise ValidationError(
            f"字幕の{number}行目の時刻を読み取れません。「{EXAMPLE}」のように書いてください。", code="time"
        )
    if times[0] >= times[1]:
        raise ValidationError(f"字幕の{number}行目の、終わりの時刻を、始まりより後にしてください。", code="order")
    settings = "".join(f" {word}" for word in found[9].split() if _SETTING.fullmatch(word))
    return Cue(*times, settings, _lines(number + 1, lines[1:], is_subrip))


def _lines(number: int, lines: list[str], is_subrip: bool) -> list[str]:
    for further, line in enumerate(lines):
        if "-->" in line:
            raise ValidationError(f"字幕の{number + further}行目の前に、空の行を入れてください。", code="no_gap")
    return [_of_subrip(line) for line in lines] if is_subrip else [line.rstrip() for line in lines]


def _of_subrip(line: str) -> str:
    """Its text for WebVTT, where < and & mean something."""
    line = _TAG_OF_SUBRIP.sub("", line).strip()
    escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _KNOWN_TAG.sub(r"<\1>", escaped)


def _milliseconds(parts) -> int | None:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    if minutes > 59 or seconds > 59:
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(parts[3].ljust(3, "0"))


def _time(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"

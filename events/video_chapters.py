"""The chapters of a recording: lines of a time and a title."""

import re
from dataclasses import dataclass

MOST_CHAPTERS = 200
LONGEST_TITLE = 100
EXAMPLE = "0:05:30 取り組みの紹介"

# Full width digits and colons are how Japanese keyboards write them.
_LINE = re.compile(r"\s*(?:(\d{1,2})[:：])?(\d{1,3})[:：](\d{2})(?![\d:：])[\s、,，\-–—~〜]*(\S.*)?")


@dataclass(frozen=True)
class Chapter:
    seconds: int
    title: str

    @property
    def time(self) -> str:
        """「5:30」, 「1:05:30」."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def parse_chapters(text: str) -> tuple[list[Chapter], list[str]]:
    """The chapters of ``text``, and a sentence for each line that is none; empty lines do not matter."""
    chapters, problems = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        chapter = _chapter(line)
        if chapter is None:
            problems.append(
                f"目次の{number}行目を読み取れません。「{EXAMPLE}」のように、時間、空白、題の順に書いてください。"
            )
        elif len(chapter.title) > LONGEST_TITLE:
            problems.append(f"目次の{number}行目の題を、{LONGEST_TITLE}文字以内にしてください。")
        elif chapters and chapter.seconds <= chapters[-1].seconds:
            problems.append(f"目次の{number}行目の時間が、前の行より後になっていません。早い順に書いてください。")
        else:
            chapters.append(chapter)
    if len(chapters) > MOST_CHAPTERS:
        problems.append(f"目次は{MOST_CHAPTERS}行までにしてください（いまは{len(chapters)}行です）。")
    return chapters, problems


def _chapter(line: str) -> Chapter | None:
    found = _LINE.fullmatch(line)
    if not found or not found[4]:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[:3])
    if seconds > 59 or (found[1] and minutes > 59):
        return None
    return Chapter(hours * 3600 + minutes * 60 + seconds, found[4].strip())

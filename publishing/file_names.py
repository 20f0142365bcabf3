"""How files are called: their names when they are saved, and their sizes in words."""

import re

ENDINGS = {
    "pdf": "pdf",
    "word": "docx",
    "excel": "xlsx",
    "powerpoint": "pptx",
    "jpeg": "jpg",
    "png": "png",
    "webp": "webp",
    "mp4": "mp4",
    "webm": "webm",
    "calendar": "ics",
}
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|%#;\s]+')


def download_name(title: str, kind: str) -> str:
    """What a browser calls the file: the title as every system takes it, with the ending of its kind."""
    name = _NOT_IN_NAMES.sub("_", title)
    name = "".join(letter for letter in name if letter.isprintable()).strip("._")[:80]
    return f"{name or '資料'}.{ENDINGS[kind]}"


def size_text(size: int) -> str:
    """1.2MB, 340KB; never less than 1KB."""
    megabyte = 1024 * 1024
    if size >= 10 * megabyte:
        return f"{round(size / megabyte)}MB"
    if size >= megabyte:
        return f"{size / megabyte:.1f}MB"
    return f"{max(1, min(1023, round(size / 1024)))}KB"

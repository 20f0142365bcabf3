"""How a recording is watched on the page of its event; nothing here depends on who reads it or when."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from events.video_addresses import Player, player_of
from events.video_chapters import parse_chapters
from publishing.file_names import download_name, size_text

CONTENT_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
FOLDER = "events/"


@dataclass(frozen=True)
class ChapterLink:
    """A chapter, where it leads without a script, and what a frame would load."""

    time: str
    title: str
    address: str
    seconds: int
    frame: str = ""


class Watchable:
    """What the model of recordings says about watching them."""

    @cached_property
    def player(self) -> Player | None:
        """How to show what lies on another site here; None for a file and for sites we know nothing of."""
        return player_of(self.url) if self.url else None

    @property
    def frame(self) -> str:
        """What is loaded from the other site once somebody asks for it."""
        return self.player.frame_at(self.player.start)

    @property
    def page_elsewhere(self) -> str:
        """The video's page on its own site."""
        return self.player.page_at(self.player.start) if self.player else self.url

    @property
    def file_address(self) -> str:
        return reverse("events:video", args=[self.file.name.removeprefix(FOLDER)])

    @property
    def captions_address(self) -> str:
        return reverse("events:captions", args=[self.pk])

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.file_format]

    @property
    def file_text(self) -> str:
        """「動画（MP4：120MB）」."""
        return f"動画（{self.get_file_format_display()}：{size_text(self.size)}）"

    @property
    def place_text(self) -> str:
        """Where it lies, in words."""
        if self.file:
            return self.file_text
        return f"{self.player.site}の動画" if self.player else "ほかのサイトの動画（リンク）"

    @property
    def download_name(self) -> str:
        return download_name(self.title, self.file_format)

    @property
    def lacks_text(self) -> bool:
        """Whether people who do not hear well get nothing from it."""
        return not (self.captions or self.transcript)

    def get_absolute_url(self) -> str:
        return self.file_address if self.file else self.url

    def chapter_links(self) -> list[ChapterLink]:
        """The chapters that can be read; lines that no form has judged may be none."""
        return [
            ChapterLink(chapter.time, chapter.title, *self._at(chapter.seconds))
            for chapter in parse_chapters(self.chapters)[0]
        ]

    def _at(self, seconds: int) -> tuple[str, int, str]:
        if self.file:
            return f"{self.file_address}#t={seconds}", seconds, ""
        if self.player:
            return self.player.page_at(seconds), seconds, self.player.frame_at(seconds)
        return self.url, seconds, ""

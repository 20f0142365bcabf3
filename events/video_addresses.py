"""Addresses of videos on other sites: which of them can be watched on our own pages, and how."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

# What the page of an event may show in a frame once somebody asks for it.
FRAME_SOURCES = ("https://www.youtube-nocookie.com", "https://player.vimeo.com")

_YOUTUBE_HOSTS = {"youtube.com", "youtube-nocookie.com"}
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")
# They look like a video's name, but stand for a list or for whatever a channel sends right now.
_NO_VIDEOS = {"videoseries", "live_stream"}
_YOUTUBE_PATH = re.compile(r"/(?:live|shorts|embed|v)/([^/]+)/?")
_VIMEO_PATH = re.compile(
    r"/(?:video/|channels/[^/]+/|groups/[^/]+/videos/|(?:showcase|album)/[0-9]+/video/)?"
    r"([0-9]{1,12})(?:/([0-9a-f]{6,20}))?/?"
)
_VIMEO_KEY = re.compile(r"[0-9a-f]{6,20}")
_TIME = re.compile(r"(?:([0-9]{1,3})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,6})s?)?")


@dataclass(frozen=True)
class Player:
    """A video on another site: its page there, and what a frame on our page would load."""

    site: str
    page: str
    frame: str
    # What stands before a number of seconds, in either address.
    page_time: str
    frame_time: str
    # Where the address that was given begins.
    start: int = 0

    def page_at(self, seconds: int) -> str:
        return f"{self.page}{self.page_time}{seconds}s" if seconds else self.page

    def frame_at(self, seconds: int) -> str:
        return f"{self.frame}{self.frame_time}{seconds}" if seconds else self.frame


def player_of(address: str) -> Player | None:
    """How to watch what is at ``address``; None for what is not known to be one video."""
    try:
        parts = urlsplit(address.strip())
        is_usual = parts.port in (None, 80, 443)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not is_usual:
        return None
    host = re.sub(r"^(?:www|m|music)\.", "", parts.hostname or "")
    query = {name: values[0] for name, values in parse_qs(parts.query, max_num_fields=None).items()}
    if host == "youtu.be":
        return _youtube(parts.path.strip("/"), _start(query, parts))
    if host in _YOUTUBE_HOSTS:
        in_path = _YOUTUBE_PATH.fullmatch(parts.path)
        name = in_path[1] if in_path else query.get("v", "") if parts.path.rstrip("/") == "/watch" else ""
        return _youtube(name, _start(query, parts))
    if host in ("vimeo.com", "player.vimeo.com"):
        return _vimeo(parts, query)
    return None


def _youtube(name: str, start: int) -> Player | None:
    if not _YOUTUBE_ID.fullmatch(name) or name in _NO_VIDEOS:
        return None
    return Player(
        site="YouTube",
        page=f"https://www.youtube.com/watch?v={name}",
        frame=f"{FRAME_SOURCES[0]}/embed/{name}?autoplay=1",
        page_time="&t=",
        frame_time="&start=",
        start=start,
    )


def _vimeo(parts: SplitResult, query: dict[str, str]) -> Player | None:
    found = _VIMEO_PATH.fullmatch(parts.path)
    if not found:
        return None
    number, key = found[1], found[2] or query.get("h", "")
    # Without its key a video that is not listed cannot be opened.
    key = key if _VIMEO_KEY.fullmatch(key) else ""
    parameters = urlencode({"dnt": 1, "autoplay": 1, **({"h": key} if key else {})})
    return Player(
        site="Vimeo",
        page=f"https://vimeo.com/{number}" + (f"/{key}" if key else ""),
        frame=f"{FRAME_SOURCES[1]}/video/{number}?{parameters}",
        page_time="#t=",
        frame_time="#t=",
        start=_start(query, parts),
    )


def _start(query: dict[str, str], parts: SplitResult) -> int:
    """The seconds of ``t=90``, ``t=1m30s`` or ``start=90``, also behind the #."""
    behind = {name: values[0] for name, values in parse_qs(parts.fragment).items()}
    text = query.get("t") or query.get("start") or behind.get("t") or ""
    found = _TIME.fullmatch(text)
    if not found:
        return 0
    hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return hours * 3600 + minutes * 60 + seconds

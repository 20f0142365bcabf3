"""What addresses, chapters, captions and uploaded files are read as."""

import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from events import video_captions, video_files
from events.video_addresses import FRAME_SOURCES, player_of
from events.video_captions import decoded, to_webvtt
from events.video_chapters import Chapter, parse_chapters
from publishing import virus_scan

DATA = Path(__file__).parent / "data"
MP4, WEBM, HEVC = ((DATA / name).read_bytes() for name in ("talk.mp4", "talk.webm", "hevc.mp4"))
ZIP = b"PK\3\4" + bytes(30) + b"PK\5\6" + bytes(18)
YOUTUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"
VIMEO = "https://player.vimeo.com/video/123456789?dnt=1&autoplay=1"


# Addresses


@pytest.mark.parametrize(
    ("address", "frame"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", YOUTUBE),
        ("http://youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&list=PL1&index=2", YOUTUBE),
        ("https://m.youtube.com/watch/?v=dQw4w9WgXcQ", YOUTUBE),
        ("https://youtu.be/dQw4w9WgXcQ?si=tracking", YOUTUBE),
        (" https://youtu.be/dQw4w9WgXcQ/ ", YOUTUBE),
        ("https://www.youtube.com/live/dQw4w9WgXcQ", YOUTUBE),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", YOUTUBE),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0", YOUTUBE),
        ("https://WWW.YouTube.com:443/watch?v=dQw4w9WgXcQ", YOUTUBE),
        ("https://vimeo.com/123456789", VIMEO),
        ("https://www.vimeo.com/123456789/", VIMEO),
        ("https://vimeo.com/123456789/0a1b2c3d4e", VIMEO + "&h=0a1b2c3d4e"),
        ("https://vimeo.com/channels/staffpicks/123456789", VIMEO),
        ("https://vimeo.com/showcase/99/video/123456789", VIMEO),
        ("https://player.vimeo.com/video/123456789?h=0a1b2c3d4e&badge=0", VIMEO + "&h=0a1b2c3d4e"),
    ],
)
def test_addresses_of_one_video(address, frame):
    player = player_of(address)

    assert player.frame_at(0) == frame
    assert player.start == 0
    # The link leads to the same video again.
    assert player_of(player.page_at(0)) == player


@pytest.mark.parametrize(
    "address",
    [
        "",
        "dQw4w9WgXcQ",
        "https://www.youtube.com/",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQx",
        "https://www.youtube.com/watch?v=dQw4w9WgXc%22",
        "https://www.youtube.com/playlist?list=PL1234567890",
        # Both have as many letters as the name of a video.
        "https://www.youtube.com/embed/videoseries?list=PL1",
        "https://www.youtube.com/embed/live_stream?channel=UC1",
        "https://www.youtube.com/@somebody",
        "https://www.youtube.com.example.jp/watch?v=dQw4w9WgXcQ",
        "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com@example.jp/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com:8443/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com:x/watch?v=dQw4w9WgXcQ",
        "https://[::1/watch?v=dQw4w9WgXcQ",
        "javascript://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "ftp://youtu.be/dQw4w9WgXcQ",
        "https://vimeo.com/",
        "https://vimeo.com/event/123456",
        "https://vimeo.com/somebody",
        "https://example.jp/123456789",
    ],
)
def test_other_addresses_are_no_players(address):
    assert player_of(address) is None


@pytest.mark.parametrize(
    ("address", "start", "frame", "page"),
    [
        ("https://youtu.be/dQw4w9WgXcQ?t=90", 90, YOUTUBE + "&start=90", "watch?v=dQw4w9WgXcQ&t=90s"),
        ("https://youtu.be/dQw4w9WgXcQ?t=1h2m3s", 3723, YOUTUBE + "&start=3723", "watch?v=dQw4w9WgXcQ&t=3723s"),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ?start=5", 5, YOUTUBE + "&start=5", "dQw4w9WgXcQ&t=5s"),
        ("https://youtu.be/dQw4w9WgXcQ?t=soon", 0, YOUTUBE, "watch?v=dQw4w9WgXcQ"),
        ("https://vimeo.com/123456789#t=1m30s", 90, VIMEO + "#t=90", "vimeo.com/123456789#t=90s"),
    ],
)
def test_addresses_with_a_time(address, start, frame, page):
    player = player_of(address)

    assert player.start == start
    assert player.frame_at(player.start) == frame
    assert player.page_at(player.start).endswith(page)


@given(
    st.one_of(
        st.text(),
        st.builds(
            "{}://{}/{}".format,
            st.sampled_from(["https", "http"]),
            st.sampled_from(["youtu.be", "www.youtube.com", "vimeo.com", "player.vimeo.com", "x@youtu.be"]),
            st.one_of(
                st.text(),
                st.from_regex(r"(watch\?v=|live/|embed/|video/)?[\w\"'<>-]{9,12}([?&#](t|start|h)=\w{0,30})?"),
            ),
        ),
    )
)
def test_nothing_but_the_two_hosts_is_ever_framed(address):
    player = player_of(address)

    if player is not None:
        for found, hosts in (
            (player.frame_at(7), FRAME_SOURCES),
            (player.page_at(7), ("https://www.youtube.com", "https://vimeo.com")),
        ):
            parts = urlsplit(found)
            assert f"{parts.scheme}://{parts.netloc}" in hosts
            assert not set("\"'<> \n") & set(found)


# Chapters


def test_chapters_as_people_write_them():
    text = "0:00 はじめに\n\n5:30　取り組みの紹介\n１：０２：０３ 質疑 1:1\n75:00、おわりに\r\n1:20:00 - 閉会"

    chapters, problems = parse_chapters(text)

    assert problems == []
    assert [(chapter.seconds, chapter.title) for chapter in chapters] == [
        (0, "はじめに"),
        (330, "取り組みの紹介"),
        (3723, "質疑 1:1"),
        (4500, "おわりに"),
        (4800, "閉会"),
    ]
    assert [chapter.time for chapter in chapters] == ["0:00", "5:30", "1:02:03", "1:15:00", "1:20:00"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("はじめに", "目次の1行目を読み取れません。"),
        ("0:00 はじめに\n5:99 紹介", "目次の2行目を読み取れません。"),
        ("1:60:00 紹介", "目次の1行目を読み取れません。"),
        ("0:05:30", "目次の1行目を読み取れません。"),
        ("1:02:03:04 紹介", "目次の1行目を読み取れません。"),
        ("5:30 紹介\n5:30 質疑", "目次の2行目の時間が、前の行より後になっていません。"),
        ("0:00 " + "あ" * 101, "目次の1行目の題を、100文字以内にしてください。"),
        ("\n".join(f"{n}:00 第{n}章" for n in range(201)), "目次は200行までにしてください（いまは201行です）。"),
    ],
)
def test_chapters_that_cannot_be_read(text, sentence):
    _, problems = parse_chapters(text)

    assert [problem for problem in problems if problem.startswith(sentence)]


@given(st.lists(st.tuples(st.integers(0, 300_000), st.text("あいうaB 1:：。", min_size=1)), max_size=20))
def test_chapters_written_out_are_read_again(rows):
    wanted = [Chapter(seconds, f"題{title}".strip()) for seconds, title in sorted(dict(rows).items())]

    chapters, problems = parse_chapters("\n".join(f"{chapter.time} {chapter.title}" for chapter in wanted))

    assert problems == []
    assert chapters == wanted


@given(st.text())
def test_no_text_breaks_the_reading_of_chapters(text):
    chapters, problems = parse_chapters(text)

    assert len(chapters) + len(problems) <= len(text.splitlines()) + 1


# Captions

SUBRIP = """1
00:00:01,000 --> 00:00:04,000
<font color="#fff">みなさん、</font><i>こんにちは</i>。

2
00:00:05,5 --> 00:00:08,000
A & B は 1 < 2
{\\an8}二行目
"""


def test_captions_of_subrip_become_webvtt():
    assert to_webvtt(SUBRIP) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nみなさん、<i>こんにちは</i>。\n\n"
        "00:00:05.500 --> 00:00:08.000\nA &amp; B は 1 &lt; 2\n二行目\n"
    )


def test_webvtt_keeps_voices_and_places_and_loses_the_rest():
    text = (
        "\ufeffWEBVTT - 第1部\r\nKind: captions\r\n\r\nSTYLE\r\n::cue { background: url(https://evil.example) }\r\n\r\n"
        "NOTE remark\r\n\r\nopening\r\n"
        "00:05.000 --> 00:07.250 align:start line:0 region:x onclick:1\r\n<v 佐藤>はい。\r\n\r\n"
        "00:01.000 --> 00:02.000\r\nはじめます。\r\n"
    )

    assert to_webvtt(text) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nはじめます。\n\n"
        "00:00:05.000 --> 00:00:07.250 align:start line:0\n<v 佐藤>はい。\n"
    )


def test_webvtt_written_once_stays_as_it_is():
    once = to_webvtt(SUBRIP)

    assert to_webvtt(once) == to_webvtt(once.replace("\n", "\r\n")) == once


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", video_captions.IS_NO_CAPTIONS),
        ("WEBVTT", video_captions.IS_NO_CAPTIONS),
        ("議事録です。\n\nはじめに", video_captions.IS_NO_CAPTIONS),
        ("<html><script>alert(1)</script></html>", video_captions.IS_NO_CAPTIONS),
        ("WEBVTT\n\n00:00:01 --> 00:00:02\nあ", "字幕の3行目の時刻を読み取れません。"),
        ("WEBVTT\n\n00:61.000 --> 00:62.000\nあ", "字幕の3行目の時刻を読み取れません。"),
        ("WEBVTT\n\n1\n00:02.000 --> 00:02.000\nあ", "字幕の4行目の、終わりの時刻を、始まりより後にしてください。"),
        (
            "WEBVTT\n\n00:01.000 --> 00:02.000\nあ\n00:03.000 --> 00:04.000\nい",
            "字幕の5行目の前に、空の行を入れてください。",
        ),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n\x07", video_captions.IS_NO_TEXT),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n" + "あ" * 300_000, video_captions.TOO_LONG),
    ],
)
def test_captions_that_cannot_be_shown(text, sentence):
    with pytest.raises(ValidationError) as refusal:
        to_webvtt(text)

    assert refusal.value.messages[0].startswith(sentence)


@given(st.text("0123456789:.,-> \nWEBVTNOあ<&\t"))
def test_no_text_breaks_the_reading_of_captions(text):
    try:
        written = to_webvtt(text)
    except ValidationError:
        return
    assert to_webvtt(written) == written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_captions_in_the_encodings_of_this_country(encoding):
    assert decoded("髙橋さん、①です".encode(encoding)) == "髙橋さん、①です"


def test_captions_that_are_no_text():
    with pytest.raises(ValidationError, match="UTF-8かShift_JIS"):
        decoded(b"\x81\x20")
    with pytest.raises(ValidationError, match="UTF-8かShift_JIS"):
        decoded(b"\xff\xfe\x00\xd8")
    with pytest.raises(ValidationError, match="2MB以下"):
        decoded(bytes(2 * 1024 * 1024 + 1))


# Files


def read(data):
    return video_files.read(ContentFile(data))


@pytest.mark.parametrize(("data", "expected"), [(MP4, "mp4"), (WEBM, "webm")])
def test_recordings_are_told_by_their_content(data, expected):
    recording = read(data)

    assert (recording.format, recording.size) == (expected, len(data))
    assert recording.file.read() == data


def box(kind, content=b""):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def mkv():
    return WEBM.replace(b"\x42\x82\x84webm", b"\x42\x82\x84xxxx")


# An EBML header alone, of the length that its type needs.
MATROSKA = b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska\x18\x53\x80\x67\x80"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", video_files.IS_EMPTY),
        (b"MZ\x90\0" + bytes(100), video_files.IS_NO_VIDEO),
        (b"%PDF-1.4 %%EOF", video_files.IS_NO_VIDEO),
        (b"<html><script>alert(1)</script></html>", video_files.IS_NO_VIDEO),
        (b"RIFF\0\0\0\0AVI ", video_files.IS_ANOTHER_KIND),
        (b"0&\xb2u\x8ef\xcf\x11", video_files.IS_ANOTHER_KIND),
        (box(b"moov") + box(b"mdat"), video_files.IS_ANOTHER_KIND),
        (MP4.replace(b"ftypisom", b"ftypqt  ", 1), video_files.IS_ANOTHER_KIND),
        (MATROSKA, video_files.IS_ANOTHER_KIND),
        (mkv(), video_files.IS_NO_VIDEO),
        (box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"mdat"), video_files.IS_NO_VIDEO),
        (HEVC, video_files.IS_SELDOM_PLAYED),
        (MP4.replace(b"vide", b"soun"), video_files.HAS_NO_PICTURE),
        # Cut off, empty, or with lengths that lie.
        (MP4[:-1], video_files.IS_BROKEN),
        (MP4[:1500], video_files.IS_BROKEN),
        (MP4[:12], video_files.IS_BROKEN),
        (box(b"ftyp", b"isom"), video_files.IS_BROKEN),
        (box(b"ftyp", b"isom") + box(b"mdat"), video_files.IS_BROKEN),
        (b"\0\0\0\4ftypisom", video_files.IS_BROKEN),
        (b"\0\0\0\1ftyp" + b"\xff" * 8, video_files.IS_BROKEN),
        (WEBM[:-1], video_files.IS_BROKEN),
        (WEBM[:3] + b"\xa3", video_files.IS_BROKEN),
        (b"\x1a\x45\xdf\xa3", video_files.IS_BROKEN),
        (b"\x1a\x45\xdf\xa3\x00", video_files.IS_BROKEN),
        (b"\x1a\x45\xdf\xa3\xff" + WEBM[5:], video_files.IS_BROKEN),
        # Something else besides.
        (MP4 + ZIP, video_files.IS_BROKEN),
        (MP4 + box(b"free", ZIP), video_files.IS_TWO_THINGS),
        (MP4 + b"\0\0\0\x10\xffPDF%PDF-1.4", video_files.IS_TWO_THINGS),
        (WEBM + ZIP, video_files.IS_TWO_THINGS),
        (WEBM + b"<script>", video_files.IS_TWO_THINGS),
    ],
)
def test_files_that_are_refused(data, sentence):
    with pytest.raises(ValidationError) as refusal:
        read(data)

    assert refusal.value.messages == [sentence]


@given(st.binary(max_size=200), st.integers(0, len(MP4)), st.sampled_from([MP4, WEBM]))
def test_no_bytes_break_the_reading_of_files(noise, place, data):
    for broken in (data[:4] + noise, data[:8] + noise, data[:place] + noise + data[place + len(noise) :], noise):
        with suppress(ValidationError):
            assert read(broken).size == len(broken)


def test_files_that_are_too_large(settings):
    settings.MAX_VIDEO_BYTES = 1024

    with pytest.raises(ValidationError, match="1KB以下にするか、動画のサイトに載せて"):
        read(MP4)


def test_many_parts_do_not_take_for_ever():
    parts = box(b"ftyp", b"isom") + box(b"free") * (video_files._MOST_BOXES + 1)

    with pytest.raises(ValidationError, match="壊れています"):
        read(parts)


def test_only_the_frame_of_a_file_is_read():
    class Counting(BytesIO):
        size, read_bytes = 0, 0

        def read(self, size=-1):
            piece = super().read(size)
            self.read_bytes += len(piece)
            return piece

    file = Counting(MP4 + box(b"free", bytes(30 * 1024 * 1024)))
    file.size = len(file.getvalue())

    assert video_files.read(file).format == "mp4"
    assert file.read_bytes < 200_000


def test_the_virus_scanner_sees_recordings(monkeypatch):
    def check(file, *, seconds):
        assert seconds == video_files.SCAN_SECONDS
        raise ValidationError(virus_scan.IS_INFECTED)

    monkeypatch.setattr(virus_scan, "check", check)

    with pytest.raises(ValidationError, match="ウイルス"):
        read(MP4)

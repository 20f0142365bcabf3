"""Recordings and captions are sent to whoever may see the event, from any place of the file."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from events import video_serving
from events.models import EventVideo
from events.video_serving import NotSatisfiable, asked_range
from publishing.upload_handler import REST_OF_REQUEST
from tests.factories import EventFactory, UserFactory, member_of

TALK = (Path(__file__).parent / "data/talk.mp4").read_bytes()
SIZE = len(TALK)
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nはじめます。\n"


# Ranges, after RFC 9110, section 14.1.2


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-499", (0, 499)),
        ("bytes=500-999", (500, 999)),
        ("bytes=-500", (9500, 9999)),
        ("bytes=9500-", (9500, 9999)),
        # The first byte, the last byte, and what Safari asks first.
        ("bytes=0-0", (0, 0)),
        ("bytes=-1", (9999, 9999)),
        ("bytes=0-1", (0, 1)),
        ("bytes=0-", (0, 9999)),
        ("bytes=9999-", (9999, 9999)),
        # Cut to the file.
        ("bytes=9000-20000", (9000, 9999)),
        ("bytes=-20000", (0, 9999)),
        ("BYTES=0-499", (0, 499)),
        (" bytes= 0-499 ", (0, 499)),
        # No range, several, other units, and what is none.
        ("", None),
        ("bytes=0-0,-1", None),
        ("bytes=500-600,601-999", None),
        ("exampleunit=1-2", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=500-400", None),
        ("bytes=a-b", None),
        ("bytes=+1-2", None),
        ("bytes=--5", None),
        ("bytes=1_0-20", None),
        ("bytes=０-９", None),
        ("bytes=0-" + "9" * 5000, None),
        ("bytes 0-499", None),
    ],
)
def test_parts_of_ten_thousand_bytes(header, part):
    assert asked_range(header, 10_000) == part


@pytest.mark.parametrize("header", ["bytes=10000-", "bytes=10000-20000", "bytes=-0", "bytes=" + "9" * 30 + "-"])
def test_parts_outside_of_the_file(header):
    with pytest.raises(NotSatisfiable):
        asked_range(header, 10_000)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-1"])
def test_an_empty_file_has_no_parts(header):
    with pytest.raises(NotSatisfiable):
        asked_range(header, 0)


@given(st.one_of(st.text(), st.from_regex(r"bytes=[0-9]{0,3}-[0-9]{0,3}", fullmatch=True)), st.integers(0, 300))
def test_a_part_always_lies_in_the_file(header, size):
    try:
        part = asked_range(header, size)
    except NotSatisfiable:
        return
    assert part is None or 0 <= part[0] <= part[1] < size


# Answers


@pytest.fixture
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def recording(event, **fields):
    video = EventVideo(event=event, title="第1部 講演", file_format="mp4", size=SIZE, captions=VTT, **fields)
    video.file.save("", ContentFile(TALK))
    return video


@pytest.fixture
def video(db, _own_folder):
    return recording(EventFactory(published=True))


@pytest.fixture
def ask(client, video):
    """The answer to a request for the recording, and its body."""

    def ask(method="get", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        response = getattr(client, method)(video.file_address, headers=headers)
        # Read to its end a file is closed, too.
        return response, b"".join(response) if response.streaming else response.content

    return ask


def test_the_whole_recording(ask, video):
    response, body = ask(Accept_Encoding="gzip")

    assert (response.status_code, body) == (200, TALK)
    assert response["Content-Length"] == str(SIZE)
    assert response["Content-Type"] == "video/mp4"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''%E7%AC%AC1%E9%83%A8")
    assert not response.has_header("Content-Encoding")
    assert not response.cookies


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-1", 0, 1), ("bytes=0-", 0, SIZE - 1), ("bytes=-1", SIZE - 1, SIZE - 1), ("bytes=100-199", 100, 199)],
)
def test_a_part_of_the_recording(ask, asked, first, last):
    response, body = ask(Range=asked)

    assert (response.status_code, body) == (206, TALK[first : last + 1])
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert response["Content-Type"] == "video/mp4"
    assert response["ETag"]


def test_a_large_part_is_answered_in_pieces(ask, monkeypatch):
    monkeypatch.setattr(video_serving, "MOST_AT_ONCE", 1000)
    whole, at = b"", 0

    while at < SIZE:
        response, body = ask(Range=f"bytes={at}-")
        assert response["Content-Range"] == f"bytes {at}-{at + len(body) - 1}/{SIZE}"
        assert len(body) <= 1000
        whole, at = whole + body, at + len(body)

    assert whole == TALK


def test_a_part_outside_of_the_recording(ask):
    response, body = ask(Range=f"bytes={SIZE}-")

    assert (response.status_code, body) == (416, b"")
    assert response["Content-Range"] == f"bytes */{SIZE}"
    assert response["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=9-1"])
def test_ranges_of_another_kind_get_everything(ask, asked):
    response, body = ask(Range=asked)

    assert (response.status_code, body) == (200, TALK)
    assert not response.has_header("Content-Range")


def test_head_tells_the_size_and_takes_no_range(ask):
    for headers in ({}, {"Range": "bytes=0-1"}):
        response, body = ask("head", **headers)

        assert (response.status_code, body) == (200, b"")
        assert response["Content-Length"] == str(SIZE)
        assert response["Accept-Ranges"] == "bytes"


def test_a_part_of_what_the_reader_has_already(ask):
    etag = ask("head")[0]["ETag"]

    assert ask(Range="bytes=0-1", If_Range=etag)[0].status_code == 206
    # Another version, a weak mark, and a day: the whole file.
    for other in ('"other"', f"W/{etag}", "Wed, 21 Oct 2026 07:28:00 GMT"):
        assert ask(Range="bytes=0-1", If_Range=other)[0].status_code == 200
    # That the part lies outside does not matter then.
    assert ask(Range="bytes=99999999-", If_Range='"other"')[0].status_code == 200


def test_what_the_reader_has_is_not_sent_again(ask):
    etag = ask("head")[0]["ETag"]

    response, body = ask(If_None_Match=etag, Range="bytes=0-1")

    assert (response.status_code, body) == (304, b"")
    assert response["ETag"] == etag
    assert response["Cache-Control"] == "public, max-age=3600"
    assert ask(If_None_Match='"other"')[0].status_code == 200
    assert ask(If_Match='"other"')[0].status_code == 412


def test_other_methods_are_refused(client, video):
    for method in ("post", "put", "delete", "patch", "options", "trace"):
        assert getattr(client, method)(video.file_address).status_code == 405
        assert getattr(client, method)(video.captions_address).status_code == 405


def test_captions(client, video):
    response = client.get(video.captions_address)

    assert response.content.decode() == VTT
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=3600"


def test_no_captions_is_no_page(client, video):
    EventVideo.objects.update(captions="")

    assert client.get(video.captions_address).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_folder")
def test_what_is_not_public_is_for_the_organization(client):
    video = recording(EventFactory())
    addresses = [video.file_address, video.captions_address]

    assert [client.get(address).status_code for address in addresses] == [404, 404]
    client.force_login(UserFactory())
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    client.force_login(member_of(video.event.organization))
    for address in addresses:
        response = client.get(address)
        assert b"".join(response)
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"


def test_what_was_removed_is_sent_no_more(client, video):
    EventVideo.objects.update(is_removed=True)

    assert client.get(video.file_address).status_code == 404
    assert client.get(video.captions_address).status_code == 404


def test_a_file_that_is_gone_is_no_error(client, video):
    Path(video.file.path).unlink()

    assert client.get(video.file_address).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "ab/../../../etc/passwd",
        "/etc/passwd",
        "ab/" + "0" * 32 + ".mp4",
        "ab/" + "0" * 32 + ".mp4/",
        "ab/" + "0" * 32 + ".mp4%0a",
        "ab/" + "0" * 32 + ".exe",
        "ab\\" + "0" * 32 + ".mp4",
        "1",
        "%E3%81%82",
    ],
)
def test_no_path_leads_elsewhere(client, video, path):
    assert client.get(f"/events/videos/{path}").status_code == 404


def test_files_of_others_are_not_reached_by_their_names(client, video):
    """Not even those that a row names in a folder of another kind."""
    EventVideo.objects.update(file="cases/ab/" + "0" * 32 + ".mp4")

    assert client.get("/events/videos/../cases/ab/" + "0" * 32 + ".mp4").status_code == 404


def test_nginx_sends_it_where_it_is_told_to(client, video, settings):
    settings.X_ACCEL_PREFIX = "/stored/"

    response = client.get(video.file_address, headers={"Range": "bytes=0-1"})

    assert response["X-Accel-Redirect"] == f"/stored/{video.file.name}"
    assert response["Content-Type"] == "video/mp4"
    assert response.content == b""
    video.event.status = "draft"
    video.event.save()
    assert not client.get(video.file_address).has_header("X-Accel-Redirect")


def test_one_query_for_a_visitor(client, video, django_assert_num_queries):
    with django_assert_num_queries(1):
        b"".join(client.get(video.file_address))
    with django_assert_num_queries(1):
        client.get(reverse("events:captions", args=[video.pk]))


def test_the_proxy_lets_through_what_the_site_takes(settings):
    conf = (Path(__file__).parents[2] / "deploy/nginx.conf").read_text()
    location = conf.partition("location ~ ^/events/[0-9]+/videos/$ {")[2].partition("}")[0]

    most = int(location.partition("client_max_body_size ")[2].partition("m;")[0]) * 1024 * 1024
    # What is a little too large still reaches the site, which says so at the field.
    assert most >= settings.MAX_VIDEO_BYTES + REST_OF_REQUEST
    assert "location /stored/events/ {\n        internal;" in conf

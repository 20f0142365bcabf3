"""Members add, describe, order and remove the recordings of their events, and what the event's page makes of them."""

import os
from pathlib import Path
from random import Random

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.test import RequestFactory
from django.urls import resolve, reverse

from events import video_captions, video_files, video_forms
from events.models import Event, EventVideo
from publishing.actions import change_status, roll_back
from publishing.attachment_actions import purge_removed
from publishing.models import Review, WorkingCopy
from publishing.stored_files import sweep
from search.models import EntryText
from tests.events.test_videos_reading import HEVC, MP4, SUBRIP, WEBM, ZIP
from tests.factories import EventFactory, UserFactory, member_of, secretariat
from tests.publishing.test_uploads import Body

MEGABYTE = 1024 * 1024

pytestmark = pytest.mark.django_db
YOUTUBE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def event():
    return EventFactory(title="支え合いのシンポジウム")


@pytest.fixture
def editor(client, event):
    editor = member_of(event.organization)
    client.force_login(editor)
    return editor


@pytest.fixture
def public(client, event, editor):
    """The event, published with one video."""
    add(client, event, title="公開した動画")
    change_status(event, "submit", by=editor)
    return change_status(event, "publish", by=secretariat())


def text(response):
    return response.content.decode()


def page(event):
    return reverse("events:videos", args=[event.pk])


def texts_page(video):
    return reverse("events:video_texts", args=[video.event_id, video.pk])


def add(client, event, file=None, **typed):
    data = {"url": "" if file else YOUTUBE, "title": "第1部 講演", "license": ""} | typed
    data = {f"new-{name}": value for name, value in data.items()}
    if file:
        data["new-file"] = file
    return client.post(page(event), data | {"_add": ""})


def upload(data=MP4, name="talk.mp4", kind="video/mp4"):
    return SimpleUploadedFile(name, data, kind)


def describe(client, video, **typed):
    """Save the texts of a recording as they stand now, with some of them changed."""
    form = client.get(texts_page(video)).context["form"]
    data = {name: form.initial.get(name, "") for name in form.fields if name != "captions_file"}
    return client.post(texts_page(video), data | {"state": form.state} | typed)


def titles(event):
    return [video.title for video in event.videos.shown()]


# Adding


def test_an_address_is_added_and_described_next(client, event, editor):
    response = add(client, event, license="CC BY 4.0")

    video = event.videos.get()
    assert response.url == texts_page(video)
    assert (video.url, video.title, video.license, video.position) == (YOUTUBE, "第1部 講演", "CC BY 4.0", 0)
    assert not video.file
    assert Event.objects.get().version == 2


@pytest.mark.parametrize(("data", "kind"), [(MP4, "mp4"), (WEBM, "webm")])
def test_a_file_is_kept_under_a_random_name(client, event, editor, data, kind):
    add(client, event, upload(data, "../../第2部：質疑.exe", "text/html"), title="")

    video = event.videos.get()
    assert (video.title, video.file_format, video.size) == ("第2部:質疑", kind, len(data))
    assert Path(video.file.path).read_bytes() == data
    assert "第2部" not in video.file.name
    assert b"".join(client.get(video.file_address)) == data


@pytest.mark.parametrize(
    ("typed", "file", "sentence"),
    [
        ({"url": ""}, None, video_forms.NOTHING_CHOSEN),
        ({"url": YOUTUBE}, upload, video_forms.ONLY_ONE),
        ({"title": ""}, None, video_forms.NO_TITLE),
        ({"title": "あ" * 101}, None, "題名は100文字以内で入力してください（いまは101文字です）。"),
        ({"url": "javascript:alert(1)"}, None, "https:// または http:// で始まるアドレスを入力してください。"),
        ({"url": "https://example.jp/" + "a" * 500}, None, "500文字以内で入力してください"),
        ({}, lambda: upload(b"MZ\x90\0", "talk.mp4"), video_files.IS_NO_VIDEO),
        ({}, lambda: upload(b"", "talk.mp4"), video_files.IS_EMPTY),
        ({}, lambda: upload(HEVC), video_files.IS_SELDOM_PLAYED),
        ({}, lambda: upload(WEBM + ZIP), video_files.IS_TWO_THINGS),
    ],
)
def test_mistakes_are_told_and_typed_texts_kept(client, event, editor, typed, file, sentence):
    response = add(client, event, file and file(), **{"license": "消えない利用条件"} | typed)

    assert response.status_code == 200
    assert sentence in text(response)
    assert "消えない利用条件" in text(response)
    assert "エラー：" in text(response)
    assert not event.videos.exists()


def test_a_file_that_is_too_large_is_told_at_its_field(client, event, editor, settings):
    settings.MAX_VIDEO_BYTES = 5000

    response = add(client, event, upload())

    assert "ファイルが大きすぎます。5KB以下にするか" in text(response)
    assert "5KBまで" in text(response)
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.mp4"))


def test_where_files_are_not_taken_there_is_no_field_for_them(client, event, editor, settings):
    settings.MAX_VIDEO_BYTES = 0

    assert 'type="file"' not in text(client.get(page(event)))
    assert video_forms.NOTHING_CHOSEN in text(add(client, event, upload()))


def test_a_double_click_adds_one(client, event, editor):
    for _ in range(2):
        assert add(client, event).status_code == 302
        assert add(client, event, upload(), title="録画").status_code == 302

    assert titles(event) == ["第1部 講演", "録画"]
    assert len(list(Path(event.videos.last().file.storage.location).rglob("*.mp4"))) == 1


def test_ten_videos_are_enough(client, event, editor):
    for number in range(10):
        add(client, event, title=f"第{number}部")

    response = add(client, event, title="第11部")

    assert "動画は10本までです。" in text(response)
    assert "10本あります。" in text(client.get(page(event)))
    assert event.videos.count() == 10


def test_who_may_not_edit_the_event_may_not_add(client, event, public):
    client.force_login(UserFactory())

    assert add(client, event).status_code == 403
    assert client.get(texts_page(event.videos.get())).status_code == 403
    assert titles(event) == ["公開した動画"]


def test_an_edit_of_a_public_event_waits_for_a_look(client, public):
    add(client, public, title="あとからの動画")

    assert Review.objects.open().get().item == public
    assert "あとからの動画" in text(client.get(public.get_absolute_url()))


def test_text_begun_in_the_form_goes_on_after_the_videos(client, event, editor):
    WorkingCopy.objects.create(user=editor, form=f"event:{event.pk}:full", data={"version": ["1"]}, version=1)

    add(client, event)

    assert WorkingCopy.objects.get().data["version"] == ["2"]


# Order and removal


def test_order_is_changed(client, event, editor):
    for title in "123":
        add(client, event, title=title)
    first, second, third = event.videos.all()

    response = client.post(page(event), {"_down": first.pk})

    assert response.url == f"{page(event)}#video-{first.pk}"
    assert titles(event) == ["2", "1", "3"]
    client.post(page(event), {"_up": third.pk})
    assert titles(event) == ["2", "3", "1"]
    client.post(page(event), {"_up": second.pk})
    client.post(page(event), {"_down": first.pk})
    assert titles(event) == ["2", "3", "1"]


def test_video_of_a_draft_is_gone_with_its_file(client, event, editor, django_capture_on_commit_callbacks):
    add(client, event, upload())
    video = event.videos.get()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(page(event), {"_remove": video.pk})

    assert not EventVideo.objects.exists()
    assert not Path(video.file.path).exists()


def test_removal_from_a_public_event_can_be_rolled_back(client, public, editor):
    video = public.videos.get()

    client.post(page(public), {"_remove": video.pk})
    client.get("/")  # shows the message about it

    assert titles(public) == []
    assert "公開した動画" not in text(client.get(public.get_absolute_url()))
    assert client.get(texts_page(video)).status_code == 404
    assert purge_removed() == 0
    roll_back(Review.objects.open().get(), by=secretariat(), note="この動画は必要です。")
    assert titles(public) == ["公開した動画"]


def test_confirmed_removal_lets_the_file_go(client, public, django_capture_on_commit_callbacks):
    type(public.organization).objects.update(can_self_publish=True)
    Review.objects.all().delete()
    add(client, public, upload(), title="録画")
    video = public.videos.last()
    client.post(page(public), {"_remove": video.pk})
    assert Path(video.file.path).exists()

    with django_capture_on_commit_callbacks(execute=True):
        assert purge_removed() == 1

    assert not Path(video.file.path).exists()
    assert titles(public) == ["公開した動画"]


@pytest.mark.parametrize("button", ["_up", "_down", "_remove"])
def test_videos_that_are_not_there_are_told(client, event, editor, button):
    elsewhere = EventVideo.objects.create(event=EventFactory(), title="よその動画", url=YOUTUBE)

    for pk in (elsewhere.pk, 999999, "x", "", "9" * 30, "-1", "１"):
        response = client.post(page(event), {button: pk}, follow=True)
        assert "その動画は、もうありません。" in text(response)

    assert titles(elsewhere.event) == ["よその動画"]
    assert client.get(reverse("events:video_texts", args=[event.pk, elsewhere.pk])).status_code == 404


def test_an_event_that_was_thrown_away_takes_no_videos(client, event, editor):
    Event.objects.update(status="discarded")

    assert client.get(page(event)).url == reverse("events:edit", args=[event.pk])
    assert add(client, event).url == reverse("events:edit", args=[event.pk])
    assert titles(event) == []


# Texts


@pytest.fixture
def filmed(client, event, editor):
    add(client, event, upload())
    return event.videos.get()


@pytest.fixture
def linked(client, event, editor):
    add(client, event)
    return event.videos.get()


def test_texts_of_a_file(client, filmed):
    response = describe(
        client,
        filmed,
        title="第1部",
        captions_file=SimpleUploadedFile("a.srt", SUBRIP.encode("cp932")),
        chapters="0:00 はじめに\r\n0:05 紹介",
        transcript="こんにちは。\r\n\r\nはじめます。",
    )

    assert response.url == f"{page(filmed.event)}#video-{filmed.pk}"
    filmed.refresh_from_db()
    assert filmed.captions == video_captions.to_webvtt(SUBRIP)
    assert (filmed.title, filmed.chapters) == ("第1部", "0:00 はじめに\n0:05 紹介")
    assert filmed.transcript == "こんにちは。\n\nはじめます。"
    assert filmed.file
    assert client.get(filmed.captions_address).content.decode() == filmed.captions
    # Captions that are there stay, and can be exchanged.
    describe(client, filmed, title="第1部 講演")
    filmed.refresh_from_db()
    assert filmed.captions == video_captions.to_webvtt(SUBRIP)
    describe(client, filmed, captions_file=SimpleUploadedFile("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nok\n"))
    filmed.refresh_from_db()
    assert "ok" in filmed.captions
    describe(client, filmed, captions="")
    filmed.refresh_from_db()
    assert filmed.captions == ""


def test_texts_of_a_link(client, linked):
    response = client.get(texts_page(linked))
    assert "captions" not in response.context["form"].fields

    describe(client, linked, url="https://vimeo.com/123456789", transcript="あ" * 200_000)

    linked.refresh_from_db()
    assert linked.url == "https://vimeo.com/123456789"
    assert len(linked.transcript) == 200_000


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "題名を入力してください。"),
        ({"chapters": "はじめに"}, "目次の1行目を読み取れません。"),
        ({"captions": "字幕です"}, "字幕として読み取れません。"),
        ({"transcript": "あ" * 200_001}, "文字起こしは200,000文字以内で入力してください（いまは200,001文字です）。"),
        ({"captions_file": lambda: SimpleUploadedFile("a.vtt", b"")}, "字幕として読み取れません。"),
        ({"captions_file": lambda: SimpleUploadedFile("a.vtt", MP4)}, "字幕"),
        ({"captions_file": lambda: SimpleUploadedFile("a.vtt", bytes(3_000_000))}, video_captions.TOO_MANY_BYTES),
        (
            {
                "captions_file": lambda: SimpleUploadedFile("a.srt", SUBRIP.encode()),
                "captions": "WEBVTT\n\n00:01.000 --> 00:02.000\nok",
            },
            video_forms.TWO_CAPTIONS,
        ),
        ({"license": "\x07"}, "使えない文字"),
    ],
)
def test_mistakes_in_texts_are_told_and_the_rest_kept(client, filmed, typed, sentence):
    typed = {name: value() if callable(value) else value for name, value in typed.items()}

    response = describe(client, filmed, **{"transcript": "消えない文字起こし"} | typed)

    assert response.status_code == 200
    assert sentence in text(response)
    if "transcript" not in typed:
        assert "消えない文字起こし" in text(response)
    assert EventVideo.objects.get().transcript == ""


def test_two_people_do_not_undo_each_other(client, filmed):
    state = client.get(texts_page(filmed)).context["form"].state
    describe(client, filmed, transcript="先の人の文字起こし")

    data = {"title": filmed.title, "transcript": "後の人の文字起こし"}
    response = client.post(texts_page(filmed), data | {"state": state})

    assert "ほかの方が先に保存しました" in text(response)
    assert "先の人の文字起こし" in text(response)
    assert "後の人の文字起こし" in text(response)
    assert EventVideo.objects.get().transcript == "先の人の文字起こし"
    # Saved once more, it is on purpose.
    client.post(texts_page(filmed), data | {"state": response.context["form"].state})
    assert EventVideo.objects.get().transcript == "後の人の文字起こし"


def test_what_lacks_text_is_said_and_not_refused(client, filmed):
    assert "字幕も文字起こしもありません" in text(client.get(page(filmed.event)))
    assert "字幕も文字起こしもありません" in text(client.get(texts_page(filmed)))

    describe(client, filmed, transcript="こんにちは。")

    assert "字幕も文字起こしもありません" not in text(client.get(page(filmed.event)))


# The page of the event


@pytest.fixture
def described(client, public):
    """A public event with a link, a file with everything, and an address we know nothing of."""
    add(client, public, upload(), title="第2部 録画")
    add(client, public, url="https://example.jp/video/", title="よその動画")
    link, file, _ = public.videos.all()
    describe(client, link, chapters="0:05 紹介", transcript="<b>ゆきよせ</b>の話です。")
    captions = SimpleUploadedFile("a.srt", SUBRIP.encode())
    describe(client, file, chapters="0:00 はじめに\n0:07 紹介", captions_file=captions, license="CC BY 4.0")
    return public


def test_nothing_of_another_site_is_in_the_page_but_links(client, described):
    client.logout()

    response = client.get(described.get_absolute_url())

    html = text(response)
    assert "<iframe" not in html
    assert 'data-frame="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"' in html
    assert 'data-frame="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1&amp;start=5"' in html
    assert 'href="https://www.youtube.com/watch?v=dQw4w9WgXcQ&amp;t=5s"' in html
    assert 'href="https://example.jp/video/"' in html
    assert "&lt;b&gt;ゆきよせ&lt;/b&gt;の話です。" in html
    for source in ("src", "srcset", "poster"):
        assert f'{source}="http' not in html


def test_a_file_comes_with_captions_chapters_and_a_download(client, described):
    html = text(client.get(described.get_absolute_url()))
    video = described.videos.all()[1]

    assert f'<source src="{video.file_address}" type="video/mp4">' in html
    assert f'src="{video.captions_address}"' in html
    assert f'href="{video.file_address}#t=7"' in html
    assert "動画（MP4：7KB）" in html
    assert 'download="第2部_録画.mp4"' in html
    assert "CC BY 4.0" in html


def test_frames_are_permitted_on_the_page_of_an_event_only(client, described):
    policy = client.get(described.get_absolute_url())["Content-Security-Policy"]

    assert "frame-src https://www.youtube-nocookie.com https://player.vimeo.com" in policy
    assert "default-src 'self'" in policy
    for address in ("/events/", page(described), "/"):
        assert "frame-src" not in client.get(address)["Content-Security-Policy"]


def test_the_script_comes_only_with_videos_to_watch(client, described):
    assert "js/video.js" in text(client.get(described.get_absolute_url()))
    for video in described.videos.all()[:2]:
        client.post(page(described), {"_remove": video.pk})

    html = text(client.get(described.get_absolute_url()))

    assert "https://example.jp/video/" in html
    assert "js/video.js" not in html


def test_chapters_and_transcripts_are_found(client, described):
    assert "ゆきよせ" in EntryText.objects.get(entry__kind="event").text
    assert described.title in text(client.get("/events/archive/?q=ゆきよせ"))


def test_scripts_in_texts_are_shown_as_text(client, public):
    video = public.videos.get()
    describe(client, video, title=SCRIPT, chapters=f"0:01 {SCRIPT}", transcript=SCRIPT, license=SCRIPT)

    for url in (public.get_absolute_url(), page(public), texts_page(video)):
        assert "<script>alert" not in text(client.get(url))


@pytest.mark.parametrize("count", [1, 10])
def test_query_counts_do_not_grow(client, event, editor, django_assert_num_queries, count):
    for number in range(count):
        EventVideo.objects.create(event=event, title=f"第{number}部", url=YOUTUBE, position=number)
    texts = texts_page(event.videos.first())

    # The session and the person; a second factor and its grounds; may see, may edit; the videos.
    with django_assert_num_queries(7):
        client.get(page(event))
    with django_assert_num_queries(7):
        client.get(texts)


def test_an_endless_transcript_is_saved_and_found(client, public):
    """The index holds a megabyte for each event, and forgets what is beyond without a word."""
    letters = "".join(map(chr, Random(1).choices(range(0x4E00, 0x9FA5), k=199_000)))

    response = describe(client, public.videos.get(), transcript=letters + "。ゆきよせの当番表。" * 3)

    assert response.status_code == 302
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(octet_length(lexeme)) FROM search_entry e, unnest(tsvector_to_array(e.vector)) lexeme "
            "WHERE e.kind = 'event' AND e.object_id = %s",
            [public.pk],
        )
        assert 500_000 < cursor.fetchone()[0] < 1_000_000
    for words in ("当番表", public.title):
        assert public.title in text(client.get("/events/", {"q": words}))


# Large files


@pytest.fixture
def received(event):
    """The file of a form with ``size`` bytes, as the site takes it in from ``person``."""
    requests = []

    def receive(person, size):
        body = Body(size)
        empty = RequestFactory().post(page(event), content_type="multipart/form-data; boundary=x")
        request = WSGIRequest({**empty.environ, "wsgi.input": body, "CONTENT_LENGTH": str(body.length)})
        request.resolver_match, request.user = resolve(page(event)), person
        requests.append(request)
        file = request.FILES["file0"]
        return file.size, Path(file.temporary_file_path()).stat().st_size

    yield receive
    for request in requests:
        request.close()


def test_only_who_may_edit_the_event_sends_large_files(event, received):
    size = 30 * MEGABYTE

    assert received(member_of(event.organization), size) == (size, size)
    for person in (UserFactory(), secretariat(), AnonymousUser()):
        assert received(person, size) == (size, 0)


def test_of_a_file_that_is_too_large_nothing_is_kept(event, received, settings):
    settings.MAX_VIDEO_BYTES = 25 * MEGABYTE

    assert received(member_of(event.organization), 30 * MEGABYTE) == (30 * MEGABYTE, 0)
    # A whole form that is too large counts the same, whatever is in it.
    assert received(member_of(event.organization), 90 * MEGABYTE) == (90 * MEGABYTE, 0)


def test_files_that_no_video_names_are_swept_up(client, event, editor):
    add(client, event, upload())
    kept = Path(event.videos.get().file.path)
    lost = kept.with_name("0" * 32 + ".mp4")
    lost.write_bytes(MP4)
    for path in (kept, lost):
        os.utime(path, (0, 0))

    assert sweep() == 1

    assert kept.exists()
    assert not lost.exists()


def test_the_file_goes_with_its_event(client, event, editor, django_capture_on_commit_callbacks):
    add(client, event, upload())
    path = Path(event.videos.get().file.path)

    with django_capture_on_commit_callbacks(execute=True):
        event.delete()

    assert not path.exists()

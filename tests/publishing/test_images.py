import contextlib
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from cases.models import CaseImage
from publishing import file_tasks, images
from publishing.images import PictureFormField, make_renditions, read, rendition, rendition_widths
from tests.factories import CaseImageFactory, CaseStudyFactory, picture_bytes


def renditions(image):
    return {width: rendition(image, width) for width in rendition_widths(image.width)}


def sizes(data):
    return {width: Image.open(BytesIO(file)).size for width, file in renditions(read(data)).items()}


def exif(orientation=1, with_place=False):
    tags = Image.Exif()
    tags[images.ORIENTATION] = orientation
    tags[0x010F] = "カメラ会社".encode()
    if with_place:
        tags[0x8825] = {1: "N", 2: (35.0, 41.0, 22.0), 3: "E", 4: (139.0, 41.0, 30.0)}
    return tags


def png_header(width, height):
    """A PNG that claims to be huge and holds nothing."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zip_bytes():
    import zipfile

    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.html", "<p>x")
    return file.getvalue()


def frames(format):
    file = BytesIO()
    first, second = Image.new("RGB", (10, 10), "red"), Image.new("RGB", (10, 10), "blue")
    first.save(file, format, save_all=True, append_images=[second])
    return file.getvalue()


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_renditions_are_never_wider_than_the_picture(format):
    assert sizes(picture_bytes((2000, 1000), format)) == {480: (480, 240), 960: (960, 480), 1600: (1600, 800)}
    assert sizes(picture_bytes((700, 500), format)) == {480: (480, 343), 700: (700, 500)}
    assert sizes(picture_bytes((300, 200), format)) == {300: (300, 200)}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_understood(mode):
    file = BytesIO()
    Image.new(mode, (30, 20)).save(file, "PNG")

    assert sizes(file.getvalue()) == {30: (30, 20)}


def test_tall_pictures_are_bounded():
    assert sizes(picture_bytes((500, 9000), "PNG"))[133] == (133, 2400)


def test_colours_of_print_become_colours_of_the_screen():
    image = read(picture_bytes((20, 20), "JPEG", "CMYK"))

    assert image.mode == "RGB"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_the_camera_was_held(orientation):
    upright = Image.new("RGB", (400, 200), "white")
    upright.paste("black", (0, 0, 100, 50))
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    stored = upright.transpose(images.TURNS[back]) if back in images.TURNS else upright
    file = BytesIO()
    stored.save(file, "JPEG", quality=95, exif=exif(orientation))

    image = read(file.getvalue())

    assert image.size == (400, 200)
    assert image.getpixel((20, 10))[0] < 50
    assert all(image.getpixel(corner)[0] > 200 for corner in [(380, 10), (20, 190), (380, 190)])


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_metadata_and_place_are_gone(format):
    data = picture_bytes((600, 400), format, exif=exif(with_place=True))
    assert b"Exif" in data or b"eXIf" in data or b"EXIF" in data

    for file in renditions(read(data)).values():
        image = Image.open(BytesIO(file))
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile"} & image.info.keys()
        assert "カメラ会社".encode() not in file


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", images.NOT_AN_IMAGE),
        (b"not an image", images.NOT_AN_IMAGE),
        (picture_bytes()[:200], images.NOT_AN_IMAGE),
        (picture_bytes(format="BMP"), images.NOT_AN_IMAGE),
        (picture_bytes(format="TIFF"), images.NOT_AN_IMAGE),
        (picture_bytes(format="GIF"), images.IS_GIF),
        (frames("GIF"), images.IS_GIF),
        (frames("PNG"), images.IS_ANIMATED),
        (frames("WEBP"), images.IS_ANIMATED),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", images.IS_SVG),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><svg/>", images.IS_SVG),
        (b"\0\0\0\x18ftypheic\0\0\0\0", images.IS_HEIC),
        (picture_bytes() + zip_bytes(), images.IS_TWO_THINGS),
        (picture_bytes() + b"<script>alert(1)</script>", images.IS_TWO_THINGS),
        (picture_bytes(comment=b"<?php system($_GET[0]) ?>"), images.IS_TWO_THINGS),
        (picture_bytes(comment=b"%PDF-1.4"), images.IS_TWO_THINGS),
        (b"<html><body>" + picture_bytes(), images.IS_TWO_THINGS),
        (png_header(30_000, 30_000), images.TOO_MANY_PIXELS),
        (png_header(8_000, 6_000), images.TOO_MANY_PIXELS),
        (png_header(12_000, 12_000), images.TOO_MANY_PIXELS),
        (b"\xff\xd8" + b"\0" * (10 * 1024 * 1024), images.TOO_MANY_BYTES),
    ],
)
def test_what_is_refused_is_told_why(data, sentence):
    with pytest.raises(ValidationError) as refusal:
        read(data)

    assert refusal.value.messages == [sentence]


@given(st.data())
@settings(max_examples=150, deadline=None)
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about broken EXIF
def test_broken_files_are_refused_or_read_but_never_raise(data):
    original = data.draw(st.sampled_from([picture_bytes((40, 30), f, exif=exif(6)) for f in ("JPEG", "PNG", "WEBP")]))
    broken = bytearray(original)
    for _ in range(data.draw(st.integers(1, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))

    with contextlib.suppress(ValidationError):
        renditions(read(bytes(broken[: data.draw(st.integers(1, len(broken)))])))


class PictureForm(forms.Form):
    picture = PictureFormField()


@pytest.mark.parametrize(
    ("name", "content", "errors"),
    [
        ("photo.svg", picture_bytes(), []),
        ("photo.jpg", b"<svg/>", [images.IS_SVG]),
        ("photo.jpg", b"", [images.NOT_AN_IMAGE]),
        ("photo.jpg", b"\0" * (images.MAX_BYTES + 1), [images.TOO_MANY_BYTES]),
    ],
)
def test_form_judges_by_content_not_by_name(name, content, errors):
    form = PictureForm({}, {"picture": SimpleUploadedFile(name, content, "image/png")})

    assert form.errors.get("picture", []) == errors


@pytest.mark.django_db
def test_picture_lies_under_a_random_name_in_all_widths():
    picture = CaseImageFactory(image=SimpleUploadedFile("../私の家.png", picture_bytes((1000, 500), "PNG")))

    names = picture.image.rendition_names()
    assert [name[41:] for name in names] == ["-480.webp", "-960.webp", ".webp"]
    assert all(name.startswith("cases/") and name.isascii() for name in names)
    assert (picture.width, picture.height) == (1000, 500)
    make_renditions(picture.image.name)
    for name, width in zip(names, [480, 960, 1000], strict=True):
        with Image.open(picture.image.storage.path(name)) as rendition:
            assert rendition.width == width
    assert picture.image.srcset.endswith(f"/media/{picture.image.name} 1000w")
    assert picture.image.srcset.count(", ") == 2


@pytest.mark.django_db
def test_picture_knows_its_widths_without_opening_a_file(monkeypatch):
    picture = CaseImage.objects.get(pk=CaseImageFactory().pk)
    monkeypatch.setattr(FileSystemStorage, "_open", None)

    assert picture.image.srcset.endswith("320w")


@pytest.mark.django_db
def test_field_refuses_what_is_no_picture_whoever_stores_it():
    with pytest.raises(ValidationError):
        CaseImageFactory(image=SimpleUploadedFile("a.png", b"<svg/>"))


@pytest.mark.django_db
def test_picture_needs_a_description():
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseImageFactory(alt="")


@pytest.mark.django_db
def test_files_go_when_the_picture_is_replaced_or_deleted(django_capture_on_commit_callbacks):
    picture = CaseImageFactory(image=SimpleUploadedFile("a.jpg", picture_bytes((600, 400))))
    storage, first = picture.image.storage, picture.image.rendition_names()
    make_renditions(picture.image.name)

    with django_capture_on_commit_callbacks(execute=True):
        picture.image = SimpleUploadedFile("b.jpg", picture_bytes((300, 200)))
        picture.save()
    second = picture.image.rendition_names()
    assert not any(storage.exists(name) for name in first)
    assert all(storage.exists(name) for name in second)

    with django_capture_on_commit_callbacks(execute=True):
        CaseStudyFactory._meta.model.objects.all().delete()
    assert not any(storage.exists(name) for name in second)


def waiting_jobs():
    return list(ProcrastinateJob.objects.filter(task_name=images.MAKE_RENDITIONS).values_list("args", flat=True))


def upload(width=1000):
    return SimpleUploadedFile("a.jpg", picture_bytes((width, 500)))


@pytest.mark.django_db
def test_smaller_pictures_are_left_to_the_worker():
    picture = CaseImageFactory(image=upload())
    smallest, *_ = picture.image.rendition_names()

    assert not picture.image.storage.exists(smallest)
    assert waiting_jobs() == [{"name": picture.image.name}]

    file_tasks.make_renditions(**waiting_jobs()[0])

    assert all(map(picture.image.storage.exists, picture.image.rendition_names()))


@pytest.mark.django_db
def test_small_picture_needs_no_job():
    CaseImageFactory(image=upload(400))

    assert waiting_jobs() == []


@pytest.mark.django_db
def test_job_goes_with_the_transaction_of_the_upload():
    with transaction.atomic():
        CaseImageFactory(image=upload())
        transaction.set_rollback(True)

    assert waiting_jobs() == []


@pytest.mark.django_db
def test_job_may_run_again_over_what_it_left_half_done():
    picture = CaseImageFactory(image=upload())
    names = picture.image.rendition_names()
    picture.image.storage.save(names[0], ContentFile(b"RIFF half"))

    make_renditions(picture.image.name)
    make_renditions(picture.image.name)

    folder = Path(picture.image.path).parent
    assert sorted(file.name for file in folder.glob(f"{Path(names[-1]).stem}*")) == sorted(Path(n).name for n in names)
    with Image.open(picture.image.storage.path(names[0])) as smallest:
        assert smallest.size == (480, 240)


def test_job_of_a_picture_that_was_deleted_does_nothing():
    make_renditions("cases/ab/" + "0" * 32 + ".webp")


@pytest.mark.django_db
def test_larger_picture_is_served_until_the_smaller_one_is_made(client):
    picture = CaseImageFactory(image=upload())
    address = f"/media/{picture.image.rendition_names()[0]}"

    early = client.get(address)
    assert Image.open(BytesIO(b"".join(early))).width == 1000
    assert early["Cache-Control"] == "public, max-age=60"

    make_renditions(picture.image.name)

    later = client.get(address)
    assert Image.open(BytesIO(b"".join(later))).width == 480
    assert "immutable" in later["Cache-Control"]


@pytest.mark.django_db
def test_picture_that_was_removed_is_not_served(client):
    picture = CaseImageFactory()
    CaseImage.objects.update(is_removed=True)

    assert client.get(picture.image.url).status_code == 404

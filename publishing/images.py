"""Pictures people upload: judged by their content, kept only as WebP renditions without metadata."""

import re
import struct
from io import BytesIO
from pathlib import PurePosixPath
from secrets import token_hex

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models.fields.files import ImageFieldFile
from PIL import Image, ImageCms
from procrastinate.contrib.django import app

from publishing import virus_scan
from publishing.stored_files import store_whole

# The name of the job that makes the smaller renditions.
MAKE_RENDITIONS = "publishing.make_renditions"
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
WIDTHS = (480, 960, 1600)
# A taller picture would fill more than a screen at any width; WebP ends at 16,383 pixels.
MAX_HEIGHT = 2400
QUALITY = 80

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

NOT_AN_IMAGE = "画像として読み取れませんでした。JPEG・PNG・WebPの画像を選んでください。"
TOO_MANY_BYTES = "画像が大きすぎます。10MB以下の画像を選んでください。"
TOO_MANY_PIXELS = "画像の縦横が大きすぎます。4,000万画素（例：8000×5000）以下に縮めてください。"
IS_HEIC = "HEIC形式の画像は使えません。カメラの設定を「互換性優先」にするか、JPEGに変換してください。"
IS_SVG = "SVG形式の画像は使えません。JPEG・PNG・WebPの画像を選んでください。"
IS_GIF = "GIF形式の画像は使えません。JPEG・PNG・WebPの画像を選んでください。"
IS_ANIMATED = "動く画像は使えません。1枚の画像を選んでください。"
IS_TWO_THINGS = "画像のほかに別の種類のデータが入っているため、使えません。画像を保存し直してから選んでください。"

_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
# Long enough not to occur by chance in compressed picture data.
_SCRIPTS = re.compile(rb"<(?:script|svg|html|!doctype|iframe|body|\?php)[\s>/]", re.IGNORECASE)
_DECODER_ERRORS = (
    *(OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, OverflowError, MemoryError, struct.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)


def read(data: bytes, largest: tuple[int, int] = (WIDTHS[-1], MAX_HEIGHT)) -> Image.Image:
    """Decode one upload, upright, in RGB or RGBA, at most ``largest``: as large as the largest rendition.

    Raises ValidationError with a sentence for the person who uploaded it.
    """
    if len(data) > MAX_BYTES:
        raise ValidationError(TOO_MANY_BYTES, code="too_many_bytes")
    _refuse_other_kinds(data)
    try:
        image = Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_MANY_PIXELS, code="too_many_pixels") from error
    except _DECODER_ERRORS as error:
        raise ValidationError(NOT_AN_IMAGE, code="not_an_image") from error
    if image.width * image.height > MAX_PIXELS:
        raise ValidationError(TOO_MANY_PIXELS, code="too_many_pixels")
    # MPO is what many phones write into a .jpg; its first picture is the photograph.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise ValidationError(IS_ANIMATED, code="animated")
    try:
        return _upright(image, largest)
    except _DECODER_ERRORS as error:
        raise ValidationError(NOT_AN_IMAGE, code="not_an_image") from error


def _refuse_other_kinds(data: bytes) -> None:
    """Refuse what is no picture of ours, and files that are a picture and something else at once."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise ValidationError(IS_HEIC, code="heic")
    if head.startswith(b"gif8"):
        raise ValidationError(IS_GIF, code="gif")
    if head.startswith(b"<svg") or (head.startswith((b"<?xml", b"<!")) and b"<svg" in head):
        raise ValidationError(IS_SVG, code="svg")
    is_zip = b"PK\x03\x04" in data and b"PK\x05\x06" in data[-65_558:]
    if is_zip or b"%PDF-" in data[:1024] or _SCRIPTS.search(data):
        raise ValidationError(IS_TWO_THINGS, code="polyglot")


def _upright(image: Image.Image, largest: tuple[int, int]) -> Image.Image:
    """The picture turned as its EXIF orientation says and shrunk to ``largest``."""
    orientation = image.getexif().get(ORIENTATION, 1)
    is_on_its_side = orientation in (5, 6, 7, 8)
    width, height = image.size[::-1] if is_on_its_side else image.size
    scale = min(1, largest[0] / width, largest[1] / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    stored_size = size[::-1] if is_on_its_side else size
    profile = image.info.get("icc_profile")
    # Shrinking comes before turning, and JPEG is decoded near the smaller size: photographs stay out of memory.
    image.draft("RGB", stored_size)
    is_transparent = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    image = image.convert("RGBA" if is_transparent else "RGB")
    image = image.resize(stored_size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if profile and not is_transparent:
        image = _in_srgb(image, profile)
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture in the colours of the web: without its profile, a phone's photograph looks dull."""
    try:
        return ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        )
    except (ImageCms.PyCMSError, OSError):
        return image


def rendition_widths(width: int) -> list[int]:
    """The widths kept of a picture whose largest rendition is ``width`` wide."""
    return [*(smaller for smaller in WIDTHS if smaller < width), width]


def rendition(image: Image.Image, width: int) -> bytes:
    """The WebP file of one width."""
    height = max(1, round(image.height * width / image.width))
    smaller = image if width == image.width else image.resize((width, height), Image.Resampling.LANCZOS)
    file = BytesIO()
    smaller.save(file, "WEBP", quality=QUALITY, exif=b"", icc_profile=b"", xmp=b"")
    return file.getvalue()


def rendition_name(name: str, width: int) -> str:
    """Where the rendition of ``width`` lies beside the largest one, ``name``."""
    path = PurePosixPath(name)
    return str(path.with_name(f"{path.stem}-{width}.webp"))


def make_renditions(name: str) -> None:
    """Make the smaller renditions of the stored picture ``name``; doing it again changes nothing.

    The worker does it after an upload. Commands that load pictures without a worker call it themselves.
    """
    try:
        with storages["default"].open(name) as file:
            image = Image.open(file, formats=("WEBP",))
            image.load()
    except FileNotFoundError:
        return  # the picture was deleted in the meantime
    for width in rendition_widths(image.width)[:-1]:
        store_whole(rendition_name(name, width), rendition(image, width))


class PictureFormField(forms.FileField):
    """Accepts one picture by its content and gives back its largest rendition."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
    default_error_messages = {"invalid": NOT_AN_IMAGE, "empty": NOT_AN_IMAGE, "missing": NOT_AN_IMAGE}

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is None:
            return None
        if upload.size > MAX_BYTES:
            raise ValidationError(TOO_MANY_BYTES, code="too_many_bytes")
        virus_scan.check(upload)
        return _picture(upload.read())


class Picture(ContentFile):
    """The largest rendition of a picture that was judged."""


def _picture(data: bytes) -> Picture:
    image = read(data)
    return Picture(rendition(image, image.width), name="picture.webp")


class PictureFile(ImageFieldFile):
    """The largest rendition; the smaller ones lie beside it as ``<name>-<width>.webp``, a moment later.

    Until the worker has made them, `cases.views.picture` answers with a larger one.
    """

    def save(self, name, content, save=True):
        """Store the largest rendition under a random name and have the worker make the others.

        Raises ValidationError for anything but a picture.
        """
        if not isinstance(content, Picture):
            content = _picture(content.read())
        token = token_hex(16)
        super().save(f"{token[:2]}/{token}.webp", content, save=False)
        if len(self._widths()) > 1:
            app.configure_task(MAKE_RENDITIONS).defer(name=self.name)
        if save:
            self.instance.save()

    def rendition_names(self) -> list[str]:
        """The names of all renditions, the smallest first; nothing is opened for it."""
        return [*(rendition_name(self.name, width) for width in self._widths()[:-1]), self.name]

    @property
    def srcset(self) -> str:
        names_and_widths = zip(self.rendition_names(), self._widths(), strict=True)
        return ", ".join(f"{self.storage.url(name)} {width}w" for name, width in names_and_widths)

    @property
    def thumbnail_url(self) -> str:
        """The address of the smallest rendition."""
        return self.storage.url(self.rendition_names()[0])

    def _widths(self) -> list[int]:
        return rendition_widths(getattr(self.instance, self.field.width_field))


class PictureField(models.ImageField):
    """An image column that can hold nothing but renditions of ours; needs ``width_field``.

    The files of a picture that was replaced or whose row was deleted go when the transaction
    is committed.
    """

    attr_class = PictureFile

    def formfield(self, **kwargs):
        return models.FileField.formfield(self, **{"form_class": PictureFormField, **kwargs})

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        if not cls._meta.abstract:
            models.signals.post_delete.connect(self._forget_deleted, sender=cls)

    def pre_save(self, instance, add):
        picture = getattr(instance, self.attname)
        if picture and not picture._committed and not add:
            for previous in type(instance)._base_manager.filter(pk=instance.pk):
                self._forget(getattr(previous, self.attname))
        return super().pre_save(instance, add)

    def _forget_deleted(self, instance, **kwargs):
        self._forget(getattr(instance, self.attname))

    @staticmethod
    def _forget(picture):
        if picture:
            names, storage = picture.rendition_names(), picture.storage
            transaction.on_commit(lambda: [storage.delete(name) for name in names])

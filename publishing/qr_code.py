"""A page's address as a QR code for paper: a drawing in one path, without styles of its own."""

from functools import lru_cache
from io import BytesIO

import qrcode
from django.conf import settings
from django.http import HttpResponse
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.svg import SvgPathImage

# White around the squares, in squares, as the standard asks.
QUIET_ZONE = 4


@lru_cache(maxsize=1_000)
def svg_of(address: str) -> bytes:
    """An SVG file that phones read as ``address``; legible where a part of the paper is soiled."""
    code = qrcode.QRCode(border=QUIET_ZONE, image_factory=SvgPathImage, error_correction=ERROR_CORRECT_M)
    code.add_data(address)
    file = BytesIO()
    code.make_image().save(file)
    return file.getvalue()


def answer(path: str) -> HttpResponse:
    """The whole address of the page at ``path`` as a picture."""
    return HttpResponse(svg_of(settings.SITE_URL + path), content_type="image/svg+xml")

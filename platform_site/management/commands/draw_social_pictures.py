"""Draws anew what the site shows of itself elsewhere: pictures of shared pages, the icon for home screens."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from platform_site.machines import drawing
from platform_site.machines.social import FOLDER, KINDS

# Of the package fonts-noto-cjk.
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
LARGEST = 40_000


class Command(BaseCommand):
    help = "Draw static/img/ogp/*.png and static/img/apple-touch-icon.png with a Japanese font of the system."

    def add_arguments(self, parser):
        parser.add_argument("--font", type=Path, default=FONT, help=f"a Japanese font, {FONT} by default")

    def handle(self, *args, font, **options):
        if not font.is_file():
            raise CommandError(f"There is no font {font}. Install fonts-noto-cjk, or name another one with --font.")
        images = settings.BASE_DIR / "static/img"
        pictures = {f"{FOLDER}/{section}.png": (section, kind) for section, kind in KINDS.items()}
        for name, (section, kind) in pictures.items():
            self._save(drawing.social_picture(section, kind, font), images.parent / name)
        self._save(drawing.touch_icon(), images / "apple-touch-icon.png")

    def _save(self, image, path):
        path.parent.mkdir(exist_ok=True)
        image.save(path, optimize=True)
        size = path.stat().st_size
        if size > LARGEST:
            raise CommandError(f"{path.name} has {size:,} bytes: draw it with fewer colours.")
        self.stdout.write(f"{path.name}: {size:,} bytes")

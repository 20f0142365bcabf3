"""What the stored index depends on beside the content: when it changes, the index has to be rebuilt."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from search import analysis

# To be raised when the meaning of a column or lexeme changes.
FORMAT = 4

_code: list[Path] = []


def depends_on(files: Iterable[Path]) -> None:
    """Have changes of ``files``, too, make the index outdated: code that the templates of stored pages call."""
    _code.extend(files)


def recipe_of(model) -> str:
    """A fingerprint of the format, the analyser and what cards and pages are made of."""
    parts = [str(FORMAT), str(analysis.VERSION), version("sudachidict_core"), version("sudachipy")]
    # Stored pages name other pages by their whole address where machines read them.
    parts.append(settings.SITE_URL)
    parts += [path.read_text(encoding="utf-8") for path in (*_partial_templates(model._meta.app_label), *_code)]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=32).hexdigest()


def _partial_templates(app: str) -> list[Path]:
    """The app's own parts of pages, and those it may include."""
    folders = [Path(folder) for folder in settings.TEMPLATES[0]["DIRS"]]
    patterns = (f"{app}/_*.html", "publishing/_*.html", "components/*.html")
    return sorted(path for folder in folders for pattern in patterns for path in folder.glob(pattern))

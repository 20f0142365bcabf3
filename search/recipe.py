"""What the stored index depends on beside the content: when it changes, the index has to be rebuilt."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from search import analysis

# To be raised when the meaning of a column or lexeme changes.
FORMAT = 4


def recipe_of(model) -> str:
    """A fingerprint of the format, the analyser and the templates that cards and pages are made of."""
    parts = [str(FORMAT), str(analysis.VERSION), version("sudachidict_core"), version("sudachipy")]
    parts += [path.read_text(encoding="utf-8") for path in _partial_templates(model._meta.app_label)]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=32).hexdigest()


def _partial_templates(app: str) -> list[Path]:
    """The app's own parts of pages, and those it may include."""
    folders = [Path(folder) for folder in settings.TEMPLATES[0]["DIRS"]]
    patterns = (f"{app}/_*.html", "publishing/_*.html", "components/*.html")
    return sorted(path for folder in folders for pattern in patterns for path in folder.glob(pattern))

"""What the stored index depends on beside the content: when it changes, the index has to be rebuilt."""

import hashlib
from importlib.metadata import version

from django.template.loader import get_template

from search import analysis
from search.cards import template_of

# To be raised when the meaning of a column or lexeme changes.
FORMAT = 1


def recipe_of(model) -> str:
    """A fingerprint of the format, the analyser and the templates of a model's cards and pages."""
    parts = [str(FORMAT), str(analysis.VERSION), version("sudachidict_core"), version("sudachipy")]
    parts += [get_template(template_of(model, name)).template.source for name in ("card", "page")]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=32).hexdigest()

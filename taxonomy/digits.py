"""Numbers as people type them: full width, with spaces, with one of the many dashes."""

import re
import unicodedata

SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−─ー]")


def bare(text: str) -> str:
    """``text`` in half width, without spaces and dashes."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text))

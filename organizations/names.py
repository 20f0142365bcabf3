"""Readings and numbers of organizations: as people type them, and as they are kept."""

import re
import unicodedata

from django.core.exceptions import ValidationError

from taxonomy.digits import bare

# With the two marks that repeat a sign (ゝ, ゞ).
TO_KATAKANA = {code: code + 0x60 for code in (*range(ord("ぁ"), ord("ゖ") + 1), ord("ゝ"), ord("ゞ"))}
# Voiced marks that stand alone, as ones that join the sign before them.
JOINING = {ord("゛"): "\u3099", ord("゜"): "\u309a"}
# A long vowel that was typed as a dash.
LONG_VOWEL = re.compile(r"(?<=[ァ-ヺー])[-‐‑‒–—―−─]")
KANA = re.compile(r"[ァ-ヺーヽヾ・A-Za-z0-9 &().,'\-]*")


def katakana(text: str) -> str:
    """The reading in full-width katakana; latin letters, digits and brackets become half width."""
    text = unicodedata.normalize("NFKC", text.translate(JOINING)).translate(TO_KATAKANA)
    # A mark after a sign that was of another width joins it only now.
    text = unicodedata.normalize("NFC", text)
    return LONG_VOWEL.sub("ー", text.strip())


def validate_kana(text: str) -> None:
    if not KANA.fullmatch(text):
        raise ValidationError("ひらがなかカタカナで入力してください。漢字や記号は使えません。", code="kana")


def bare_corporate_number(text: str) -> str:
    """Only the digits: without spaces and dashes, and without the T of an invoice number."""
    return re.sub(r"^T", "", bare(text), flags=re.IGNORECASE)

"""Readings and numbers, typed in every way."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from organizations.models import validate_corporate_number
from organizations.names import bare_corporate_number, katakana, validate_kana

HIRAGANA = st.text(st.sampled_from([chr(code) for code in range(ord("ぁ"), ord("ゖ") + 1)]))
TWELVE_DIGITS = st.text(st.sampled_from("0123456789"), min_size=12, max_size=12)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ささえあいのかい", "ササエアイノカイ"),
        ("サササ", "サササ"),
        ("ｻｻｴｱｲﾉｶﾞｯｺｳ", "ササエアイノガッコウ"),
        ("がっこう", "ガッコウ"),
        ("か゛っこう", "ガッコウ"),
        ("ウ゛ｧ", "ヴァ"),
        ("さーくる", "サークル"),
        ("さ-くる−", "サークルー"),
        ("ＮＰＯ　ささえ", "NPO ササエ"),
        (" かい ", "カイ"),
        ("こゝろ", "コヽロ"),
    ],
)
def test_reading_is_kept_in_katakana(typed, kept):
    assert katakana(typed) == kept
    validate_kana(kept)


@pytest.mark.parametrize("typed", ["支え合い", "ささえ😀", "カイ\n", "<b>", "ひらがな漢字"])
def test_reading_with_anything_else_is_refused(typed):
    with pytest.raises(ValidationError, match="漢字や記号は使えません"):
        validate_kana(katakana(typed) + ("\n" if typed.endswith("\n") else ""))


@given(HIRAGANA)
def test_every_hiragana_becomes_katakana(text):
    kept = katakana(text)

    validate_kana(kept)
    assert not any("ぁ" <= letter <= "ゖ" for letter in kept)


@given(st.text())
def test_reading_is_normalised_once_and_for_all(text):
    assert katakana(katakana(text)) == katakana(text)


def with_check_digit(twelve):
    total = sum(int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(twelve)))
    return f"{9 - total % 9}{twelve}"


@given(TWELVE_DIGITS)
def test_number_with_its_check_digit_is_right_and_no_other(twelve):
    right = with_check_digit(twelve)

    validate_corporate_number(right)
    for first in set("0123456789") - {right[0]}:
        with pytest.raises(ValidationError):
            validate_corporate_number(first + twelve)


@given(TWELVE_DIGITS, st.sampled_from(["", "-", "－", " ", "　", "‐", "ー"]), st.sampled_from(["", "T", "Ｔ", "t"]))
def test_number_is_read_however_it_is_typed(twelve, separator, prefix):
    number = with_check_digit(twelve)
    typed = prefix + separator.join([number[:1], number[1:5], number[5:9], number[9:]])
    full_width = typed.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})

    assert bare_corporate_number(typed) == bare_corporate_number(full_width) == number

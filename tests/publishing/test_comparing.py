"""Differences of texts: complete, readable, fast, and harmless."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.comparing import compare, compare_lists, replaced
from publishing.templatetags.reviewing import difference

LETTERS = st.text(alphabet="あいう。、\n漢字カナab1 😀", max_size=120)


def joined(pieces, without):
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(LETTERS, LETTERS)
def test_pieces_make_both_texts(before, after):
    pieces = compare(before, after)

    assert joined(pieces, "deleted") == after
    assert joined(pieces, "inserted") == before
    assert all(piece.text for piece in pieces)


@given(LETTERS)
def test_same_text_is_kept_whole(text):
    assert [piece.kind for piece in compare(text, text)] == (["kept"] if text else [])


@given(st.lists(st.sampled_from("東西南北中"), max_size=6), st.lists(st.sampled_from("東西南北中"), max_size=6))
def test_pieces_of_lists_make_both_lists(before, after):
    before, after = "、".join(before), "、".join(after)

    pieces = compare_lists(before, after, "、")

    assert (joined(pieces, "inserted"), joined(pieces, "deleted")) == (before, after)


def told(pieces):
    marks = {"kept": "{}", "deleted": "[-{}]", "inserted": "[+{}]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "新しい", "[+新しい]"),
        ("古い", "", "[-古い]"),
        ("週に1回です。", "週に2回です。", "週に[-1][+2]回です。"),
        ("朝市まで送迎します。", "朝市と病院まで送迎します。", "朝市[+と病院]まで送迎します。"),
        ("一つ目。二つ目。三つ目。", "一つ目。三つ目。", "一つ目。[-二つ目。]三つ目。"),
        # One letter that happens to stay between two changes is no help to the reader.
        ("山田の会", "田中会", "[-山田の][+田中]会"),
    ],
)
def test_differences_are_as_small_as_a_reader_follows(before, after, expected):
    assert told(compare(before, after)) == expected


def test_items_of_a_list_come_and_go_whole():
    assert told(compare_lists("東京都、大阪府", "東京都、京都府、大阪府", "、")) == "東京都、[+京都府、]大阪府"


def test_choices_are_replaced_whole():
    assert told(replaced("試行", "継続")) == "[-試行][+継続]"


@pytest.mark.parametrize(
    "alphabet", ["あ", "あい", "あいう。", "。", "\n", "漢カa1", "".join(map(chr, range(0x3042, 0x3092)))]
)
def test_long_texts_are_compared_in_a_moment(alphabet):
    letters = random.Random(1)
    before = "".join(letters.choice(alphabet) for _ in range(10_000))
    after = "".join(letter if letters.random() > 0.03 else "変" for letter in before)
    start = time.perf_counter()

    pieces = compare(before, after)

    assert time.perf_counter() - start < 2
    assert joined(pieces, "deleted") == after


def test_few_edits_in_a_long_text_stay_few():
    sentences = [f"これは{number}番目の文です。" for number in range(700)]
    before = "".join(sentences)
    sentences[10], sentences[600] = "ここは直しました。", ""

    pieces = compare(before, "".join(sentences))

    assert sum(len(piece.text) for piece in pieces if piece.kind != "kept") < 60


def test_shown_escaped_with_words_for_screen_readers():
    html = difference(compare("<script>alert(1)</script>", "<img src=x onerror=alert(2)>"))

    assert "<script" not in html
    assert "<img" not in html
    assert "［削除：" in html
    assert "［追加：" in html


def test_line_breaks_that_come_are_visible_and_long_passages_that_stay_are_cut():
    text = "あ" * 1000

    html = difference(compare(f"{text}終わり", f"{text}\n終わり"))

    assert "↵" in html
    assert "（変わらない840字を省略）" in html
    assert len(html) < 500

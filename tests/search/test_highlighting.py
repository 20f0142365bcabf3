"""Marking what was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlighting import cut_around, highlight
from search.query import parse


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("買い物の送迎", "買い物", "<mark>買い物</mark>の送迎"),
        ("買い物の送迎", "買物", "<mark>買い物</mark>の送迎"),
        ("ﾃﾞｲｻｰﾋﾞｽの車", "デイサービス", "<mark>ﾃﾞｲｻｰﾋﾞｽ</mark>の車"),
        ("こどもの食堂", "子供", "<mark>こども</mark>の食堂"),
        ("NPOとnpo", "npo", "<mark>NPO</mark>と<mark>npo</mark>"),
        ("<b>送迎</b>", "送迎", "&lt;b&gt;<mark>送迎</mark>&lt;/b&gt;"),
        ("送迎と送迎バス", "送迎 送迎バス", "<mark>送迎</mark>と<mark>送迎バス</mark>"),
        ("関係のない話", "送迎", "関係のない話"),
    ],
)
def test_marks_words_in_whatever_spelling(text, typed, expected):
    assert highlight(text, parse(typed), in_any_spelling=True)[0] == expected


def test_without_words_nothing_is_marked():
    assert highlight("<送迎>", parse("")) == ("&lt;送迎&gt;", False)


def test_an_excerpt_begins_shortly_before_the_word():
    text = "題名\n送迎\n" + "前置き" * 100 + "送迎の車" + "後書き" * 100

    excerpt = cut_around(text, parse("送迎"))

    assert excerpt.startswith("…")
    assert excerpt.endswith("…")
    assert "送迎の車" in excerpt
    assert len(excerpt) < 150


def test_titles_and_names_make_no_excerpt():
    assert not cut_around("送迎の題名\n送迎の会\n" + "ほかの話" * 20, parse("送迎"))


@given(st.text(max_size=80), st.text(max_size=20))
def test_marking_never_loses_or_adds_text(text, typed):
    html, _ = highlight(text, parse(typed), in_any_spelling=True)
    unmarked, _ = highlight(text, parse(""))

    assert html.replace("<mark>", "").replace("</mark>", "") == unmarked

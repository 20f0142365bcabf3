"""The analyser: the same word in any spelling, nothing raises."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import LONGEST_LEXEME, fold, lexemes, runs


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("買物", "買い物"),
        ("子供", "こども"),
        ("子ども", "こども"),
        ("一人暮らし", "ひとり暮らし"),
        ("独居", "独居"),
        ("ﾃﾞｲｻｰﾋﾞｽ", "デイサービス"),
        ("取組", "取り組み"),
        ("ＮＰＯ", "npo"),
        ("コーディネータ", "コーディネーター"),
    ],
)
def test_spellings_of_one_word_are_the_same(one, other):
    assert lexemes(one) == lexemes(other)


def test_neighbours_are_joined_so_that_a_part_is_found_in_the_whole():
    assert set(lexemes("福祉協議会")) <= set(lexemes("社会福祉協議会"))


def test_no_joins_and_other_particles_and_punctuation_separate():
    assert "通い場" in lexemes("通いの場")
    assert "移動支援" not in lexemes("移動を支援")
    assert "移動支援" not in lexemes("移動、支援")


def test_offsets_point_into_the_folded_text():
    text = "１行目。\n買物ﾊﾞｽが走る"

    token = next(token for run in runs(text) for token in run if token.form == "買い物")

    assert fold(text)[token.start : token.end] == "買物"


def test_a_text_longer_than_the_analyser_takes_is_read_whole():
    text = "あ" * 60_000 + "。" + "買い物支援" * 20_000 + "見守り"

    assert "見る守る" in lexemes(text)


@given(st.text(st.characters(), max_size=300))
@settings(max_examples=150, deadline=None)
def test_never_raises_and_no_lexeme_is_unfit_for_the_index(text):
    for lexeme in lexemes(text):
        assert lexeme
        assert "\x00" not in lexeme
        assert len(lexeme) <= 2 * LONGEST_LEXEME


@given(st.text(st.sampled_from("ｱｲｳｶﾞﾊﾟｰ１２３ＡｂＣ　移動買い物・（）！"), max_size=40))
@settings(max_examples=150, deadline=None)
def test_width_of_letters_makes_no_difference(text):
    assert lexemes(text) == lexemes(unicodedata.normalize("NFKC", text))

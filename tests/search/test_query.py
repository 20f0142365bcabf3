"""From typed text to conditions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query import LONGEST_QUERY, MOST_TERMS, SynonymTable, parse, quote

SYNONYMS = SynonymTable.of(["通いの場、サロン", "SC、生活支援コーディネーター"])


def conditions(text, synonyms=None):
    return [term.tsquery() for term in parse(text, synonyms).terms]


def test_words_are_separate_terms():
    assert conditions("買物　送迎") == ["(('買い物'))", "(('送迎'))"]


def test_a_word_that_is_cut_must_stand_together():
    assert conditions("福祉協議会") == ["(('福祉協議' & '協議会'))"]


def test_a_particle_separates_words():
    assert conditions("移動を支える") == ["(('移動'))", "(('支える'))"]


@pytest.mark.parametrize("typed", ["SC", "sc", "ＳＣ", "生活支援コーディネーター"])
def test_synonyms_are_alternatives_of_each_other(typed):
    (condition,) = conditions(typed, SYNONYMS)

    assert "'sc'" in condition
    assert "'支援コーディネーター'" in condition


def test_a_phrase_is_literal_and_has_no_synonyms():
    (term,) = parse("“通いの場”", SYNONYMS).terms

    assert term.literal
    assert "サロン" not in term.tsquery()


@pytest.mark.parametrize("typed", ["送迎 -有料", "送迎 −有料", "-有料 送迎"])
def test_minus_excludes(typed):
    query = parse(typed)

    assert [term.text for term in query.terms] == ["送迎"]
    assert [term.text for term in query.excluded] == ["有料"]


def test_a_hyphen_inside_a_word_does_not_exclude():
    assert not parse("Wi-Fi").excluded


@pytest.mark.parametrize("typed", ["", " ", "　", "-", "--", '"', "“”", "！？", "😀", "\x00", "- -", "''", "\\"])
def test_what_holds_no_word_is_empty(typed):
    assert parse(typed).is_empty


def test_a_long_query_is_cut_and_says_so():
    query = parse("移動 " * 5_000 + "買い物")

    assert query.was_shortened
    assert len(query.text) <= LONGEST_QUERY


def test_many_words_are_cut_and_say_so():
    query = parse("移動 買い物 見守り 配食 居場所 体操 料理 散歩 将棋 園芸")

    assert query.was_shortened
    assert len(query.terms) == MOST_TERMS


def test_quoting_cannot_be_left():
    assert quote("a'b\\") == "'a''b\\\\'"


@given(st.text(st.characters(), max_size=250))
@settings(max_examples=200, deadline=None)
def test_parsing_never_raises(text):
    parse(text, SYNONYMS)


@given(st.text(st.sampled_from("\"'\\&|!:*()<->-“”買物 　\x00%_"), max_size=30))
@settings(max_examples=200, deadline=None)
def test_signs_of_the_query_language_are_only_text(text):
    for term in parse(text).terms:
        assert "\x00" not in term.tsquery()

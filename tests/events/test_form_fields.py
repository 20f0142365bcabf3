"""Times, days, fees and numbers of people as people type them."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError

from events.fields import FeeField, MailField, PeopleField, TimeField
from publishing.typed_fields import DayField


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("13:30", time(13, 30)),
        ("１３：３０", time(13, 30)),
        ("13時半", time(13, 30)),
        ("13時", time(13)),
        ("１３時３０分", time(13, 30)),
        ("午後1時30分", time(13, 30)),
        ("午後１時半", time(13, 30)),
        ("午前9時", time(9)),
        ("1330", time(13, 30)),
        ("930", time(9, 30)),
        (" 9:05 ", time(9, 5)),
        ("13:30:00", time(13, 30)),
        ("PM1:30", time(13, 30)),
        ("正午", time(12)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        ("", None),
        ("　", None),
        (None, None),
    ],
)
def test_times(typed, at):
    assert TimeField(label="開始時刻", required=False).clean(typed) == at


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("13", "開始時刻を読み取れません。「13:30」「午後1時30分」のように、時刻を1つ入力してください。"),
        ("25:00", "開始時刻を読み取れません。"),
        ("13:60", "開始時刻を読み取れません。"),
        ("午後13時", "開始時刻を読み取れません。"),
        ("13:30〜16:00", "開始時刻を読み取れません。"),
        ("13:30（受付13:00）", "開始時刻を読み取れません。"),
        ("夕方", "開始時刻を読み取れません。"),
        ("-1:00", "開始時刻を読み取れません。"),
        ("9" * 10_000, "開始時刻を読み取れません。"),
        ("24:00", "24時は書けません。「23:59」とするか、終了日を翌日にして「0:00」と書いてください。"),
        ("午後12時", "午前・午後の12時は読み取れません。昼の12時は「12:00」、夜中の12時は「0:00」と書いてください。"),
    ],
)
def test_what_is_no_time_is_told(typed, sentence):
    with pytest.raises(ValidationError) as refused:
        TimeField(label="開始時刻").clean(typed)

    assert refused.value.messages[0].startswith(sentence)


def test_a_time_is_shown_as_it_is_written():
    field = TimeField(label="開始時刻")

    assert (field.prepare_value(time(9, 5)), field.prepare_value("夕方")) == ("9:05", "夕方")
    assert not field.has_changed(time(13, 30), "午後1時半")
    assert field.has_changed(time(13, 30), "14:00")
    assert field.has_changed(time(13, 30), "夕方")


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-12-05", "2026/12/5", "2026.12.5", "2026年12月5日", "２０２６年１２月５日", "20261205"),
        *(
            "令和8年12月5日",
            "令和８年１２月５日（土）",
            "R8.12.5",
            "r8/12/5",
            "2026年12月5日（土曜日）",
            "2026年12月5日(土・祝)",
        ),
        *("2026年 12月 5日 土曜日",),
    ],
)
def test_days(typed):
    assert DayField(label="開始日").clean(typed) == date(2026, 12, 5)


def test_the_leap_day():
    assert DayField(label="開始日").clean("令和10年2月29日") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "typed", ["2027年2月29日", "12月5日", "2026-13-01", "いつか", "9999-99-99", "1900-01-01", "5" * 10_000, "土曜日"]
)
def test_what_is_no_day_is_told(typed):
    with pytest.raises(ValidationError, match="開始日の日付を読み取れません。「2026年4月1日」のように"):
        DayField(label="開始日").clean(typed)


@pytest.mark.parametrize(
    ("typed", "fee"),
    [
        *(("無料", 0), ("0", 0), ("０円", 0), ("参加無料", 0), ("なし", 0)),
        *(("500円", 500), ("５００", 500), ("1,500円", 1500), ("1万円", 10_000), ("2千円", 2000)),
        *(("未定", None), ("", None), (None, None)),
    ],
)
def test_fees(typed, fee):
    assert FeeField(label="参加費", required=False).clean(typed) == fee


@pytest.mark.parametrize(
    "typed", ["-500", "会員500円、一般1,000円", "お気持ち", "1円2銭", "0.5円", "9" * 10_000, "1億円"]
)
def test_what_is_no_fee_is_told(typed):
    with pytest.raises(ValidationError, match=r"参加費(は「無料」「500円」のように|が大きすぎます)"):
        FeeField(label="参加費").clean(typed)


def test_a_fee_is_shown_as_it_is_written():
    field = FeeField(label="参加費")

    assert [field.prepare_value(fee) for fee in (0, 1500, None, "たぶん無料")] == [
        "無料",
        "1,500円",
        None,
        "たぶん無料",
    ]
    assert not field.has_changed(0, "無料")
    assert field.has_changed(None, "無料")


@pytest.mark.parametrize(
    ("typed", "people"), [("30", 30), ("30人", 30), ("先着３０名", 30), ("約1,000人", 1000), ("", None), (None, None)]
)
def test_people(typed, people):
    assert PeopleField(label="定員", required=False).clean(typed) == people


@pytest.mark.parametrize("typed", ["0", "-1", "会場30人、オンライン100人", "たくさん", "9" * 10_000, "2000000"])
def test_what_is_no_number_of_people_is_told(typed):
    with pytest.raises(ValidationError, match="定員は"):
        PeopleField(label="定員").clean(typed)


def test_mail_addresses_in_full_width():
    assert MailField().clean("ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ") == "info@example.jp"
    with pytest.raises(ValidationError, match="メールアドレスの形になっていません。"):
        MailField().clean("info＠example.jp、tel 03-0000-0000")

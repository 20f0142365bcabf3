"""Reading organizers' files: encodings, headers, every kind of cell, and what cannot be read at all."""

import io
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from events.importing import clocks, columns, days, files, values
from events.importing.columns import STANDARD
from events.importing.problems import Unreadable
from events.importing.rows import RowReader
from events.importing.whens import Options
from tests.events import tables

pytestmark = pytest.mark.django_db
HEADER = list(STANDARD.values())


def readings(upload, options=Options(), organization="高松市"):  # noqa: B008 (frozen)
    found, body = columns.find(files.read(upload))
    reader = RowReader(found, options, organization)
    return [reader.read(number, cells) for number, cells in body]


def reading(**cells):
    options = cells.pop("options", Options())
    header = [*HEADER, *(name for name in cells if name not in HEADER)]
    (one,) = readings(tables.workbook(tables.row(**cells), header=header), options)
    return one


def problem(one, column):
    return next(problem for problem in one.problems if problem.column == column)


# Files

CSV = tables.text([tables.row(イベント名="髙𠮷さんと学ぶ①", 説明="一行目\n二行目")])


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode("utf-8"),
        CSV.encode("utf-8-sig"),
        CSV.encode("utf-16"),
        CSV.replace("\r\n", "\n").encode("utf-8"),
        tables.text([tables.row(イベント名="髙𠮷さんと学ぶ①", 説明="一行目\n二行目")], delimiter="\t").encode("utf-16"),
    ],
    ids=["utf-8", "with a mark", "utf-16", "line feeds", "tabs of Excel"],
)
def test_encodings_and_line_ends(content):
    (one,) = readings(tables.upload(content))

    assert one.problems == []
    assert one.values["title"] == "髙𠮷さんと学ぶ①"
    assert one.values["summary"] == "一行目\n二行目"


def test_what_windows_writes_in_japan():
    (one,) = readings(tables.upload(tables.text([tables.row(イベント名="髙橋さんの①～⑤講座")]).encode("cp932")))

    assert one.values["title"] == "髙橋さんの①～⑤講座"


def test_excel_keeps_the_kinds_of_its_cells():
    one = reading(
        **{
            "NO": 7.0,
            "開始日": datetime(2026, 12, 5),
            "終了日": date(2026, 12, 6),
            "開始時間": time(9, 0),
            "終了時間": timedelta(hours=17, minutes=30),
            "料金(基本)": 1000,
            "定員": 30.0,
            "緯度": 34.3428281234,
            "経度": 134.046574,
            "連絡先電話番号": 878392346,
        }
    )

    assert one.problems == []
    assert one.values["external_id"] == "7"
    assert (one.values["start_date"], one.values["end_date"]) == (date(2026, 12, 5), date(2026, 12, 6))
    assert (one.values["start_time"], one.values["end_time"]) == (time(9), time(17, 30))
    assert (one.values["fee"], one.values["capacity"]) == (1000, 30)
    assert one.values["latitude"] == Decimal("34.342828")
    assert one.values["contact_phone"] == "0878392346"


def test_a_formula_is_never_worked_out():
    one = reading(イベント名="=1+1")

    assert problem(one, "イベント名").sentence.startswith("書かれていません")


def _excel_with(change):
    """A workbook with one of its parts changed."""
    book = io.BytesIO(tables.workbook(tables.row()).read())
    changed = io.BytesIO()
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            after.writestr(part.filename, change(part.filename, before.read(part.filename)))
    return changed.getvalue()


def _swollen(name, data):
    return data.replace(b"</sheetData>", b" " * 70 * 1024 * 1024 + b"</sheetData>") if "sheet1" in name else data


def _with_entities(name, data):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    return bomb + data.partition(b"?>")[2] if "sheet1" in name else data


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "空"),
        (b"\r\n\r\n,,,\r\n", "空"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "古い形式"),
        (b"%PDF-1.4 %%EOF", "この形式"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "この形式"),
        ("<html><table><tr><td>イベント名</td></tr></table></html>".encode(), "この形式"),
        (CSV.replace("見守り", "見\0守り").encode() + b"\0", "この形式"),
        (b"\x81" + "イベント名".encode("utf-16-be") + b"\xff\xff\xfd", "文字を読み取れません"),
        ("こんにちは\r\n今日は良い天気です\r\n".encode(), "見出しの行が見つかりません"),
        (",".join(HEADER).encode(), "見出しのほかに行がありません"),
        ("イベント名,開始日,場所\r\na,2026-12-05,b".encode(), "「説明」の列が見つかりません"),
        ("イベント名,説明,場所\r\na,b,c".encode(), "「開始日」か「開催日」の列が見つかりません"),
        (",".join(["イベント名"] * 10_000).encode(), "列が多すぎます"),
        (b'"' + b"a" * 200_000, "この形式"),
        (b"PK\x03\x04" + bytes(200), "壊れています"),
        (_excel_with(_swollen), "大きくなりすぎる"),
        (_excel_with(_with_entities), "Excelの表を読み取れません"),
        (_excel_with(lambda name, data: data[:-30] if "sheet1" in name else data), "Excelの表を読み取れません"),
        (b"a" * (5 * 1024 * 1024 + 1), "5MBまで"),
    ],
    ids=[
        *("empty", "only commas", "xls", "pdf", "png", "html", "nul", "unknown encoding", "no table", "no rows"),
        *("no description", "no day", "10,000 columns", "one endless cell", "half a zip", "bomb", "entities", "broken"),
        "too large",
    ],
)
def test_files_that_are_no_table_of_events(content, word):
    with pytest.raises(ValidationError, match=word):
        readings(tables.upload(content, "events.csv"))


def test_another_office_file_is_refused():
    with pytest.raises(ValidationError):
        files.read(tables.upload(b"PK\x03\x04" + b"word/document.xml" * 20, "a.docx"))


def test_too_many_rows():
    with pytest.raises(ValidationError, match="5,000行まで"):
        files.read(tables.upload("イベント名\r\n" + "a\r\n" * 5_100))


def test_reading_ends_where_an_excel_sheet_only_looks_full():
    book = Workbook()
    book.active.append(["イベント名", "開始日", "説明"])
    book.active.append(["講座", "2026-12-05", "学びます。"])
    book.active.cell(row=3_000, column=1, value="")
    book.active.cell(row=3_000, column=2, value="x")
    file = io.BytesIO()
    book.save(file)

    table = files.read(tables.upload(file.getvalue(), "a.xlsx"))

    assert len(table.rows) == 2
    assert "空の行が続いたため" in table.notes[0]


# Headers


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("料金（基本）", "fee"),
        (" イベント名 _ カナ ", "title_kana"),
        ("イベント名(カナ)", "title_kana"),
        ("イベント名*", "title"),
        ("全国地方公共団体コード", "code"),
        ("ＩＤ", "external_id"),
        ("№", "external_id"),
        ("所在地_連結表記", "address"),
        ("建物名等（方書）", "building"),
        ("コンテンツURL", "url"),
        ("主催団体", "organizer"),
        ("Web開催", "format"),
        ("開始時刻", "start_time"),
        ("問い合わせ先（市の担当課）", "contact_name"),
        ("ＴＥＬ", "contact_phone"),
        ("行事名", "title"),
        ("開催日", "days"),
        ("利用者の声", None),
        ("", None),
    ],
)
def test_headers_in_any_of_their_spellings(header, key):
    assert columns.key_of(header) == key


def test_the_standard_header_is_known_whole():
    assert [columns.key_of(label) for label in HEADER] == list(STANDARD)


def test_columns_stand_in_any_order_below_lines_of_a_title():
    text = "令和8年度 行事一覧\r\n\r\n説明,メモ,開始日,イベント名,イベント名\r\n学びます。,x,2026-12-05,講座,別名\r\n"
    found, body = columns.find(files.read(tables.upload(text)))

    assert found.places == {"description": 0, "start_date": 2, "title": 3}
    assert found.header_row == 3
    assert [number for number, _ in body] == [4]
    assert found.ignored == [("メモ", columns.UNKNOWN), ("イベント名", columns.TWICE)]


# Cells


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-04-01", "2026/4/1", "2026.4.1", "２０２６年４月１日", "20260401", "令和8年4月1日", "R8.4.1", "46113"),
        *(
            "2026年4月1日（水）",
            "2026年4月1日(水・祝)",
            "2026年 4月 1日 水曜日",
            "2026-04-01 00:00:00",
            "2026-04-01T00:00:00",
        ),
        *(20260401, 46113, 46113.0, date(2026, 4, 1), datetime(2026, 4, 1)),
    ],
)
def test_days(cell):
    assert days.read_day(cell) == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("8月12日", "年が書かれていません"),
        ("2026年2月30日", "カレンダーにない"),
        ("1926年4月1日", "年を確かめて"),
        ("2026年4月1日（木）", "水曜日です"),
        ("2026-04-01 13:30", "時刻"),
        (datetime(2026, 4, 1, 13, 30), "時刻"),
        ("9月4日、18日", "いくつも"),
        ("随時", "読み取れません"),
        ("8・9月の試合日程", "いくつも"),
        (True, "読み取れません"),
        (0.5, "読み取れません"),
        (10**400, "読み取れません"),
        ("令和99年13月1日", "カレンダーにない"),
    ],
)
def test_days_that_cannot_be_read(cell, word):
    with pytest.raises(Unreadable, match=word):
        days.read_day(cell)


@pytest.mark.parametrize(
    ("cell", "first", "last", "remark"),
    [
        ("8月5日（水）～8月16日（日）\n※10日（月）以外", (8, 5), (8, 16), "※10日（月）以外"),
        ("8月13日(木)～15日(土)まで", (8, 13), (8, 15), ""),
        ("2026年8月5日〜8月6日", (8, 5), (8, 6), ""),
        ("8月5日から8月6日まで", (8, 5), (8, 6), ""),
        ("8月5日", (8, 5), (8, 5), ""),
    ],
)
def test_periods(cell, first, last, remark):
    assert days.read_days(cell, 2026) == (date(2026, *first), date(2026, *last), remark)


def test_a_period_over_the_turn_of_the_year():
    assert days.read_days("12月20日～1月10日", 2026) == (date(2026, 12, 20), date(2027, 1, 10), "")


@pytest.mark.parametrize("cell", ["8月16日(日)まで", "～9月25日(金)\nまで", "8月1日～3日～5日", "随時～"])
def test_periods_that_cannot_be_read(cell):
    with pytest.raises(Unreadable):
        days.read_days(cell, 2026)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        *(
            (text, time(13, 30))
            for text in ("13:30", "13：30", "13時30分", "13時半", "1330", "午後1時30分", "13:30:00")
        ),
        *((text, time(13, 30)) for text in ("午後1:30", "1:30PM", "1899-12-30 13:30:00", "0.5625", "①13：30")),
        *((cell, time(13, 30)) for cell in (1330, 1330.0, 0.5625, time(13, 30), timedelta(hours=13, minutes=30))),
        ("午前９時", time(9)),
        ("9時", time(9)),
        ("正午", time(12)),
        ("930", time(9, 30)),
        ("午前0時", time(0)),
    ],
)
def test_times(cell, expected):
    assert clocks.read_time(cell) == (expected, "")


@pytest.mark.parametrize(
    ("cell", "expected", "remark"),
    [
        ("22：00\n※日曜及び休日は17：00まで", time(22), "※日曜及び休日は17：00まで"),
        ("17:00(金、土は19:00まで)", time(17), "(金、土は19:00まで)"),
    ],
)
def test_times_with_a_remark(cell, expected, remark):
    assert clocks.read_time(cell) == (expected, remark)


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("②14:00\n③18:30", "いくつも"),
        ("10:00\n13:30", "いくつも"),
        ("24:00", "24時は"),
        ("午後12時", "12時は"),
        ("25:00", "読み取れません"),
        ("13", "読み取れません"),
        ("夕方", "読み取れません"),
        (9, "読み取れません"),
        (True, "読み取れません"),
        (timedelta(days=-1), "読み取れません"),
        (timedelta.max, "読み取れません"),
        (float("nan"), "読み取れません"),
    ],
)
def test_times_that_cannot_be_read(cell, word):
    with pytest.raises(Unreadable, match=word):
        clocks.read_time(cell)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("無料", 0),
        ("500円", 500),
        ("1,000", 1000),
        ("５００円", 500),
        ("受講料\n500円", 500),
        ("¥1,200", 1200),
        ("500.0", 500),
    ],
)
def test_fees(text, expected):
    assert values.fee(text) == expected


def test_a_fee_in_a_sentence_moves_to_the_text_about_it():
    one = reading(**{"料金(基本)": "一般300円、大学生150円", "料金(詳細)": "高校生以下無料"})

    assert one.values["fee"] is None
    assert one.values["fee_note"] == "高校生以下無料／一般300円、大学生150円"
    assert problem(one, "料金(基本)").is_error is False


@pytest.mark.parametrize(
    ("text", "code"),
    [("372013", "372013"), ("37201", "372013"), ("11002", "011002"), ("010006", "01"), ("10006", "01"), ("13", "13")],
)
def test_codes_of_places(text, code):
    assert values.region_by_code(text) == code


@pytest.mark.parametrize("text", ["999999", "abc", "37201３３", "372014"])
def test_codes_that_are_none(text):
    with pytest.raises(Unreadable):
        values.region_by_code(text)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"都道府県名": "香川県", "市区町村名": "高松市"}, "372013"),
        ({"都道府県名": "香川県"}, "37"),
        ({"市区町村名": "高松市"}, "372013"),
        ({"地方公共団体名": "東京都府中市"}, "132063"),
        ({"都道府県コード又は市区町村コード": "999999", "市区町村名": "高松市"}, "372013"),
    ],
)
def test_places(cells, code):
    assert reading(**cells).values["region"] == code


def test_a_place_of_which_there_are_two_is_a_notice():
    one = reading(市区町村名="府中市")

    assert "region" not in one.values
    assert not problem(one, "市区町村名").is_error


@pytest.mark.parametrize(
    ("text", "application", "note"),
    [
        ("申込不要", "not_needed", ""),
        ("不要", "not_needed", ""),
        ("申込は不要。直接お越しください。", "not_needed", "直接お越しください。"),
        ("当日直接会場へお越しください。", "not_needed", "当日直接会場へお越しください。"),
        ("電話で申し込んでください。", "needed", "電話で申し込んでください。"),
        ("申込優先（当日参加もできます）。電話で", "optional", "電話で"),
        ("不要不急の外出を控える方は電話で", "needed", "不要不急の外出を控える方は電話で"),
    ],
)
def test_how_to_apply(text, application, note):
    assert values.application(text) == (application, note)


@pytest.mark.parametrize(
    ("cells", "field", "expected"),
    [
        ({"イベント名_カナ": "みまもり ﾍﾞﾝｷｮｳｶｲ"}, "title_kana", "ミマモリ ベンキョウカイ"),
        ({"URL": "くわしくは\nhttps://example.jp/a"}, "url", "https://example.jp/a"),
        ({"URL": "www.example.jp"}, "url", "https://www.example.jp"),
        ({"住所": "番町1-8-15", "方書": "3階"}, "address", "番町1-8-15 3階"),
        (
            {"所在地_都道府県": "香川県", "所在地_市区町村": "高松市", "所在地_町字": "番町"},
            "address",
            "香川県高松市番町",
        ),
        ({"定員": "申込先着\n20人"}, "capacity", 20),
        ({"状態": "開催中止"}, "state", "cancelled"),
        ({"Web開催": "現地開催のみ"}, "format", "venue"),
        ({"開催方法": "会場・オンライン（Zoom）"}, "format", "hybrid"),
        ({"イベント種類": "健康講座"}, "kind", "seminar"),
        ({"分野": "買い物；移動（交通）"}, "themes", ["mobility", "shopping"]),
        ({"タグ": "予防、体操"}, "tags", ["予防", "体操"]),
        ({"駐車場有無": "有"}, "parking", "駐車場あり"),
        ({"申込の要否": "不要"}, "application", "not_needed"),
        ({"料金(基本)": "", "料金有無": "無料"}, "fee", 0),
        ({"主催者": "高松市、高松市社協"}, "co_organizers_note", "高松市社協"),
        ({"備考": "'=合計"}, "remarks", "=合計"),
        ({"参加申込終了日": "令和8年11月30日", "参加申込終了時間": "17時"}, "application_closes_at", time(17)),
        ({"申込期間": "2026年8月5日～8月16日"}, "application_closes_on", date(2026, 8, 16)),
        ({"開始日時特記事項": "a\nb"}, "schedule_note", "a b"),
    ],
)
def test_cells(cells, field, expected):
    one = reading(**cells)

    assert one.values[field] == expected
    assert not one.is_broken


@pytest.mark.parametrize(
    ("cells", "column", "is_error"),
    [
        ({"イベント名": ""}, "イベント名", True),
        ({"イベント名": "あ" * 101}, "イベント名", True),
        ({"説明": "-"}, "説明", True),
        ({"開始日": ""}, "開始日", True),
        ({"開始日": "未定"}, "開始日", True),
        ({"終了日": "2026-12-04"}, "終了日", True),
        ({"終了時間": "13:30"}, "終了時間", True),
        ({"終了時間": ""}, "終了時間", True),
        ({"開始時間": "－"}, "開始時間", True),
        ({"場所名称": "あ" * 151}, "場所名称", False),
        ({"備考": "あ" * 10_001}, "備考", False),
        ({"URL": "javascript:alert(1)"}, "URL", False),
        ({"定員": "各回14組"}, "定員", False),
        ({"定員": "9" * 30}, "定員", False),
        ({"緯度": "北緯34度"}, "緯度", False),
        ({"緯度": "34.3"}, "経度", False),
        ({"緯度": "134.0", "経度": "34.3"}, "緯度", False),
        ({"参加申込終了時間": "17:00"}, "参加申込終了時間", False),
        ({"参加申込終了日": "2026-12-06"}, "参加申込終了日", False),
        ({"参加申込終了日": "2026-12-01", "参加申込方法": "申込不要"}, "参加申込終了日", False),
        ({"参加申込終了日": "2026-12-01", "参加申込開始日": "2026-12-02"}, "参加申込終了日", False),
        ({"状態": "わからない"}, "状態", False),
        ({"分野": "宇宙"}, "分野", False),
        ({"連絡先メールアドレス": "なし"}, "連絡先メールアドレス", False),
        ({"場所名称": "#REF!"}, "場所名称", False),
        ({"都道府県コード又は市区町村コード": "999999"}, "都道府県コード又は市区町村コード", False),
    ],
)
def test_problems_name_their_column_and_cell(cells, column, is_error):
    one = reading(**cells)

    assert problem(one, column).is_error is is_error
    assert one.is_broken is is_error
    assert problem(one, column).sentence.endswith("。") or "。" in problem(one, column).sentence


def test_every_problem_of_a_row_is_named():
    one = reading(イベント名="", 開始日="未定", 開始時間="夕方", 説明="", 定員="多数")

    assert {problem.column for problem in one.problems} == {"イベント名", "開始日", "開始時間", "説明", "定員"}


def test_a_day_without_times_is_all_day_and_ends_with_itself():
    one = reading(終了日="", 開始時間="", 終了時間="-")

    assert (one.values["start_date"], one.values["end_date"]) == (date(2026, 12, 5), date(2026, 12, 5))
    assert (one.values["start_time"], one.values["end_time"]) == (None, None)


def test_a_missing_end_may_be_taken_as_all_day():
    one = reading(終了時間="", options=Options(ends_may_be_missing=True))

    assert not one.is_broken
    assert (one.values["start_time"], one.values["end_time"]) == (None, None)
    assert one.values["schedule_note"] == "13:30から"
    assert "終日" in problem(one, "開始時間").sentence


def test_days_without_a_year_may_get_one():
    assert reading(開始日="12月5日", 終了日="12月6日", options=Options(year=2026)).values["end_date"] == date(
        2026, 12, 6
    )


def test_a_long_description_becomes_summary_and_content():
    text = "支え合いについて話し合います。" * 40

    one = reading(説明=text)

    assert one.values["content"] == text
    assert len(one.values["summary"]) <= 300
    assert one.values["summary"].endswith("。")


CELLS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="0123456789年月日時分:/-～~〜※()（）午前後令和元R.、 ①", max_size=25),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.dictionaries(st.sampled_from(sorted(columns.LABELS)), CELLS, max_size=12))
def test_no_cell_raises(cells):
    keys = list(columns.LABELS)
    found = columns.Columns({key: place for place, key in enumerate(keys)}, dict(columns.LABELS), [], 1)

    one = RowReader(found, Options(True, 2026), "団体").read(1, [files.clean(cells.get(key)) for key in keys])

    assert one.is_broken or one.values["start_date"] <= one.values["end_date"]
    assert all(problem.sentence for problem in one.problems)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400))
def test_no_file_raises_but_in_a_sentence(content):
    with suppress(ValidationError):
        columns.find(files.read(tables.upload(content)))

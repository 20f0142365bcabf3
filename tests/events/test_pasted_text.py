"""Notices as organizations write them, and what is read from each."""

import time as clock
from datetime import date, time

import pytest

from events.pasted_days import read_when
from events.pasting import read

TODAY = date(2026, 11, 25)

LETTER = """関係者各位

　　　移動支援を考える集いのご案内

平素よりお世話になっております。下記のとおり開催します。

記
１　日　時　令和8年12月5日（土）午後1時30分から4時まで（受付 午後1時から）
２　場　所　飯山市公民館 2階ホール（長野県飯山市大字飯山1110-1）
３　対　象　どなたでも
４　定　員　先着50名
５　参加費　無料（資料代300円）
６　内　容　(1) 基調講演
　　　　　　(2) 事例報告
７　申込み　11月30日（月）17時までに、電話またはメールでお申し込みください。
　　　　　　電話 0269-62-3111 メール info@example.jp
８　主　催　飯山市
９　後　援　飯山市社会福祉協議会
10　問い合わせ先　飯山市 高齢福祉課　電話0269-00-0000
"""
MAIL = """【オンライン】つどい場サロン勉強会

■日時：12/5（土）10:00～12:00
■会場：オンライン（Zoom）
■参加費：500円
■お申し込み：https://forms.example.jp/abc?x=1
■締切：12月1日

TEL：０３－１２３４－５６７８
E-mail：salon@example.jp
URL：https://www.example.jp/
"""
LEAFLET = """◆イベント名◆　年越しそばの会
【とき】2026年12月31日(木)　23:30〜翌1:00
【ところ】集会所
　〒389-2253 長野県飯山市飯山1110
【費用】大人500円、子ども200円
【申込期間】12月1日(火)〜20日(日)
【アクセス】飯山駅から歩いて10分
【駐車場】10台
【持ち物】お椀と箸
【講師】そば打ち名人
【お問い合わせ】
　ささえあいの会（担当：佐藤）
　090-0000-0000 / soba@example.jp
"""


def test_a_letter_with_numbered_lines():
    assert read(LETTER, TODAY) == {
        "title": "移動支援を考える集い",
        "start_date": "2026-12-05",
        "end_date": "2026-12-05",
        "start_time": "13:30",
        "end_time": "16:00",
        "schedule_note": "受付 午後1時から",
        "venue": "飯山市公民館 2階ホール",
        "address": "長野県飯山市大字飯山1110-1",
        "audience_note": "どなたでも",
        "capacity": "50",
        "fee": "無料",
        "fee_note": "無料（資料代300円）",
        "application": "needed",
        "application_closes_on": "2026-11-30",
        "application_closes_at": "17:00",
        "application_phone": "0269-62-3111",
        "application_email": "info@example.jp",
        "application_note": "11月30日（月）17時までに、電話またはメールでお申し込みください。\n"
        "電話 0269-62-3111 メール info@example.jp",
        "contact_name": "飯山市 高齢福祉課",
        "contact_phone": "0269-00-0000",
        "summary": "(1) 基調講演\n(2) 事例報告",
        "co_organizers_note": "後援 飯山市社会福祉協議会",
    }


def test_a_mail_about_something_online():
    assert read(MAIL, TODAY) == {
        "title": "【オンライン】つどい場サロン勉強会",
        "start_date": "2026-12-05",
        "end_date": "2026-12-05",
        "start_time": "10:00",
        "end_time": "12:00",
        "format": "online",
        "fee": "500円",
        "application": "needed",
        "application_closes_on": "2026-12-01",
        "application_url": "https://forms.example.jp/abc?x=1",
        "application_note": "https://forms.example.jp/abc?x=1",
        "contact_phone": "03-1234-5678",
        "contact_email": "salon@example.jp",
        "url": "https://www.example.jp/",
    }


def test_a_leaflet_with_labels_in_brackets():
    assert read(LEAFLET, TODAY) == {
        "title": "年越しそばの会",
        "start_date": "2026-12-31",
        "end_date": "2027-01-01",
        "start_time": "23:30",
        "end_time": "1:00",
        "venue": "集会所",
        "address": "〒389-2253 長野県飯山市飯山1110",
        "access": "飯山駅から歩いて10分",
        "parking": "10台",
        "fee_note": "大人500円、子ども200円",
        "application": "needed",
        "application_opens_on": "2026-12-01",
        "application_closes_on": "2026-12-20",
        "content": "講師：そば打ち名人",
        "remarks": "持ち物：お椀と箸",
        "contact_name": "ささえあいの会(担当:佐藤)",
        "contact_phone": "090-0000-0000",
        "contact_email": "soba@example.jp",
    }


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("参加申込：不要", {"application": "not_needed"}),
        (
            "申込：不要。当日会場へお越しください。",
            {"application": "not_needed", "application_note": "当日会場へお越しください。"},
        ),
        ("会場：中央公民館とオンライン（Zoom）", {"format": "hybrid", "venue": "中央公民館とオンライン（Zoom）"}),
        ("定員：会場30名、オンライン100名", {}),
        ("参加費：会員 無料、一般 500円", {"fee_note": "会員 無料、一般 500円"}),
        ("対象：65歳以上の方", {"audience_note": "65歳以上の方"}),
        ("電話：0269-62-3111", {"contact_phone": "0269-62-3111"}),
        ("電話：0269(62)3111", {"contact_phone": "0269(62)3111"}),
    ],
)
def test_single_lines(line, fields):
    assert read(line, TODAY) == fields


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12月5日（土）13:30〜16:00（受付13:00〜）", ("2026-12-05", "2026-12-05", "13:30", "16:00")),
        ("2026年12月5日（土）10:00 ～ 12月6日（日）15:00", ("2026-12-05", "2026-12-06", "10:00", "15:00")),
        ("令和8年（2026年）12月5日（土曜日・祝）13時半～15時", ("2026-12-05", "2026-12-05", "13:30", "15:00")),
        ("１２月３１日（木）２３：３０〜翌１：００", ("2026-12-31", "2027-01-01", "23:30", "01:00")),
        ("2026-12-05 22:00〜24:00", ("2026-12-05", "2026-12-06", "22:00", "00:00")),
        ("2026.12.5(土)-6(日)", ("2026-12-05", "2026-12-06", None, None)),
        ("R8.12.5 13:30-15:00", ("2026-12-05", "2026-12-05", "13:30", "15:00")),
        ("12月28日〜1月3日", ("2026-12-28", "2027-01-03", None, None)),
        ("12月5日〜7日", ("2026-12-05", "2026-12-07", None, None)),
        ("11月24日", ("2027-11-24", "2027-11-24", None, None)),
        ("11月25日", ("2026-11-25", "2026-11-25", None, None)),
        ("11月24日（火）", ("2026-11-24", "2026-11-24", None, None)),
        ("令和10年2月29日", ("2028-02-29", "2028-02-29", None, None)),
        ("2月29日", (None, None, None, None)),
        ("令和9年2月29日", (None, None, None, None)),
        ("毎月第2水曜日 10時から", (None, None, "10:00", None)),
        ("0269-62-3111", (None, None, None, None)),
        ("2時間、3か月間", (None, None, None, None)),
    ],
)
def test_days_and_times(text, expected):
    found = read_when(text, TODAY)

    assert (found.start_date, found.end_date) == tuple(day and date.fromisoformat(day) for day in expected[:2])
    assert (found.start_time, found.end_time) == tuple(at and time.fromisoformat(at) for at in expected[2:])


@pytest.mark.parametrize(
    "text",
    ["12月5日(土)、12日(土) 10:00〜11:00", "12月5日 10:00〜12:00、13:00〜15:00", "12月5日(土)開場13:00 開演13:30"],
)
def test_what_is_left_over_is_kept_as_a_note(text):
    assert read(f"日時：{text}", TODAY)["schedule_note"] == text


@pytest.mark.parametrize(
    "title",
    ["各位", "拝啓　時下ますます", "お世話になっております。", "12月5日（土）に開きます", "https://example.jp/"],
)
def test_greetings_days_and_addresses_are_no_title(title):
    assert read(f"{title}\n会場：公民館", TODAY).get("title") is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "\n" * 20_000, "あ" * 100_000, ":" * 50_000, "日　" * 20_000, "(" * 50_000, "a@" * 20_000, "0-" * 20_000),
        *("http://" * 8_000, "日時：" + "12月5日〜" * 8_000, "会場：" + "（" * 40_000, "【" * 40_000, "1" * 50_000),
        "👩‍👩‍👧‍👦\u202e\x00",
    ],
)
def test_nothing_takes_long_or_fails(text):
    begun = clock.monotonic()

    read(text, TODAY)

    assert clock.monotonic() - begun < 2

"""Which column of a table is which: by what its header says, never by its place.

Headers are those of 推奨データセット イベント一覧 (the template and the export), 自治体標準オープンデータセット and
the government's data model for events (GIF), with what organizers call the same things.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from events.importing.files import Cell, Table
from events.importing.values import text_of

# The header of 推奨データセット イベント一覧, in its order, with our names for the columns.
STANDARD = {
    "code": "都道府県コード又は市区町村コード",
    "external_id": "NO",
    "prefecture": "都道府県名",
    "municipality": "市区町村名",
    "title": "イベント名",
    "title_kana": "イベント名_カナ",
    "title_english": "イベント名_英語",
    "start_date": "開始日",
    "end_date": "終了日",
    "start_time": "開始時間",
    "end_time": "終了時間",
    "schedule_note": "開始日時特記事項",
    "description": "説明",
    "fee": "料金(基本)",
    "fee_note": "料金(詳細)",
    "contact_name": "連絡先名称",
    "contact_phone": "連絡先電話番号",
    "contact_extension": "連絡先内線番号",
    "organizer": "主催者",
    "venue": "場所名称",
    "address": "住所",
    "building": "方書",
    "latitude": "緯度",
    "longitude": "経度",
    "access": "アクセス方法",
    "parking": "駐車場情報",
    "capacity": "定員",
    "application_closes_on": "参加申込終了日",
    "application_closes_at": "参加申込終了時間",
    "application_note": "参加申込方法",
    "url": "URL",
    "remarks": "備考",
}
# What may stand in further columns.
FURTHER = {
    "themes": "分野",
    "kind": "イベント種類",
    "format": "開催方法",
    "state": "状態",
    "audience_note": "対象者",
    "subtitle": "サブタイトル",
    "co_organizers_note": "共催団体",
    "contact_email": "連絡先メールアドレス",
    "application_opens_on": "参加申込開始日",
    "application_url": "申込URL",
    "tags": "タグ",
    "days": "開催日",
    "application_period": "申込期間",
    "is_application_needed": "申込の要否",
    "fee_kind": "料金有無",
    "has_parking": "駐車場有無",
    "government": "地方公共団体名",
    "facility": "開催施設",
    "address_prefecture": "所在地_都道府県",
    "address_municipality": "所在地_市区町村",
    "address_town": "所在地_町字",
    "address_number": "所在地_番地以下",
}
LABELS = {**STANDARD, **FURTHER}
# Other names of the same columns.
_ALIASES = {
    "code": "全国地方公共団体コード 地方公共団体コード 都道府県コード 市区町村コード 自治体コード 団体コード",
    "external_id": "ID № 番号 通し番号 イベントID 管理番号",
    "prefecture": "都道府県",
    "municipality": "市区町村 市町村名 自治体名",
    "title": "行事名 名称 イベント名称 催し名 件名 タイトル イベントタイトル 講座名 事業名 EventName eventTitle",
    "title_kana": "イベント名(カナ) イベント名カナ イベント名フリガナ イベント名ふりがな フリガナ",
    "title_english": "イベント名(英字) イベント名(英語) イベント名_英字 英語名",
    "start_date": "開始年月日 開催開始日 開始日付 開催日(開始) StartDate dateOfStart",
    "end_date": "終了年月日 開催終了日 終了日付 開催日(終了) EndDate dateOfEnd",
    "start_time": "開始時刻 開演時間 開演時刻 開催開始時間 StartTime",
    "end_time": "終了時刻 終演時間 終演時刻 開催終了時間 EndTime",
    "schedule_note": "日時説明 日時特記事項 開催日時特記事項 日時備考",
    "description": "概要 内容 イベント概要 イベント内容 イベント説明 詳細 Abstract Description",
    "fee": "料金 料金_基本 参加費 参加料 入場料 受講料 費用 基本料金 Fee",
    "fee_note": "料金_詳細 料金詳細 参加費詳細 料金備考",
    "contact_name": "問い合わせ先 問合せ先 問合先 お問い合わせ先 お問合せ先 連絡先 連絡先情報 担当課 担当",
    "contact_phone": "電話番号 TEL 電話 問い合わせ先電話番号 連絡先TEL",
    "contact_extension": "内線 内線番号",
    "organizer": "主催 主催団体 主催者名 Organizer",
    "venue": "場所 会場 会場名 開催場所 開催会場 場所名 施設名 Venue",
    "address": "所在地 所在地_連結表記 開催場所住所 会場住所 開催場所所在地 場所住所",
    "building": "建物名等(方書) 建物名 建物名等",
    "latitude": "緯度(10進法) lat latitude",
    "longitude": "経度(10進法) lng lon longitude",
    "access": "アクセス 交通アクセス 交通手段 行き方",
    "parking": "駐車場",
    "capacity": "募集人数 定員(人) 定員数 Capacity",
    "application_closes_on": "申込終了日 申込締切日 申込締切 申込期限 参加申込締切日 締切日",
    "application_closes_at": "申込終了時間 申込締切時間 参加申込終了時刻",
    "application_note": "申込方法 申し込み方法 申込み方法 参加方法 申込",
    "url": "イベントURL コンテンツURL 詳細URL ホームページ WebサイトURL ウェブサイト リンク HP",
    "remarks": "その他 注意事項 特記事項",
    "themes": "テーマ 生活支援の分野",
    "kind": "種類 種別 イベント種別 カテゴリ カテゴリー ジャンル eventType",
    "format": "Web開催 開催形式 開催形態 形式 実施方法 webinarStatus",
    "state": "開催状況 開催状態 ステータス status",
    "audience_note": "対象 参加対象 募集対象",
    "subtitle": "副題",
    "co_organizers_note": "共催 後援 関連団体 共催者",
    "contact_email": "メール メールアドレス E-mail 連絡先メール 連絡先Eメール",
    "application_opens_on": "申込開始日 受付開始日 申込受付開始日",
    "application_url": "申込ページ 申込フォーム 参加申込URL",
    "tags": "キーワード",
    "days": "日程 期日 開催日程 開催期間 開催年月日 期間",
    "application_period": "募集期間 受付期間 申込受付期間",
    "is_application_needed": "申込要否 事前申込 申込の有無 申込有無 予約",
    "fee_kind": "料金種別 feeStatus",
    "government": "自治体",
    "facility": "施設",
}
HEADER_IS_SOUGHT_IN = 15
NO_HEADER = (
    "見出しの行が見つかりません。1行目に「イベント名」「開始日」「説明」などの見出しを書いてください。"
    "このページのひな形を使うと確かです。"
)
ONLY_A_HEADER = "見出しのほかに行がありません。イベントを1行に1つずつ書いてください。"
UNKNOWN = "使いかたが分からない列なので、読みません。"
TWICE = "同じ内容の列がほかにもあるので、読みません。"


def _normalized(header: str) -> str:
    text = unicodedata.normalize("NFKC", header).lower()
    return re.sub(r"[\s_・*※:.]|\(必須\)|\(任意\)", "", text)


_KEYS = {
    _normalized(name): key for key, label in LABELS.items() for name in (label, key, *_ALIASES.get(key, "").split())
}


def key_of(header: str) -> str | None:
    """The column that a header means; what stands in brackets behind it may be anything."""
    name = _normalized(header)
    return _KEYS.get(name) or _KEYS.get(re.sub(r"\(.*\)$", "", name))


@dataclass(frozen=True)
class Columns:
    """Where the columns are: places by our names, their headers, and headers that are not read, with why."""

    places: dict[str, int]
    headers: dict[str, str]
    ignored: list[tuple[str, str]]
    header_row: int

    def __contains__(self, key: str) -> bool:
        return key in self.places


def find(table: Table) -> tuple[Columns, list[tuple[int, list[Cell]]]]:
    """The columns of ``table`` and the rows below its header; ValidationError when something is missing."""
    beginning = table.rows[:HEADER_IS_SOUGHT_IN]
    place = max(range(len(beginning)), key=lambda place: (_known(beginning[place][1]), -place))
    number, header = beginning[place]
    if _known(header) < 2:
        raise ValidationError(NO_HEADER, code="no_header")
    columns = _columns(number, header)
    _check_complete(columns)
    if not table.rows[place + 1 :]:
        raise ValidationError(ONLY_A_HEADER, code="only_a_header")
    return columns, table.rows[place + 1 :]


def _known(cells: list[Cell]) -> int:
    return len({key for cell in cells if (key := key_of(text_of(cell)))})


def _columns(number: int, header: list[Cell]) -> Columns:
    columns = Columns({}, {}, [], number)
    for place, cell in enumerate(header):
        name = " ".join(text_of(cell).split())
        key = key_of(name)
        if not name:
            continue
        if key is None or key in columns.places:
            columns.ignored.append((name[:60], TWICE if key else UNKNOWN))
        else:
            columns.places[key], columns.headers[key] = place, name[:60]
    return columns


def _check_complete(columns: Columns) -> None:
    missing = [LABELS[key] for key in ("title", "description") if key not in columns]
    if "start_date" not in columns and "days" not in columns:
        missing.append("開始日」か「開催日")
    if missing:
        names = "".join(f"「{label}」" for label in missing)
        found = "、".join(columns.headers.values())
        raise ValidationError(f"{names}の列が見つかりません。見つかった列：{found}", code="missing_columns")


def of_standard() -> Columns:
    """The columns of the header that the template and the export have."""
    return Columns({key: place for place, key in enumerate(STANDARD)}, dict(STANDARD), [], 1)

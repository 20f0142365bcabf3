"""What to write into the columns of a table, for people: on the upload page and in the Excel template."""

from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from events.choices import EventKind
from events.importing.columns import FURTHER, STANDARD

REQUIRED = ("title", "start_date", "description")
HOW = {
    "code": "6桁の全国地方公共団体コード。空欄なら、都道府県名と市区町村名から、それもなければ団体の活動地域を入れます",
    "external_id": "表の中での番号。同じ番号の行をもう一度取り込むと、同じイベントの内容を変えます",
    "prefecture": "例：香川県",
    "municipality": "例：高松市",
    "title": "100文字まで",
    "title_kana": "全角カタカナ",
    "title_english": "英語の名前があるとき",
    "start_date": "例：2026年4月1日、2026-04-01、令和8年4月1日",
    "end_date": "空欄なら、開始日と同じ日",
    "start_time": "例：13:30。開始時間も終了時間も空欄なら、終日",
    "end_time": "例：15:00",
    "schedule_note": "例：受付は13時から",
    "description": "300文字を超えるときは、はじめを概要に、全体を内容に入れます",
    "fee": "例：無料、500円、1,000。1つの金額でないときは、文のまま「参加費の説明」に入れます",
    "fee_note": "例：高校生以下は無料",
    "contact_name": "例：長寿福祉課",
    "contact_phone": "例：087-839-2346",
    "contact_extension": "例：1234",
    "organizer": "団体と別の主催者があるとき、「そのほかの主催・共催・後援」に入れます",
    "venue": "例：生涯学習センター 2階 大研修室",
    "address": "例：高松市片原町11-1",
    "building": "建物の名前や階。住所のうしろに付けます",
    "latitude": "例：34.345410",
    "longitude": "例：134.054045",
    "access": "例：片原町駅から歩いて3分",
    "parking": "例：20台（無料）",
    "capacity": "例：30",
    "application_closes_on": "例：2026年3月25日",
    "application_closes_at": "例：17:00",
    "application_note": "例：電話で申し込む。申込がいらないときは「申込不要」",
    "url": "https:// から始まるアドレスを1つ",
    "remarks": "ほかに伝えたいこと",
    "themes": "サイトの分野の名前。例：買い物、移動（交通）",
    "kind": "、".join(EventKind.labels),
    "format": "会場、オンライン、会場とオンライン、アーカイブ視聴",
    "state": "開催予定、延期、中止",
    "audience_note": "例：市内にお住まいの65歳以上の方",
    "tags": "「、」で区切ります",
    "contact_email": "例：info@example.jp",
    "application_opens_on": "例：2026年3月1日",
    "application_url": "https:// から始まるアドレスを1つ",
}


@dataclass(frozen=True)
class Line:
    header: str
    how: str
    is_required: bool
    # Whether the template has the column.
    is_standard: bool


def header() -> list[str]:
    return list(STANDARD.values())


def lines() -> list[Line]:
    labels = {**STANDARD, **FURTHER}
    return [Line(labels[key], how, key in REQUIRED, key in STANDARD) for key, how in HOW.items()]


# Numbers that begin with 0: Excel keeps it only in cells that are text.
_TEXT_COLUMNS = ("code", "external_id", "contact_phone", "contact_extension")


def workbook() -> Workbook:
    """The header to fill in below, and a second sheet with what to write into each column."""
    book = Workbook()
    table, explained = book.active, book.create_sheet("書きかた")
    table.title = "イベント一覧"
    table.append(header())
    explained.append(["列の見出し", "必須", "書きかた"])
    for line in lines():
        explained.append([line.header, "必須" if line.is_required else "", line.how])
    for sheet in (table, explained):
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
    for key, cell in zip(STANDARD, table[1], strict=True):
        column = table.column_dimensions[cell.column_letter]
        column.width = 18
        if key in _TEXT_COLUMNS:
            column.number_format = "@"
    for letter, width in (("A", 32), ("B", 8), ("C", 90)):
        explained.column_dimensions[letter].width = width
    for cell in explained["C"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return book

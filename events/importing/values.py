"""What stands in a cell: texts, amounts, numbers, addresses and choices, as people write them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from events.choices import Application, EventKind, EventState, Format
from events.importing.files import Cell
from events.importing.problems import Unreadable
from taxonomy import registry
from taxonomy.codes import check_digit

LONGEST_SUMMARY = 300
LARGEST_NUMBER = 1_000_000_000
# What people write where there is nothing to say.
_DASHES = re.compile(r"[\-‐‑–—―−ー－\s]*")
_NOTHING = {"無し", "なし", "無", "特になし", "特に無し", "制限なし", "未定", "不明"}
# A spreadsheet shows these where a formula went wrong.
_MISCALCULATED = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)|#+")
# As `policies.spreadsheets.defused` writes what would be a formula.
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n]")

IS_MISCALCULATED = "Excelの計算の誤りが入っています。Excelで開いて直してください。"
IS_NO_NUMBER = "数字を読み取れません。「30」のように、数字だけを書いてください。"
IS_TOO_LARGE = "数が大きすぎます。確かめてください。"
IS_NO_FEE = "1つの金額ではありません。「無料」か「500円」のように書いてください。"
IS_NO_URL = "アドレスを読み取れません。「https://」から始まるアドレスを1つだけ書いてください。"
IS_NO_EMAIL = "メールアドレスを読み取れません。「name@example.jp」のように、1つだけ書いてください。"
IS_NO_POSITION = "緯度・経度を読み取れません。「34.345410」のように、数で書いてください。"
IS_NO_CODE = "この番号の都道府県・市区町村はありません。6桁の全国地方公共団体コードを書いてください。"


def text_of(cell: Cell) -> str:
    """The cell as text; numbers without the .0 of spreadsheets."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "はい" if cell else "いいえ"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else str(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time.min else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    text = str(cell)
    return text[1:] if _DEFUSED.match(text) else text


def is_blank(text: str) -> bool:
    return _DASHES.fullmatch(text) is not None


def is_nothing(text: str) -> bool:
    """Blank, or a word for it."""
    return is_blank(text) or compact(text) in _NOTHING


def is_miscalculated(text: str) -> bool:
    return _MISCALCULATED.fullmatch(text) is not None


def compact(text: str) -> str:
    """In one width, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


def described(text: str) -> tuple[str, str]:
    """A description as summary and content: what is too long for the summary stands whole in the content."""
    if len(text) <= LONGEST_SUMMARY:
        return text, ""
    end = max(text.rfind(sign, 100, LONGEST_SUMMARY) for sign in "。\n！？!?")
    summary = text[: end + 1].strip() if end > 0 else f"{text[: LONGEST_SUMMARY - 1]}…"
    return summary, text


def katakana(text: str) -> str:
    """Full-width katakana for hiragana and for half width; everything else stays."""
    text = unicodedata.normalize("NFKC", one_line(text))
    return "".join(chr(ord(letter) + 0x60) if "ぁ" <= letter <= "ゖ" else letter for letter in text)


def number(text: str) -> int:
    """「1,000」, 「30人」, 「申込先着 20名程度」; nothing with two numbers."""
    found = re.fullmatch(
        r"(?:(?:申込|当日)?先着|定員|各回|約)*([0-9][0-9,]*)(?:人|名)?(?:まで|程度|\(?(?:申込|当日)?先着順?\)?)*",
        compact(text),
    )
    if not found:
        raise Unreadable(IS_NO_NUMBER)
    return _within(int(found[1].replace(",", "")[:20]))


def _within(value: int) -> int:
    if value > LARGEST_NUMBER:
        raise Unreadable(IS_TOO_LARGE)
    return value


def fee(text: str) -> int:
    """「無料」 is 0; 「500円」, 「1,000」, 「受講料500円」."""
    plain = compact(text)
    if plain in ("無料", "参加無料", "入場無料", "受講無料", "観覧無料", "0円", "なし", "無し"):
        return 0
    found = re.fullmatch(
        r"(?:(?:参加|受講|入場|観覧|材料|会)[費料]?:?)?[¥\\]?([0-9][0-9,]*)(?:円|\.0+)?(?:\(税込\))?", plain
    )
    if not found:
        raise Unreadable(IS_NO_FEE)
    return _within(int(found[1].replace(",", "")[:20]))


def position(text: str, limit: int) -> Decimal:
    try:
        value = round(Decimal(compact(text)), 6)
    except (InvalidOperation, ValueError) as error:
        raise Unreadable(IS_NO_POSITION) from error
    if not value.is_finite() or abs(value) > limit:
        raise Unreadable(IS_NO_POSITION)
    return value


def url(text: str) -> str:
    """The one address in a cell, which may stand among other words."""
    found = re.findall(r"(?:https?://|www\.)[^\s<>「」『』（）、。]+", unicodedata.normalize("NFKC", text))
    if len(found) != 1:
        raise Unreadable(IS_NO_URL)
    address = found[0] if "://" in found[0] else f"https://{found[0]}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as error:
        raise Unreadable(IS_NO_URL) from error
    return address


def email(text: str) -> str:
    address = compact(text)
    try:
        EmailValidator()(address)
    except ValidationError as error:
        raise Unreadable(IS_NO_EMAIL) from error
    return address


def phone(text: str) -> str:
    """As written; a number that lost its 0 in a spreadsheet gets it back."""
    number = one_line(unicodedata.normalize("NFKC", text))
    return f"0{number}" if re.fullmatch(r"[1-9][0-9]{8,9}", number) else number


def region_by_code(text: str) -> str:
    """The code of our region for an official one, also without its first zero or its check digit."""
    digits = compact(text).removesuffix(".0")
    if re.fullmatch(r"[0-9]{1,6}", digits):
        with_check_digit = digits + check_digit(digits) if len(digits) == 5 else ""
        for code in (digits.zfill(6), with_check_digit, digits.zfill(2)):
            if found := registry.region(_prefectures().get(code, code)) if code else None:
                return found.code
    raise Unreadable(IS_NO_CODE)


def _prefectures() -> dict[str, str]:
    return {prefecture.local_government_code: prefecture.code for prefecture in registry.prefectures()}


@lru_cache(maxsize=2_000)
def region_by_name(name: str) -> str | None:
    """The code of 「香川県高松市」 or 「香川県」, or of a municipality whose name is the only one of its kind."""
    name = compact(name)
    if not name:
        return None
    found = [
        region.code
        for region in registry.regions().values()
        if name in (region.full_name, region.name) and name != "全国"
    ]
    exact = [code for code in found if registry.regions()[code].full_name == name]
    return exact[0] if exact else found[0] if len(found) == 1 else None


registry.on_clear(region_by_name.cache_clear)


def choice(text: str, meanings: Mapping[str, str], how: str) -> str:
    """What a word means by ``meanings``, whole or, where it is longer, by the first word it contains."""
    word = compact(text).lower()
    if word in meanings:
        return meanings[word]
    for known, meaning in meanings.items():
        if len(known) > 1 and known in word:
            return meaning
    raise Unreadable(how)


def event_format(text: str) -> str:
    """「現地開催のみ」, 「会場とオンライン（Zoom）」, 「ハイブリッド」."""
    word = compact(text).lower()
    at_venue = any(sign in word for sign in ("会場", "現地", "対面", "来場", "集合"))
    online = any(sign in word for sign in ("オンライン", "web", "ウェブ", "配信", "zoom"))
    if (at_venue and online) or any(sign in word for sign in ("ハイブリッド", "併用")):
        return Format.HYBRID.value
    if "アーカイブ" in word or "録画" in word:
        return Format.ARCHIVE.value
    if not (at_venue or online):
        raise Unreadable(HOW_FORMAT)
    return Format.ONLINE.value if online else Format.VENUE.value


def _with_labels(choices, more: Mapping[str, str]) -> dict[str, str]:
    return {compact(str(label)).lower(): str(value) for value, label in choices.choices} | dict(more)


STATES = _with_labels(
    EventState,
    {
        **dict.fromkeys(["中止", "取りやめ", "休止"], EventState.CANCELLED.value),
        **dict.fromkeys(["延期"], EventState.POSTPONED.value),
        **dict.fromkeys(["準備中", "受付中", "開催中", "予定", "開催", "通常"], EventState.PLANNED.value),
    },
)
KINDS = _with_labels(
    EventKind,
    {
        **dict.fromkeys(["シンポジウム", "講演", "フォーラム"], EventKind.SYMPOSIUM.value),
        **dict.fromkeys(["セミナー", "研修", "講座", "勉強会", "教室"], EventKind.SEMINAR.value),
        **dict.fromkeys(["交流", "意見交換", "サロン"], EventKind.EXCHANGE.value),
        **dict.fromkeys(["見学", "体験"], EventKind.VISIT.value),
        **dict.fromkeys(["相談"], EventKind.CONSULTATION.value),
        **dict.fromkeys(["催し", "催事", "まつり", "祭"], EventKind.FAIR.value),
    },
)
YES_NO = {
    **dict.fromkeys(["有", "あり", "有り", "はい", "要", "必要", "可", "○", "◯", "yes", "true", "1"], "yes"),
    **dict.fromkeys(["無", "なし", "無し", "いいえ", "不要", "不可", "×", "no", "false", "0"], "no"),
}
HOW_STATE = "「開催予定」「延期」「中止」のどれかを書いてください。"
HOW_FORMAT = "「会場」「オンライン」「会場とオンライン」「アーカイブ視聴」のどれかを書いてください。"
HOW_KIND = "、".join(f"「{label}」" for label in EventKind.labels) + "のどれかを書いてください。"
HOW_YES_NO = "「有」か「無」を書いてください。"

_NOT_NEEDED = re.compile(
    r"(?:参加)?(?:お?申し?込み?|事前申込|予約)?(?:は)?(?:不要|なし|無し|の必要はありません)[。、\s]*"
)


def application(text: str) -> tuple[str, str]:
    """Whether one has to apply, and how, of what stands under 参加申込方法."""
    for value, label in Application.choices:
        if text.startswith(str(label)):
            return value, text.removeprefix(str(label)).lstrip("。、 \n")
    found = _NOT_NEEDED.match(text)
    if found and (not text[found.end() :] or found[0][-1] in "。、 \n"):
        return Application.NOT_NEEDED.value, text[found.end() :]
    if re.search("当日.{0,3}直接|直接.{0,3}会場", text):
        return Application.NOT_NEEDED.value, text
    return Application.NEEDED.value, text


def split(text: str) -> list[str]:
    """Words of a list: 「買い物、見守り」; a semicolon stands between them in the government's data."""
    return [word for part in re.split(r"[、,，;；\n]", text) if (word := part.strip())]

"""The lines of a notice under their labels: 「日　時：」, 「【会場】」, 「■ お問い合わせ先」."""

import re
from dataclasses import dataclass, field

# What a label is about. The longest that fits counts; spaces between its letters do not.
LABELS = {
    "title": "件名 題名 題目 イベント名 行事名 催し名 講座名 研修名 名称 タイトル 会の名前 事業名",
    "when": "日時 開催日時 とき 開催日 期日 日程 開催日程 日にち 日付 開催期間 期間 実施日 月日",
    "time": "時間 開催時間 時刻 開演",
    "doors": "受付 受付時間 開場 開場時間 集合時間",
    "place": "会場 場所 開催場所 ところ 開催会場 実施場所",
    "address": "住所 所在地 会場住所",
    "access": "アクセス 交通 交通案内 交通アクセス 行き方",
    "parking": "駐車場",
    "audience": "対象 対象者 参加対象 参加資格 参加対象者",
    "capacity": "定員 募集人数 人数 募集定員 募集人員",
    "fee": "参加費 費用 料金 受講料 会費 入場料 参加料 参加費用 聴講料",
    "application": (
        "申込 申込み 申し込み 申込方法 申込み方法 申し込み方法 参加申込 参加申込み 申込先 申込み先 申し込み先"
        " 参加方法 参加申込方法 応募方法 お申込 お申込み お申し込み お申込方法 お申込み方法 お申し込み方法"
        " お申込先 お申込み先 お申し込み先 申込フォーム お申込フォーム"
    ),
    "closes": (
        "締切 締切日 締め切り 〆切 申込締切 申込締切日 申込み締切 申し込み締切 申込期限 申込み期限 申込期間"
        " 申込み期間 申し込み期間 受付期間 募集期間 申込受付期間 応募締切"
    ),
    "contact": (
        "問合せ 問合せ先 問い合わせ 問い合わせ先 問合わせ 問合わせ先 お問合せ お問合せ先 お問い合わせ お問い合わせ先"
        " お問合わせ お問合わせ先 連絡先 担当 担当者 事務局"
    ),
    "phone": "電話 電話番号 TEL Tel tel ＴＥＬ ℡",
    "email": "メール Eメール E-mail Email e-mail email メールアドレス MAIL Mail",
    "url": "URL ホームページ HP ウェブサイト Webサイト 詳細",
    "others": "共催 後援 協力 協賛",
    "unused": "主催 主催者 FAX Fax ファクス ファックス",
    "summary": "概要 趣旨 目的 開催趣旨",
    "content": "内容 プログラム スケジュール 次第 当日の流れ",
    "speaker": "講師 登壇者 出演 ゲスト 講演者",
    "remarks": "持ち物 持物 備考 その他 注意事項 服装 雨天時",
}
# Texts that go on after an empty line.
LONG = {"content", "summary", "application"}
# What tells how to reach somebody belongs to the lines above it, when these are about that.
REACHING = {"phone", "email", "url"}
ABOUT_REACHING = {"application", "contact"}
LONGEST_TITLE = 100
_KINDS = {re.sub(r"\s", "", label): kind for kind, labels in LABELS.items() for label in labels.split()}
_ANY_LABEL = "|".join(r"[ 　]{0,4}".join(map(re.escape, label)) for label in sorted(_KINDS, key=len, reverse=True))
_BULLETS = r"[■□◆◇●○◎▼▽▲△★☆・･※*\-＊〇▪️▶►✓❏①-⑳0-9０-９.．、)） 　]{0,8}"
_LABELLED = re.compile(
    rf"{_BULLETS}[【\[〔<＜「『《≪(（]?[ 　]{{0,4}}(?P<label>{_ANY_LABEL})[ 　]{{0,4}}"
    r"(?:[】\]〕>＞」』》≫)）◆◇■□●○★☆][ 　]{0,4}[：:]?|[：:／/]|[ 　\t]|$)[ 　]{0,4}(?P<rest>.*)"
)
_DECORATION = re.compile(r"^[\s■□◆◇●○◎▼▲★☆・※*＊=＝\-―─〜~]+|[\s■□◆◇●○◎▼▲★☆※*＊=＝\-―─]+$")
_IN_QUOTES = re.compile(r"^[「『【]([^「『【」』】]{2,100})[」』】]$")
_ANNOUNCING = re.compile(r"(?:の開催)?(?:のご案内|のお知らせ|について(?:のご案内|のお知らせ)?)$")
# Beginnings of letters, and what is no title for other reasons.
_NO_TITLE = re.compile(
    r"各位|様$|御中|拝啓|平素|いつも|お世話|こんにち|皆様|皆さま|みなさま|敬具|記$|お知らせします|ご案内します|"
    r"https?://|@|[0-9０-９]{1,2}月[0-9０-９]{1,2}日|令和[0-9０-９元]{1,2}年|[0-9]{2,4}-[0-9]{2,4}|。$"
)


def _kind_of(found: re.Match) -> str:
    return _KINDS[re.sub(r"\s", "", found["label"])]


@dataclass
class Block:
    """One label with the lines that belong to it."""

    kind: str
    label: str
    lines: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        return self.lines[0] if self.lines else ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass
class Notice:
    blocks: list[Block]
    # Lines under no label.
    loose: list[str]

    @classmethod
    def of(cls, text: str) -> "Notice":
        notice, block, is_after_gap = cls([], []), None, False
        for line in text.splitlines():
            stripped = line.strip(" \t　")
            if not stripped:
                is_after_gap = True
            elif found := _LABELLED.fullmatch(stripped):
                if not is_after_gap and block and block.kind in ABOUT_REACHING and _kind_of(found) in REACHING:
                    block.lines.append(stripped)
                else:
                    block = notice._begin(found)
                is_after_gap = False
            elif block and block.lines and is_after_gap and block.kind not in LONG:
                block = None
                notice.loose.append(stripped)
            else:
                (block.lines if block else notice.loose).append(stripped)
                is_after_gap = False
        return notice

    def _begin(self, found: re.Match) -> Block:
        rest = found["rest"].strip(" \t　")
        block = Block(_kind_of(found), re.sub(r"\s", "", found["label"]), [rest] if rest else [])
        self.blocks.append(block)
        return block

    def all(self, kind: str) -> list[Block]:
        return [block for block in self.blocks if block.kind == kind and block.lines]

    def block(self, kind: str) -> Block | None:
        return next(iter(self.all(kind)), None)

    def first(self, kind: str) -> str:
        """The first line under the first such label."""
        found = self.block(kind)
        return found.line if found else ""

    def lines(self, kind: str) -> list[str]:
        return [line for block in self.all(kind) for line in block.lines]

    def text(self, kind: str) -> str:
        return "\n".join(self.lines(kind))

    def title_among_loose_lines(self) -> str:
        """The first line that may be a title: not a greeting, a sentence, a day or an address."""
        lines = (_DECORATION.sub("", line) for line in self.loose)
        found = next((line for line in lines if 2 < len(line) <= LONGEST_TITLE and not _NO_TITLE.search(line)), "")
        quoted = _IN_QUOTES.match(_ANNOUNCING.sub("", found))
        return quoted[1] if quoted else _ANNOUNCING.sub("", found)

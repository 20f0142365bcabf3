"""Events, after the government's core data model for events."""

from events.choices import Access, Application, Audience, EventKind, EventState, Format
from events.models import Event
from open_data.columns import Column, Type
from open_data.dataset import (
    ID,
    OF_ITEMS,
    URL,
    Dataset,
    choice,
    choice_name,
    keys_of,
    long_text,
    organization_columns,
    text,
    with_places,
    with_tags,
)
from organizations.models import Organization

# How the data model calls the ways to take part.
_WEB = {
    Format.VENUE: "現地開催のみ",
    Format.ONLINE: "オンライン",
    Format.HYBRID: "ハイブリッド",
    Format.ARCHIVE: "オンライン",
}


def _public():
    events = Event.objects.published().select_related("organization")
    co_organizers = Event.co_organizers.through
    others = keys_of(co_organizers, "event", "organization", Organization.objects.published())
    return with_tags(with_places(events)).annotate(co_organizer_ids=others)


def _fee(event: Event) -> str | None:
    if event.fee is None:
        return None
    return "有料" if event.fee else "無料"


EVENTS = Dataset(
    name="events",
    title="イベント",
    about="研修、交流会、シンポジウムなどのイベント。終わったものも含みます",
    data_model="GIF コアデータモデル イベント",
    search_kinds=(Event.search_kind,),
    objects=_public,
    columns=(
        ID,
        URL,
        text("title", "イベント名", "イベントの名称", "支え合いの交流会", is_required=True),
        text("title_kana", "イベント名(カナ)", "名称の読み", "ササエアイノコウリュウカイ"),
        text("title_english", "イベント名(英字)", "英語の名称", "Meeting of mutual support"),
        text("subtitle", "サブタイトル", "副題", "第3回"),
        text("summary", "概要", "300字までの概要", "地域の支え合いについて話し合います。", is_required=True),
        long_text("content", "説明", "くわしい内容"),
        choice("kind", "イベント種類コード", "種類のコード", EventKind.choices, is_required=True),
        choice_name("kind_name", "イベント種類", "種類", EventKind.choices),
        choice("state", "状態コード", "開催の状態のコード", EventState.choices, is_required=True),
        choice_name("state_name", "状態", "開催の状態", EventState.choices),
        text("start_date", "開始日", "はじめの日", "2026-12-05", type=Type.DAY, is_required=True),
        text("end_date", "終了日", "おわりの日", "2026-12-05", type=Type.DAY, is_required=True),
        text("start_time", "開始時刻", "終日のときは空欄", "13:30", type=Type.CLOCK),
        text("end_time", "終了時刻", "終日のときは空欄", "16:00", type=Type.CLOCK),
        text("only_month_known", "日にちは未定", "trueは、月だけが決まっている", "false", type=Type.YES_OR_NO,
             is_required=True),
        text("schedule_note", "日時説明", "日時の説明", "受付は13時から"),
        choice("format", "開催の方法コード", "開催の方法のコード", Format.choices),
        Column("webinar_status", "Web開催", "現地開催のみ・オンライン・ハイブリッド",
               lambda item: _WEB.get(item.format), example="ハイブリッド"),
        text("venue", "開催場所", "会場の名称", "中央公民館"),
        text("address", "開催場所住所", "会場の住所", "東京都千代田区霞が関1-2-2"),
        text("latitude", "緯度", "世界測地系の10進法", "35.673700", type=Type.DECIMAL),
        text("longitude", "経度", "世界測地系の10進法", "139.752800", type=Type.DECIMAL),
        text("access", "アクセス方法", "会場への行き方", "駅から歩いて5分"),
        text("parking", "駐車場", "駐車場の説明", "10台"),
        *organization_columns("主催団体"),
        Column("co_organizer_ids", "共催団体のID", "organizations.csvのID", lambda item: item.co_organizer_ids,
               type=Type.NUMBERS, example="4;9"),
        text("co_organizers_note", "関連団体", "そのほかの主催・共催・後援", "町の社会福祉協議会"),
        Column("audience", "対象者コード", "対象のコード", lambda item: item.audience, type=Type.TEXTS,
               example="anyone", codes=dict(Audience.choices)),
        Column("audience_names", "対象者", "対象", lambda item: item.audience_names(), type=Type.TEXTS,
               example="どなたでも"),
        text("audience_note", "対象者備考", "対象の説明", "町内にお住まいの方"),
        text("capacity", "定員", "人数。決まっていないときは空欄", "30", type=Type.NUMBER),
        Column("fee_status", "料金有無", "有料・無料。決まっていないときは空欄", _fee, example="無料"),
        text("fee", "料金", "参加費（円）。無料は0、決まっていないときは空欄", "0", type=Type.NUMBER),
        text("fee_note", "料金の説明", "参加費の説明", "資料代は別"),
        choice("application", "申込コード", "申込が要るか", Application.choices, is_required=True),
        text("application_opens_on", "申込の開始日", "申込を受け付けるはじめの日", "2026-11-01", type=Type.DAY),
        text("application_closes_on", "参加申込終了日", "申込の締切日", "2026-11-30", type=Type.DAY),
        text("application_closes_at", "参加申込終了時間", "申込の締切時刻", "17:00", type=Type.CLOCK),
        text("is_full", "満員", "trueは、満員になったか受付を終えた", "false", type=Type.YES_OR_NO, is_required=True),
        Column("accessibility", "参加しやすさのための用意コード", "用意のコード", lambda item: item.accessibility,
               type=Type.TEXTS, example="sign_language", codes=dict(Access.choices)),
        Column("accessibility_names", "参加しやすさのための用意", "手話通訳、字幕など",
               lambda item: item.accessibility_names(), type=Type.TEXTS, example="手話通訳"),
        Column("event_url", "イベントURL", "主催者のウェブページ", lambda item: item.url, type=Type.ADDRESS,
               example="https://www.example.jp/event/"),
        long_text("report", "開催の報告", "終わったあとの報告"),
        text("uid", "カレンダーでの識別子", "iCalendarのUIDのもと", "0b0c6d3e-5a0b-4a3e-9b57-1f1f3c0a9d11",
             is_required=True),
        *OF_ITEMS,
    ),
)  # fmt: skip

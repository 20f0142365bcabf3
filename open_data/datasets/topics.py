"""Topics of the boards that everybody may read, without the people who wrote them."""

from django.db.models import OuterRef, Subquery
from django.utils.text import Truncator

from forum.markup import plain_post
from forum.models import Post, Purpose, Topic
from forum.models.posts import EXCERPT
from open_data.columns import Column, Type
from open_data.dataset import (
    ID,
    IS_SAMPLE,
    LICENCES,
    PLACES,
    TAGS,
    THEMES,
    URL,
    Dataset,
    choice,
    choice_name,
    text,
    with_places,
    with_tags,
)


def _public():
    first = Post.objects.visible().filter(topic=OuterRef("pk"), number=1)
    topics = Topic.objects.published().select_related("board").annotate(first_text=Subquery(first.values("body")))
    return with_tags(with_places(topics))


def _beginning(topic) -> str:
    return Truncator(plain_post(topic.first_text)).chars(EXCERPT) if topic.first_text else ""


TOPICS = Dataset(
    name="topics",
    title="交流掲示板の話題",
    about="だれでも読める掲示板の話題。書いた人の名前と、返信の本文は含みません",
    search_kinds=(Topic.search_kind, Post.search_kind),
    objects=_public,
    columns=(
        ID,
        URL,
        text("title", "タイトル", "話題の題名", "担い手が集まりません", is_required=True),
        Column("summary", "概要", f"はじめの投稿の、{EXCERPT}字までの書き出し", _beginning, example="移動支援の…"),
        choice("purpose", "目的コード", "目的のコード", Purpose.choices, is_required=True),
        choice_name("purpose_name", "目的", "目的", Purpose.choices),
        Column("board", "掲示板", "掲示板の名前", lambda item: item.board.title, example="分野を超えた交流",
               is_required=True),
        text("reply_count", "返信の数", "返信の数", "3", type=Type.NUMBER, is_required=True),
        Column("is_answered", "返信あり", "trueは、書いた人のほかから返信があった",
               lambda item: item.answered_at is not None, type=Type.YES_OR_NO, example="true", is_required=True),
        Column("is_solved", "解決", "trueは、書いた人が解決したとした", lambda item: item.solved_at is not None,
               type=Type.YES_OR_NO, example="true", is_required=True),
        *THEMES,
        TAGS,
        *PLACES,
        text("published_at", "公開日", "公開した日時", "2026-04-01T09:00:00+09:00", type=Type.MOMENT, is_required=True),
        Column("updated_at", "最終更新日", "最後の投稿の日時", lambda item: item.last_posted_at, type=Type.MOMENT,
               example="2026-05-01T09:00:00+09:00", is_required=True),
        IS_SAMPLE,
        *LICENCES,
    ),
)  # fmt: skip

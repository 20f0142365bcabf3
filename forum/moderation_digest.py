"""What the secretariat's mail of the morning says about the board."""

from django.urls import reverse

from forum.moderation_queue import waiting_count
from publishing.digest import Section, register


@register
def waiting() -> Section:
    count = waiting_count()
    told = f"{count}件（公開を待つ投稿、通報、対応への返事）"
    return Section("交流掲示板で確認を待っているもの", told, count, reverse("forum:moderation"))

"""Words that found nothing."""

from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse

from insights.panels import Link, Panel, Question, Table, register
from search.actions import searchable_models
from search.models import MissedSearch

SHOWN = 50


@register("searches", "見つからなかった言葉")
def searches(asked: Question) -> Panel:
    missed = MissedSearch.objects.filter(day__gte=asked.period.first, day__lt=asked.period.end).order_by()
    words = missed.values("words", "kind").annotate(times=Sum("count")).order_by("-times", "words", "kind")
    lists = {model.search_kind: model for model in searchable_models()}
    rows = [
        [text, _name(lists.get(kind)), times, Link("もう一度探す", _address(lists.get(kind), text))]
        for text, kind, times in words.values_list("words", "kind", "times")[:SHOWN]
    ]
    caption = f"多かった言葉（{SHOWN}件まで）"
    return Panel(
        tables=[Table("words", caption, ["言葉", "探した場所", "回数", "いま探すと"], rows, is_open=True)],
        links=[
            Link("同義語を加える", reverse("admin:search_synonym_add"), "search.add_synonym"),
            Link("記録をすべて見る", reverse("admin:search_missedsearch_changelist"), "search.view_missedsearch"),
        ],
        notes=["言葉と日付と回数だけを残しています。だれが探したかは分かりません。"],
    )


def _name(model) -> str:
    return str(model._meta.verbose_name) if model else "サイト内検索"


def _address(model, words: str) -> str:
    name = "search:all" if model is None else model.search_list or f"{model._meta.app_label}:list"
    return f"{reverse(name)}?{urlencode({'q': words})}"

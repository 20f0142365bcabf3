"""The addresses that are asked for each row of the report, the same in the same order in every run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

PAGES = (1, 1, 1, 1, 2, 3, 4, 5)
MANY = 3_000


@dataclass(frozen=True)
class Row:
    """One line of the report. `asked_once`: cached counts are dropped before each slice, no address repeats in it."""

    name: str
    label: str
    addresses: Sequence[str]
    asked_once: bool = False
    is_compared_by_size: bool = True


def rows(
    case_ids: Iterable[int],
    policy_ids: Iterable[int] = (),
    event_ids: Iterable[int] = (),
    topic_ids: Iterable[int] = (),
    longest=None,
) -> list[Row]:
    """``longest`` is the topic with most posts."""
    from django.urls import reverse

    from taxonomy import registry

    random = Random(20260401)
    cases = reverse("cases:list")
    prefectures = [region.code for region in registry.prefectures()]
    themes = list(registry.themes())
    words = _words(random)

    def listed(**parameters) -> str:
        page = random.choice(PAGES)
        return f"{cases}?{urlencode(parameters | ({'page': page} if page > 1 else {}))}".rstrip("?")

    def drawn(make) -> list[str]:
        return list(dict.fromkeys(make() for _ in range(MANY)))

    return [
        Row("home", "home", [reverse("home")], is_compared_by_size=False),
        Row("list", "case list", [cases, *(f"{cases}?page={page}" for page in range(2, 6))]),
        Row(
            "filtered",
            "list by theme and prefecture",
            drawn(lambda: listed(theme=random.choice(themes), region=random.choice(prefectures))),
        ),
        Row("keyword", "keyword", drawn(lambda: listed(q=random.choice(words)))),
        Row(
            "keyword-prefecture",
            "keyword and prefecture",
            drawn(lambda: listed(q=random.choice(words), region=random.choice(prefectures))),
        ),
        Row(
            "keyword-once",
            "keyword, each asked once",
            [f"{cases}?{urlencode({'q': text})}" for text in _mixed(random, words, _pairs(random, MANY))],
            asked_once=True,
        ),
        Row(
            "unlikely",
            "unlikely words: little or nothing found",
            [f"{cases}?{urlencode({'q': text, 'region': random.choice(prefectures)})}" for text in _unlikely(random)],
        ),
        Row("detail", "case detail", [reverse("cases:detail", args=[pk]) for pk in case_ids]),
        Row("start", "first step by theme and municipality", _first_steps(random, themes, prefectures)),
        Row("policies", "policy list by field, applicant and year", _policy_lists(random, themes)),
        Row("policies-deadline", "policy list by deadline", _policy_lists(random, themes, sort="deadline")),
        Row("policy", "policy detail", [reverse("policies:detail", args=[pk]) for pk in policy_ids]),
        Row("events", "event list by theme and prefecture", _event_lists(random, themes, prefectures)),
        Row("events-month", "month of events by prefecture", _event_months(random, prefectures)),
        Row("event", "event detail", [reverse("events:detail", args=[pk]) for pk in event_ids]),
        Row("topics", "topic list", _topic_lists(random, themes, prefectures)),
        Row("topic", "topic, first page", [reverse("forum:topic", args=[pk]) for pk in topic_ids]),
        *([Row("topic-long", "pages of the longest topic", longest_pages(longest))] if longest else []),
        Row("region", "page of a municipality or prefecture", _regions()),
        Row("similar", "towns like one", _regions("places:similar")),
        Row("list-similar", "case list, towns like mine first", _alike(random)),
        Row("post-search", "search of topics and posts", [_found(text) for text in words]),
    ]


def _first_steps(random: Random, themes: Sequence[str], prefectures: Sequence[str]) -> list[str]:
    """So many towns that nearly every page is put together anew."""
    from django.urls import reverse

    from taxonomy import registry

    address = reverse("start:start")
    towns = [region.code for prefecture in prefectures for region in registry.municipalities_of(prefecture)]
    pairs = [(random.choice(themes), random.choice(towns)) for _ in range(MANY)]
    return list(dict.fromkeys(f"{address}?{urlencode({'theme': theme, 'region': code})}" for theme, code in pairs))


def _policy_lists(random: Random, themes: Sequence[str], **parameters: str) -> list[str]:
    """What an officer asks: a field, who can apply, a year, and whether one can apply now."""
    from django.urls import reverse

    from policies.models import Applicant

    def drawn() -> str:
        asked = {"theme": random.choice(themes), "for": random.choice(Applicant.values)}
        if random.random() < 0.5:
            asked["year"] = random.randrange(2022, 2027)
        if random.random() < 0.3:
            asked["open"] = "now"
        return f"{reverse('policies:list')}?{urlencode(asked | parameters)}"

    return list(dict.fromkeys(drawn() for _ in range(MANY)))


def _event_lists(random: Random, themes: Sequence[str], prefectures: Sequence[str]) -> list[str]:
    """What is to come in a field and a prefecture."""
    from django.urls import reverse

    address = reverse("events:list")
    pairs = [(random.choice(themes), random.choice(prefectures)) for _ in range(MANY)]
    return list(dict.fromkeys(f"{address}?{urlencode({'theme': theme, 'region': code})}" for theme, code in pairs))


def _event_months(random: Random, prefectures: Sequence[str]) -> list[str]:
    from django.urls import reverse

    months = [reverse("events:month", args=[year, month]) for year in (2026, 2027) for month in range(1, 13)]
    return [f"{month}?region={code}" for month in months for code in random.sample(prefectures, 20)]


def _topic_lists(random: Random, themes: Sequence[str], prefectures: Sequence[str]) -> list[str]:
    from django.urls import reverse

    address = reverse("forum:list")
    pairs = [(random.choice(themes), random.choice(prefectures)) for _ in range(200)]
    return [address, *(f"{address}?{urlencode({'theme': theme, 'region': code})}" for theme, code in pairs)]


def _regions(name: str = "places:region") -> list[str]:
    """Every prefecture, municipality and ward, so that a run meets few of them twice."""
    from django.urls import reverse

    from taxonomy import registry
    from taxonomy.models import NATION_CODE

    codes = [code for code in registry.regions() if code != NATION_CODE]
    Random(20260404).shuffle(codes)
    return [reverse(name, args=[code]) for code in codes]


def _alike(random: Random) -> list[str]:
    from django.urls import reverse

    from taxonomy import registry

    address = reverse("cases:list")
    codes = [region.code for region in registry.regions().values() if region.is_municipal]
    return [f"{address}?{urlencode({'region': code, 'sort': 'similar'})}" for code in random.sample(codes, 1_500)]


def longest_pages(topic) -> list[str]:
    """The first, the middle and the last page and what lies between them."""
    from forum.models import page_of_number

    last = page_of_number(topic.last_number)
    return [f"{topic.get_absolute_url()}?page={number}" for number in range(1, last + 1)]


def _found(text: str) -> str:
    from django.urls import reverse

    return f"{reverse('forum:search')}?{urlencode({'q': text})}"


def _words(random: Random) -> list[str]:
    """About a thousand common and rare words, and 300 pairs of words that go together."""
    return _mixed(random, _single_words(), _pairs(random, 300))


def _single_words() -> list[str]:
    from platform_site.bulk import vocabulary

    lists = [*vocabulary.THEME_WORDS.values(), vocabulary.PEOPLE, vocabulary.PLACES, vocabulary.PROBLEMS]
    lists += [vocabulary.MONEY, vocabulary.TOOLS, vocabulary.EFFECTS]
    return list(dict.fromkeys(word for words in lists for word in words.split()))


def _pairs(random: Random, count: int) -> list[str]:
    """A word of a theme with a person or a place: what people type as two words."""
    from platform_site.bulk import vocabulary

    themes = [words.split()[:12] for words in vocabulary.THEME_WORDS.values()]
    others = [*vocabulary.PEOPLE.split()[:25], *vocabulary.PLACES.split()[:25]]
    return [f"{random.choice(random.choice(themes))} {random.choice(others)}" for _ in range(count)]


def _unlikely(random: Random) -> list[str]:
    """Two rare words of different themes, which seldom stand in one text of a prefecture."""
    from platform_site.bulk import vocabulary

    themes = [words.split()[8:] for words in vocabulary.THEME_WORDS.values()]
    return [" ".join(map(random.choice, random.sample(themes, 2))) for _ in range(MANY // 5)]


def _mixed(random: Random, *lists: Sequence[str]) -> list[str]:
    together = list(dict.fromkeys(word for words in lists for word in words))
    random.shuffle(together)
    return together

"""Composes cases and organizations out of a finite pool of sentences, the same ones for the same seed.

Every object is a function of the seed and its number alone, so that several processes can
share the work. The pool is finite because analysing a sentence costs a hundred times what
looking it up again does; titles are composed freely.
"""

# ruff: noqa: S311  (repeatable text, not secrets)

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from random import Random
from zoneinfo import ZoneInfo

from cases.models import CaseStudy, Stage
from organizations.models import Organization, Scope
from platform_site.bulk import sentences, vocabulary
from publishing.models import Status
from taxonomy import registry
from taxonomy.models import NATION_CODE, Region, RegionKind

# Marks what was generated; stands where people look for the source of a text.
SOURCE = "generate_contentで作られた、性能を測るための架空の内容"

NEWEST = datetime(2026, 9, 30, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
DAYS = 5 * 365
CASES_PER_ORGANIZATION = 20

# How many sentences of each section the pool holds, per theme or in all.
THEMED_POOL = {"summary": 35, "reason": 40, "content": 80, "first_step": 30, "result": 40}
GENERAL_POOL = 100

# How likely a section is filled, and with how many sentences at least and at most.
SECTIONS = {
    "reason": (1.0, 3, 5),
    "purpose": (0.4, 1, 2),
    "content": (1.0, 6, 12),
    "first_step": (0.9, 2, 3),
    "partners": (0.6, 1, 2),
    "funding": (0.85, 2, 3),
    "used_programs": (0.3, 1, 1),
    "obstacles": (0.8, 2, 3),
    "result": (0.9, 2, 4),
    "evaluation": (0.25, 1, 1),
    "sustainability": (0.4, 1, 2),
    "tips": (0.8, 2, 3),
}


class Zipf:
    """Draws the first items often and the last ones rarely, as words are in a language."""

    def __init__(self, items: Iterable, exponent: float = 1.0):
        self.items = tuple(items)
        total, self.cumulative = 0.0, []
        for rank in range(1, len(self.items) + 1):
            total += rank**-exponent
            self.cumulative.append(total)

    def draw(self, random: Random):
        return random.choices(self.items, cum_weights=self.cumulative)[0]

    def draw_several(self, random: Random, count: int) -> list:
        """Up to ``count`` different items; fewer when the same one was drawn twice."""
        return list(dict.fromkeys(random.choices(self.items, cum_weights=self.cumulative, k=count)))


# Flatter than single words of a language: a text has a dozen of these slots.
_SLOTS = {
    "people": Zipf(vocabulary.PEOPLE.split(), 0.5),
    "place": Zipf(vocabulary.PLACES.split(), 0.5),
    "problem": Zipf(vocabulary.PROBLEMS.split(), 0.5),
    "money": Zipf(vocabulary.MONEY.split(), 0.5),
    "tool": Zipf(vocabulary.TOOLS.split(), 0.5),
    "effect": Zipf(vocabulary.EFFECTS.split(), 0.5),
    "often": Zipf(vocabulary.OFTEN.split(), 0.7),
    "way": Zipf(vocabulary.WAYS.split(), 0.5),
    "number": Zipf(vocabulary.NUMBERS.split(), 0.5),
    "yen": Zipf(vocabulary.AMOUNTS.split(), 0.5),
    "share": Zipf(vocabulary.SHARES.split(), 0.5),
    "name": Zipf(vocabulary.ORGANIZATION_WORDS.split(), 0.5),
}
_THEME_WORDS = {slug: Zipf(words.split()) for slug, words in vocabulary.THEME_WORDS.items()}
_ALL_WORDS = Zipf(
    [word for words in zip(*(w.items[:15] for w in _THEME_WORDS.values()), strict=True) for word in words]
)


class _Filler:
    """Fills the slots of patterns, each with a newly drawn word and none twice in one pattern."""

    def __init__(self, random: Random, words: Sequence[Zipf], **fixed: str):
        self.random, self.words, self.fixed, self.used = random, words, fixed, set()

    def fill(self, pattern: str) -> str:
        self.used.clear()
        return pattern.format_map(self)

    def __getitem__(self, slot: str) -> str:
        if slot in self.fixed:
            return self.fixed[slot]
        source = self.random.choice(self.words) if slot == "word" else _SLOTS[slot]
        word = source.draw(self.random)
        while word in self.used:
            word = source.draw(self.random)
        self.used.add(word)
        return word


def _pool(key: str, seed: int, patterns: Sequence[str], size: int, words: Zipf) -> Zipf:
    random = Random(f"{seed}/pool/{key}")
    filler = _Filler(random, [words])
    # Patterns of few slots repeat themselves: then the pool is smaller.
    drawn = dict.fromkeys(filler.fill(random.choice(patterns)) for _ in range(size))
    return Zipf(drawn, 0.5)


class Composer:
    """Cases and organizations of one seed.

    The keys the organizations will have are given, because every case draws one of them.
    """

    def __init__(self, seed: int, organization_ids: Sequence[int]):
        self.seed = seed
        self.organization_ids = organization_ids
        self.organizations = Zipf(range(len(organization_ids)), 0.4)
        # Cases draw from the same organizations again and again.
        self.organization = lru_cache(maxsize=None)(self._organization)

    @cached_property
    def _themed(self) -> dict[tuple[str, str], Zipf]:
        return {
            (section, theme): _pool(f"{section}/{theme}", self.seed, sentences.THEMED[section], size, words)
            for section, size in THEMED_POOL.items()
            for theme, words in _THEME_WORDS.items()
            if section != "summary"
        } | {
            ("summary", theme): _pool(f"summary/{theme}", self.seed, sentences.SUMMARIES, THEMED_POOL["summary"], words)
            for theme, words in _THEME_WORDS.items()
        }

    @cached_property
    def _general(self) -> dict[str, Zipf]:
        patterns = sentences.GENERAL | {
            "offers": sentences.OFFERS,
            "seeks": sentences.SEEKS,
            "description": sentences.DESCRIPTIONS,
        }
        return {
            section: _pool(section, self.seed, options, GENERAL_POOL, _ALL_WORDS)
            for section, options in patterns.items()
        }

    def _sentences(self, random: Random, section: str, themes: Sequence[str], least: int, most: int) -> list[str]:
        count = random.randint(least, most)
        if section in self._general:
            return self._general[section].draw_several(random, count)
        found = {}
        for position in range(count):
            found[self._themed[section, themes[position % len(themes)]].draw(random)] = None
        return list(found)

    # --- places ----------------------------------------------------------------------------

    @cached_property
    def _prefectures(self) -> Zipf:
        return Zipf(sorted(registry.prefectures(), key=_by_population), 0.7)

    @cached_property
    def _municipalities(self) -> dict[str, Zipf]:
        inside = {}
        for region in sorted(registry.regions().values(), key=_by_population):
            if region.kind not in (RegionKind.NATION, RegionKind.PREFECTURE):
                inside.setdefault(region.prefecture_code, []).append(region)
        return {code: Zipf(regions, 0.8) for code, regions in inside.items()}

    def _regions(self, random: Random, home: Region | None) -> list[Region]:
        """One or two places; ``home`` is where the organization sits, which most of its cases stay near."""
        chance = random.random()
        if chance < 0.02:
            return [registry.nation()]
        if home is None or random.random() < 0.1:
            prefecture = self._prefectures.draw(random)
        else:
            prefecture = registry.regions()[home.prefecture_code]
        if chance < 0.07:
            return [prefecture]
        if home is not None and home.code.startswith(prefecture.code) and random.random() < 0.5:
            return [home]
        return self._municipalities[prefecture.code].draw_several(random, random.choice((1, 1, 1, 2)))

    # --- objects ---------------------------------------------------------------------------

    def _organization(self, number: int) -> Organization:
        """The unsaved organization of this number, its regions, themes and tags as if prefetched."""
        random = Random(f"{self.seed}/organization/{number}")
        prefecture = self._prefectures.draw(random)
        home = self._municipalities[prefecture.code].draw(random)
        kind, themes = _KINDS.draw(random), _THEMES.draw_several(random, random.choice((1, 2, 3)))
        filler = _Filler(random, [_THEME_WORDS[theme] for theme in themes], town=home.name, prefecture=prefecture.name)
        name = filler.fill(random.choice(vocabulary.ORGANIZATION_NAMES[kind].split()))
        is_national = kind == "ministry"
        published_at = _some_day(random)
        return _related(
            Organization(
                pk=self.organization_ids[number],
                name=name,
                kind=kind,
                scope=Scope.NATIONAL if is_national else Scope.REGIONAL,
                summary=_paragraph(self._sentences(random, "summary", themes, 2, 3)),
                description=_paragraph(self._sentences(random, "description", themes, 2, 4)),
                offers=_paragraph(self._sentences(random, "offers", themes, 1, 2)),
                seeks=_paragraph(self._sentences(random, "seeks", themes, 0, 2)),
                **_published(published_at),
            ),
            regions=[registry.nation() if is_national else home],
            themes=themes,
        )

    def case(self, number: int, pk: int) -> CaseStudy:
        """The unsaved case of this number, with its future key; its regions, themes and tags as if prefetched."""
        random = Random(f"{self.seed}/case/{number}")
        organization = self.organization(self.organizations.draw(random))
        (home,) = organization.regions.all()
        regions = self._regions(random, None if home.code == NATION_CODE else home)
        themes = _THEMES.draw_several(random, random.choice((1, 2, 2, 3)))
        filler = _Filler(random, [_THEME_WORDS[theme] for theme in themes], town=regions[0].name)
        published_at = _some_day(random)
        texts = {
            section: self._section(random, section, themes, least, most)
            for section, (chance, least, most) in SECTIONS.items()
            if random.random() < chance
        }
        return _related(
            CaseStudy(
                pk=pk,
                title=filler.fill(random.choice(sentences.TITLES)),
                summary=_paragraph(self._sentences(random, "summary", themes, 2, 3)),
                organization=organization,
                stage=_STAGES.draw(random),
                started_year=published_at.year - random.randint(0, 6),
                **texts,
                **_published(published_at),
            ),
            regions=regions,
            themes=themes,
        )

    def _section(self, random: Random, section: str, themes: Sequence[str], least: int, most: int) -> str:
        drawn = self._sentences(random, section, themes, least, most)
        if section != "content":
            return _paragraph(drawn)
        if random.random() < 0.15:
            return _paragraph(drawn[:2]) + "\n\n" + "\n".join(f"- {sentence}。" for sentence in drawn[2:])
        half = len(drawn) // 2
        return f"{_paragraph(drawn[:half])}\n\n{_paragraph(drawn[half:])}"


_KINDS = Zipf(vocabulary.ORGANIZATION_KINDS_BY_COMMONNESS.split(), 0.8)
_THEMES = Zipf(vocabulary.THEMES_BY_COMMONNESS.split(), 0.7)
_STAGES = Zipf((Stage.RUNNING, Stage.TRIAL, Stage.ENDED, Stage.PLANNED), 1.5)


def _by_population(region: Region) -> tuple[int, str]:
    return -(region.population or 0), region.code


def _some_day(random: Random) -> datetime:
    return NEWEST - timedelta(days=random.random() * DAYS)


def _paragraph(drawn: Sequence[str]) -> str:
    return "".join(f"{sentence}。" for sentence in drawn)


def _published(at: datetime) -> dict:
    return {
        "status": Status.PUBLISHED,
        "published_at": at,
        "confirmed_at": at.date(),
        "created_at": at,
        "updated_at": at,
        "is_sample": True,
        "sources": SOURCE,
    }


def _related(item, *, regions: list[Region], themes: Sequence[str]):
    """``item`` with what `for_index`, `for_list` and `for_detail` would fetch of its relations, in their orders."""
    regions = sorted(regions, key=lambda region: region.code)
    themes = sorted((registry.themes()[slug] for slug in themes), key=lambda theme: theme.position)
    none = {name: [] for name in ("tags", "partner_organizations", "policies", "events", "attachments")}
    item._prefetched_objects_cache = {"regions": regions, "themes": themes, **none}
    item.region_codes = [region.code for region in regions]
    item.theme_slugs = [theme.slug for theme in themes]
    item.cover = item.pictures = item.video_list = item.link_list = item.partner_list = item.tag_list = []
    item.attachment_list = item.policy_list = item.event_list = []
    return item

"""Finding what may have been entered before: names that are alike although written differently."""

import re
import unicodedata
from difflib import SequenceMatcher

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Abs, Length, Lower, StrIndex

from publishing.models import Duplicate, Publishable

# Legal forms are left out and put in anew by everybody who writes a name down.
LEGAL_FORMS = (
    r"認定特定非営利活動法人|特定非営利活動法人|認定npo法人|npo法人|npo|"
    r"(一般|公益|特例)(社団|財団)法人|社会福祉法人|(社会)?医療法人(社団|財団)?|学校法人|宗教法人|"
    r"労働者協同組合|企業組合|株式会社|有限会社|合同会社|合資会社|合名会社|任意団体|"
    r"\((株|有|同|福|社福|一社|公社|一財|公財|特非|医)\)"
)
# Spaces, dashes and marks between the words of a name.
MARKS = r"[\s・･,、.。\-‐‑–—―ー~〜'\"「」『』()\[\]!?&/]"
SHORTEST = 2
# At most so many names are compared one by one, and so many are shown.
MOST_COMPARED = 300
MOST_SHOWN = 5
ALIKE = 0.8


def core_of(name: str) -> str:
    """The name as it counts: one width and case, without legal form, spaces and marks."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return re.sub(MARKS, "", re.sub(LEGAL_FORMS, "", folded))


class _Normalized(Func):
    function = "NORMALIZE"
    template = "%(function)s(%(expressions)s, NFKC)"
    output_field = TextField()


class _Without(Func):
    function = "REGEXP_REPLACE"
    template = "%(function)s(%(expressions)s, 'g')"
    output_field = TextField()

    def __init__(self, expression, pattern):
        super().__init__(expression, Value(pattern), Value(""))


def _core(field: str):
    """`core_of` in the database."""
    return _Without(_Without(Lower(_Normalized(F(field))), LEGAL_FORMS), MARKS)


def alike(name: str, others: QuerySet, field: str, *, reason: str) -> list[Duplicate]:
    """Those of ``others`` whose ``field`` is nearly ``name``, likeliest first, at most `MOST_SHOWN`."""
    core = core_of(name)
    if len(core) < SHORTEST:
        return []
    scored = [(_likeness(core, each.core), each) for each in _candidates(core, others, field)]
    best = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].pk))
    return [Duplicate(each, (reason,)) for _, each in best[:MOST_SHOWN]]


def _candidates(core: str, others: QuerySet, field: str) -> QuerySet:
    """What shares its beginning, its end or the whole with ``core``; the nearest in length first."""
    shares = Q(core__contains=core) | Q(core__startswith=core[:2]) | Q(core__endswith=core[-3:])
    inside = Q(position__gt=0, letters__gt=SHORTEST)
    return (
        others.annotate(core=_core(field))
        .annotate(position=StrIndex(Value(core), F("core")), letters=Length("core"))
        .filter(shares | inside)
        .order_by(Abs(F("letters") - len(core)), "pk")
        .only(field, "status")[:MOST_COMPARED]
    )


def _likeness(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) > SHORTEST and shorter in longer and len(shorter) / len(longer) > 0.5:
        return (1 + len(shorter) / len(longer)) / 2 + 0.05
    return SequenceMatcher(None, one, other).ratio()


def same_values(item: Publishable, others: QuerySet, fields: tuple[str, ...]) -> list[Duplicate]:
    """Those of ``others`` that have exactly the same in one of ``fields``."""
    said = {field: value for field in fields if (value := getattr(item, field))}
    if not said:
        return []
    same = Q(*(Q(**{field: value}) for field, value in said.items()), _connector=Q.OR)
    found = others.filter(same).order_by("pk")[:MOST_SHOWN]
    return [
        Duplicate(
            each, tuple(f"{_name(item, field)}が同じ" for field, value in said.items() if getattr(each, field) == value)
        )
        for each in found
    ]


def _name(item, field: str) -> str:
    return str(item._meta.get_field(field).verbose_name)


def merged(*found: list[Duplicate]) -> list[Duplicate]:
    """Each item once, with all its reasons; those with more reasons first."""
    reasons: dict[Publishable, tuple[str, ...]] = {}
    for duplicate in (each for duplicates in found for each in duplicates):
        reasons[duplicate.item] = reasons.get(duplicate.item, ()) + duplicate.reasons
    several = sorted(reasons.items(), key=lambda pair: -len(pair[1]))
    return [Duplicate(item, why) for item, why in several[: 2 * MOST_SHOWN]]

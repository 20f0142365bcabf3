"""Spellings and names that must find the same documents of the collection."""

from search.quality.collection import Collection
from search.quality.methods import strict

EQUIVALENTS = (
    ("買物", "買い物"),
    ("子供", "こども", "子ども"),
    ("一人暮らし", "ひとり暮らし"),
    ("ﾃﾞｲｻｰﾋﾞｽ", "デイサービス"),
    ("SC", "生活支援コーディネーター", "地域支え合い推進員"),
    ("社協", "社会福祉協議会"),
    ("認知症カフェ", "オレンジカフェ"),
)
# A word, and a document that has it only as part of a longer one.
INSIDE = {"移動": "mobile-shop-mountain", "福祉協議会": "council-training"}


def found_by(collection: Collection, word: str) -> set[str]:
    """The ids of the documents that the strict search finds."""
    id_of = {document.pk: document.id for document in collection.documents}
    return {id_of[pk] for pk in strict(collection, word)}

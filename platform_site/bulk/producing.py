"""Shares the composing and writing of many objects between processes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, connections

from cases.models import CaseStudy
from organizations.models import Organization
from platform_site.bulk.composing import Composer
from platform_site.bulk.unrecorded import unrecorded
from platform_site.bulk.writing import reserve_keys, write
from search import generation
from search.models import Card, Entry, EntryText, IndexState
from search.recipe import recipe_of

BATCH = 500
# From how many cases on it is quicker to build the index of the vectors anew than to add to it.
WORTH_A_NEW_INDEX = 10_000


@dataclass(frozen=True)
class Keys:
    """The primary keys of everything that is going to be written."""

    organizations: list[int]
    cases: list[int]
    organization_entries: list[int]
    case_entries: list[int]

    @classmethod
    def reserve(cls, cases: int, organizations: int) -> "Keys":
        return cls(
            organizations=reserve_keys(Organization, organizations),
            cases=reserve_keys(CaseStudy, cases),
            organization_entries=reserve_keys(Entry, organizations),
            case_entries=reserve_keys(Entry, cases),
        )


class _Writer:
    """Writes single batches, each in a transaction of its own."""

    def __init__(self, seed: int, keys: Keys):
        self.keys = keys
        self.composer = Composer(seed, keys.organizations)

    def organizations(self, numbers: range) -> int:
        items = [self.composer.organization(number) for number in numbers]
        return self._write(items, self.keys.organization_entries, numbers)

    def cases(self, numbers: range) -> int:
        items = [self.composer.case(number, self.keys.cases[number]) for number in numbers]
        return self._write(items, self.keys.case_entries, numbers)

    def _write(self, items: list, entry_keys: list[int], numbers: range) -> int:
        with unrecorded():
            write(items, entry_keys[numbers.start : numbers.stop])
        return len(items)


_writer_of_process: _Writer


def _begin(seed: int, keys: Keys) -> None:
    global _writer_of_process
    _writer_of_process = _Writer(seed, keys)


def _work(task: tuple[str, range]) -> int:
    method, numbers = task
    return getattr(_writer_of_process, method)(numbers)


def produce(*, cases: int, organizations: int, seed: int, processes: int, progress: Callable[[int], None]) -> None:
    """Write that many published cases and organizations with their search entries.

    ``progress`` is told of every batch. With one process everything happens in the caller's
    connection and transaction.
    """
    is_first = not Entry.objects.exists()
    keys = Keys.reserve(cases, organizations)
    indexing = _without_vector_indexes() if cases >= WORTH_A_NEW_INDEX else nullcontext()
    with indexing, _runner(processes, seed, keys) as run:
        # Cases refer to organizations, which must all be there before the first case.
        for method, count in (("organizations", organizations), ("cases", cases)):
            for written in run(_work, [(method, numbers) for numbers in _batches(count)]):
                progress(written)
    _gather_statistics()
    for model in (Organization, CaseStudy):
        generation.advance(model.search_kind)
        if is_first:
            # The whole index was written by today's recipe: `rebuild_search --if-outdated` need not do it again.
            IndexState.objects.update_or_create(kind=model.search_kind, defaults={"recipe": recipe_of(model)})


def _batches(count: int) -> list[range]:
    return [range(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]


@contextmanager
def _runner(processes: int, seed: int, keys: Keys) -> Iterator[Callable]:
    if processes == 1:
        _begin(seed, keys)
        yield map
        return
    # A forked process must not share its parent's connections.
    connections.close_all()
    connection.close_pool()
    with get_context("fork").Pool(processes, initializer=_begin, initargs=(seed, keys)) as pool:
        yield pool.imap_unordered


@contextmanager
def _without_vector_indexes() -> Iterator[None]:
    indexes = [index for index in Entry._meta.indexes if isinstance(index, GinIndex)]
    with connection.schema_editor() as editor:
        for index in indexes:
            editor.remove_index(Entry, index)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("SET max_parallel_maintenance_workers = 2")
        with connection.schema_editor() as editor:
            for index in indexes:
                editor.add_index(Entry, index)


def _gather_statistics() -> None:
    related = [model._meta.get_field(name) for model in (CaseStudy, Organization) for name in ("regions", "themes")]
    models = [Organization, CaseStudy, Entry, EntryText, Card, *(field.remote_field.through for field in related)]
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")

"""What follows when other people than before may read a board."""

from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from forum import indexing
from forum.actions import locked
from forum.models import Board, ClosedPost, ClosedTopic, Post, Topic
from mailing import jobs
from search import generation
from search.models import Entry

INDEX_BOARD = "forum.index_board"
# Short statements: the web's may take five seconds.
BATCH = 1000


@transaction.atomic
def readers_changed(board: Board) -> None:
    """After the visibility of a board has changed: nobody finds anything of it any more, at once; the worker puts it
    into the index of its new readers."""
    for models, pks in (
        ((Topic, ClosedTopic), Topic.objects.filter(board=board)),
        ((Post, ClosedPost), Post.objects.filter(topic__board=board)),
    ):
        kinds = [model.search_kind for model in models]
        for batch in _batches(pks.order_by().values_list("pk", flat=True).iterator(BATCH)):
            Entry.objects.filter(kind__in=kinds, object_id__in=batch).delete()
        for kind in kinds:
            generation.advance(kind)
    jobs.defer(INDEX_BOARD, lock=f"{INDEX_BOARD}:{board.pk}", board_pk=board.pk)


def index_board(board_pk: int) -> None:
    """Index all topics of a board, each in a transaction of its own, so that nobody waits long for one of them."""
    for topic in Topic.objects.filter(board=board_pk).order_by("pk").only("pk").iterator(BATCH):
        with transaction.atomic():
            indexing.index_all_of(locked(topic))


def _batches(pks: Iterator[int]) -> Iterator[list[int]]:
    while batch := list(islice(pks, BATCH)):
        yield batch

"""Jobs of the worker that follow from what moderators and the secretariat do."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from forum import moderation_boards


@app.task(name=moderation_boards.INDEX_BOARD, retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def index_board(*, board_pk):
    moderation_boards.index_board(board_pk)

"""Writes of the search index."""


def index(item):
    raise NotImplementedError

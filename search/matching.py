"""Matching."""


def matching_ids(kind, text):
    raise NotImplementedError

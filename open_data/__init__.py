"""Feeds, nightly files and the read-only API: everything public, for machines."""

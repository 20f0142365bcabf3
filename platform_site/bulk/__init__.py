"""Bulk text for benchmarks: words, the sentences made of them, and how they get into the database."""

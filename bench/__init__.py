"""Measures the site under load; run it with ``python -m bench`` (see docs/performance.md)."""

"""Writes the nightly files: row by row, whole or not at all, each content under a name of its own."""

import csv
import gzip
import hashlib
import json
import logging
import os
import time
import uuid
from contextlib import ExitStack
from pathlib import Path

from django.core.files.storage import storages
from django.utils import timezone

from open_data.models import DataFile
from open_data.publications import BY_FILE_NAME, PUBLICATIONS, Publication
from policies.spreadsheets import defused

logger = logging.getLogger(__name__)
FOLDER = "open_data"
# Somebody else may be writing: younger files are left alone.
LEFT_ALONE_FOR = 60 * 60
# Hardly larger than at the best level, in a third of the time.
PACKING = 4


class NotAllWritten(Exception):
    """Some files could not be made anew; the last ones stay."""


def write_all(tell=lambda publication, seconds: None) -> None:
    """Make every file anew. ``tell`` hears of each publication; one that fails keeps none of the others from it."""
    failed = []
    for publication in PUBLICATIONS:
        began = time.perf_counter()
        try:
            write(publication)
        except Exception as error:
            logger.exception("The files of %s could not be written.", publication.name)
            _note_problem(publication, error)
            failed.append(publication.name)
        tell(publication, time.perf_counter() - began)
    _tidy()
    if failed:
        raise NotAllWritten(", ".join(failed))


def write(publication: Publication) -> None:
    """Make the files of one publication anew, from one reading of its rows."""
    began = time.perf_counter()
    with ExitStack() as stack:
        outputs = {form: stack.enter_context(_Output(name)) for form, name in publication.file_names.items()}
        if table := outputs.get("csv"):
            # The byte order mark tells spreadsheets that it is UTF-8.
            table.write("\ufeff")
            lines = csv.writer(table)
        for number, (cells, row) in enumerate(publication.rows()):
            lines.writerow([defused(cell) for cell in cells])
            if row is not None and "jsonl" in outputs:
                outputs["jsonl"].write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            count = number
        seconds = time.perf_counter() - began
        for output in outputs.values():
            output.keep(count, seconds)


class _Output:
    """A file that is being written, plain and packed. What is not kept in the end is thrown away."""

    def __init__(self, name: str):
        self.name, self.size, self.digest = name, 0, hashlib.sha256()
        folder = Path(storages["default"].path(FOLDER))
        folder.mkdir(parents=True, exist_ok=True)
        self.part = folder / f".{name}.{uuid.uuid4().hex}.part"
        self.packed_part = self.part.with_suffix(".gz.part")

    def __enter__(self):
        self.plain = self.part.open("wb")
        # Without a name and a time the same content is packed to the same bytes.
        self.packed = gzip.GzipFile("", "wb", PACKING, self.packed_part.open("wb"), mtime=0)
        return self

    def __exit__(self, *error):
        self._close()
        self.part.unlink(missing_ok=True)
        self.packed_part.unlink(missing_ok=True)

    def write(self, text: str) -> None:
        data = text.encode()
        self.size += len(data)
        self.digest.update(data)
        self.plain.write(data)
        self.packed.write(data)

    def _close(self) -> None:
        raw = self.packed.fileobj
        self.packed.close()
        if raw is not None:
            raw.close()
        self.plain.close()

    def keep(self, rows: int, seconds: float) -> None:
        """Put the files in their places, then let the address lead to them."""
        self._close()
        sha256, now = self.digest.hexdigest(), timezone.now()
        stem, _, ending = self.name.rpartition(".")
        file, _ = DataFile.objects.get_or_create(name=self.name)
        if sha256 != file.sha256:
            file.changed_at = now
        file.stored_as = f"{FOLDER}/{stem}.{sha256[:16]}.{ending}"
        os.chmod(self.part, 0o644)
        os.chmod(self.packed_part, 0o644)
        os.replace(self.part, storages["default"].path(file.stored_as))
        os.replace(self.packed_part, storages["default"].path(file.packed_as))
        file.sha256, file.size, file.rows, file.seconds = sha256, self.size, rows, round(seconds, 1)
        file.made_at, file.problem, file.problem_at = now, "", None
        file.save()


def _note_problem(publication: Publication, error: Exception) -> None:
    problem = {"problem": f"{type(error).__name__}: {error}"[:300], "problem_at": timezone.now()}
    for name in publication.file_names.values():
        DataFile.objects.update_or_create(name=name, defaults=problem)


def _tidy() -> None:
    """Delete what no address leads to any more, and rows of files that are no longer made."""
    DataFile.objects.exclude(name__in=BY_FILE_NAME).delete()
    kept = {name for file in DataFile.objects.made() for name in (file.stored_as, file.packed_as)}
    folder, before = Path(storages["default"].path(FOLDER)), time.time() - LEFT_ALONE_FOR
    for path in folder.iterdir():
        if f"{FOLDER}/{path.name}" not in kept and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)

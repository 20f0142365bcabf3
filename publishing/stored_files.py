"""Files in the storage: written whole, and swept up when no row names them.

A transaction that is rolled back, or a process that is killed, leaves the file it had just written; the
database cannot take it back. `sweep` does, a day later.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import PurePosixPath

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db.models import FileField
from django.utils import timezone
from pghistory.models import Event

# An upload is in the database within minutes; older files are nobody's.
LEFT_ALONE_FOR = timedelta(days=1)


def store_whole(name: str, data: bytes) -> None:
    """Write ``data`` as ``name``, so that nobody ever reads half of it; replaces what is there."""
    storage = storages["default"]
    part = storage.save(f"{name}.part", ContentFile(data))
    os.replace(storage.path(part), storage.path(name))


def sweep() -> int:
    """Delete the files in the folders of our models that no row names; returns how many."""
    count = 0
    for folder, fields in _fields_by_folder().items():
        for names in _old_files(folder):
            known = _known(fields, {_original(name) for name in names})
            lost = [name for name in names if _original(name) not in known]
            for name in lost:
                storages["default"].delete(name)
            count += len(lost)
    return count


def _fields_by_folder() -> dict[str, list[FileField]]:
    """The columns that name files, by the folder their files are in."""
    fields = defaultdict(list)
    for model in apps.get_models():
        for field in model._meta.local_fields:
            # The tables of events repeat the columns of what they record.
            if isinstance(field, FileField) and not issubclass(model, Event):
                folder = PurePosixPath(field.generate_filename(model(), "any")).parts[0]
                fields[folder].append(field)
    return fields


def _old_files(folder: str) -> Iterator[list[str]]:
    """The names of files in each folder of ``folder`` that were not touched lately."""
    storage, before = storages["default"], timezone.now() - LEFT_ALONE_FOR
    if not storage.exists(folder):
        return
    for inner in sorted(storage.listdir(folder)[0]):
        names = [f"{folder}/{inner}/{name}" for name in sorted(storage.listdir(f"{folder}/{inner}")[1])]
        yield [name for name in names if storage.get_modified_time(name) < before]


def _original(name: str) -> str:
    """The name in the database: of a smaller picture, that of the largest."""
    path = PurePosixPath(name)
    if ".webp" not in path.name:
        return name
    token = path.name.partition(".")[0].partition("-")[0]
    return str(path.with_name(f"{token}.webp"))


def _known(fields: list[FileField], names: set[str]) -> set[str]:
    return {
        name
        for field in fields
        for name in field.model._base_manager.filter(**{f"{field.name}__in": names}).values_list(field.name, flat=True)
    }

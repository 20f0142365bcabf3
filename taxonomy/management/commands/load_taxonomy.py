"""Load the official regions and the themes from ``taxonomy/data``."""

import csv
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import models, transaction
from tqdm import tqdm

from taxonomy import registry
from taxonomy.models import Region, Theme

DATA = Path(__file__).resolve().parents[2] / "data"
BATCH = 500


def read(model: type[models.Model], file_name: str) -> list[models.Model]:
    """The rows of a CSV file as unsaved objects; an empty cell of a nullable column is unknown."""
    with (DATA / file_name).open(encoding="utf-8", newline="") as file:
        return [model(**_values(model, row)) for row in csv.DictReader(file)]


def _values(model, row):
    values = {}
    for name, text in row.items():
        field = model._meta.get_field(name)
        if text == "" and field.null:
            values[field.attname] = None
        elif text == "" and field.has_default():
            values[field.attname] = field.get_default()
        else:
            values[field.attname] = field.to_python(text)
    return values


class Command(BaseCommand):
    help = "Loads regions and themes; running it again brings the tables up to the files."

    @transaction.atomic
    def handle(self, *args, verbosity, **options):
        # The file of regions names parents before their children.
        regions, themes = read(Region, "regions.csv"), read(Theme, "themes.csv")
        with tqdm(total=len(regions) + len(themes), desc="地域と分野", disable=verbosity == 0) as progress:
            upsert(Theme, themes, key="slug", progress=progress)
            upsert(Region, regions, key="code", progress=progress)
        transaction.on_commit(registry.clear)


def upsert(model, objects, *, key, progress):
    """Insert the objects, or update those whose ``key`` is already there."""
    columns = [field.name for field in model._meta.concrete_fields if not field.primary_key and field.name != key]
    for start in range(0, len(objects), BATCH):
        batch = objects[start : start + BATCH]
        model.objects.bulk_create(batch, update_conflicts=True, unique_fields=[key], update_fields=columns)
        progress.update(len(batch))

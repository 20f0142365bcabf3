"""Rows about one item of any kind."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class Belonging(models.Model):
    """Base of rows about one item of any kind, and of the index that finds them."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name="種類")
    object_id = models.PositiveBigIntegerField("番号")
    item = GenericForeignKey()

    class Meta:
        abstract = True

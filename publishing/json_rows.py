"""Rows of other tables as one column of a query: a page then takes a single statement."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models.functions import JSONObject


def json_rows(queryset, *fields: str) -> ArraySubquery:
    """The rows of ``queryset`` as a list of dictionaries in a column of the outer query.

    A field of a related row, ``organization__name``, is called ``organization_name`` there.
    """
    columns = {field.replace("__", "_"): field for field in fields}
    return ArraySubquery(queryset.values(json=JSONObject(**columns)))

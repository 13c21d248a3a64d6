"""A row as a line of JSON, and back: by the field's own type, exact in both directions."""

import base64
from typing import Any

import orjson
from django.db import models
from django.db.models import Model

from shards.fields import FixedBinaryField


def fields_of(model: type[Model]) -> "list[models.Field[Any, Any]]":
    """The columns that travel: what the database works out, or numbers, is not among them."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.column and not field.generated and not isinstance(field, models.AutoField)
    ]


def line_of(row: Model) -> bytes:
    values = {str(field.column): _to_json(field.value_from_object(row)) for field in fields_of(type(row))}
    return orjson.dumps({"table": row._meta.db_table, "row": values}) + b"\n"


def row_of(model: type[Model], values: dict[str, Any]) -> Model:
    """Raises KeyError for a column that is missing, ValueError for one that the table has no more."""
    fields = fields_of(model)
    if strange := values.keys() - {str(field.column) for field in fields}:
        raise ValueError(f"{model._meta.db_table} has no {', '.join(sorted(strange))}")
    return model(**{field.attname: _from_json(field, values[str(field.column)]) for field in fields})


def _to_json(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | dict | list):
        return value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)  # Decimal, time, UUID, text; a float's shortest text is exact


def _from_json(field: "models.Field[Any, Any]", value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField | FixedBinaryField):
        return base64.b64decode(value)
    return field.to_python(value)

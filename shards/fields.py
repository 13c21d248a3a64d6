"""Column types that Django has no field for."""

from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class FixedBinaryField(models.Field):
    """BINARY(n): digests. No index prefix, no length byte, compared byte by byte."""

    def __init__(self, *args: Any, length: int, **kwargs: Any) -> None:
        self.length = length
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"length": self.length}

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return f"binary({self.length})"

    def value_to_string(self, obj: models.Model) -> str:
        value: Any = self.value_from_object(obj)
        return str(value.hex())


class PublicIdField(models.Field):
    """BINARY(16) in the database, `uuid.UUID` in Python, dashed text in JSON (DESIGN section 2)."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "binary(16)"

    def from_db_value(self, value: bytes | None, expression: Any, connection: Any) -> UUID | None:
        return None if value is None else UUID(bytes=value)

    def to_python(self, value: Any) -> UUID | None:
        if value is None or isinstance(value, UUID):
            return value
        try:
            return UUID(str(value))
        except ValueError as error:
            raise ValidationError(f"{value!r} is not an id", code="invalid") from error

    def get_prep_value(self, value: Any) -> UUID | None:
        return self.to_python(super().get_prep_value(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> bytes | None:
        public_id = value if prepared else self.get_prep_value(value)
        return None if public_id is None else public_id.bytes

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


def new_public_id() -> UUID:
    """A UUIDv7: made by the caller, so that a repeated call means the same row; sorts by time."""
    return uuid_utils.compat.uuid7()

"""JSON bodies have types: DRF's own fields, which also read forms, take 5 for "5" and "yes" for true."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

# field -> the types that orjson gives for it; what is not here is left to the field itself.
JSON_TYPES: dict[type[Any], set[type]] = {
    serializers.CharField: {str},
    serializers.UUIDField: {str},
    serializers.BooleanField: {bool},
    serializers.IntegerField: {int},
    serializers.DecimalField: {str, int, float},
}


class Body(serializers.Serializer[Any]):
    """A field whose value has another JSON type than the schema says is refused, as any other wrong value is."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)  # which says so
        mistyped = {
            name: ["This value has the wrong JSON type."]
            for name, field in self.fields.items()
            if data.get(name) is not None and not _has_type(field, data[name])
        }
        try:
            checked = super().to_internal_value(data)
        except serializers.ValidationError as error:
            found: dict[str, Any] = (
                error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
            )
            raise serializers.ValidationError(found | mistyped) from error
        if mistyped:
            raise serializers.ValidationError(mistyped)
        return checked


def _has_type(field: Any, value: Any) -> bool:
    if isinstance(field, serializers.ChoiceField):
        return type(value) in {type(choice) for choice in field.choices}
    return all(type(value) in types for kind, types in JSON_TYPES.items() if isinstance(field, kind))

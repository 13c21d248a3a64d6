"""Prices and rates, as every answer has them."""

from typing import Any

from rest_framework import serializers


class PriceField(serializers.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=19, decimal_places=6, **kwargs)


class RateField(serializers.DecimalField):
    """Per cent, signed by direction; null until it is judged."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=6, allow_null=True, **kwargs)

"""The abstract bases by which a model declares where it lives; the router only reads `scope`."""

from typing import ClassVar

from django.db import models

from shards.scope import Scope


class GlobalModel(models.Model):
    """One table, on the global database."""

    scope: ClassVar[Scope] = Scope.GLOBAL

    class Meta:
        abstract = True


class ShardModel(models.Model):
    """A table on every shard, none on the global database; used inside `on_shard` or `on_account`."""

    scope: ClassVar[Scope] = Scope.SHARD

    class Meta:
        abstract = True


class EveryModel(models.Model):
    """A table on every database, each with its own rows; used inside `on_shard`, `on_account` or `on_global`."""

    scope: ClassVar[Scope] = Scope.EVERY

    class Meta:
        abstract = True

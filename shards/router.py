"""Sends each model to its database; knows nothing but the scope that the model declares."""

from typing import Any

from django.apps import apps
from django.db import models

from shards.scope import Scope, alias_for

# app_label.model of models that are gone, for the migrations that still name them.
HISTORICAL_SCOPES: dict[str, Scope] = {}


def scope_of(model: type[models.Model]) -> Scope:
    """A model without a scope is a third party's: global. A many-to-many table goes with its owner."""
    owner: Any = model._meta.auto_created
    scope = getattr(owner if isinstance(owner, type) else model, "scope", None)
    return scope if isinstance(scope, Scope) else Scope.GLOBAL


class ScopeRouter:
    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return self._alias(model, hints.get("instance"))

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return self._alias(model, hints.get("instance"))

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Two rows may point at each other on one database only."""
        aliases = {row._state.db for row in (one, other)} - {None}
        return len(aliases) < 2 and scope_of(type(one)) is scope_of(type(other))

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        """`hints["scope"]` speaks for operations that name no model, such as InstallRoutines."""
        scope = hints.get("scope")
        if scope is None and model_name is None:
            return True  # an operation that touches no table decides for itself
        if scope is None:
            key = f"{app_label}.{model_name}"
            scope = HISTORICAL_SCOPES.get(key) or scope_of(apps.get_model(key))
        return scope.covers(db)

    def _alias(self, model: type[models.Model], instance: models.Model | None) -> str:
        scope = scope_of(model)
        home = instance._state.db if instance is not None else None
        if home is not None and scope.covers(home) and isinstance(instance, model):
            return home  # a row that was read is written back where it came from
        return alias_for(scope, model._meta.label)

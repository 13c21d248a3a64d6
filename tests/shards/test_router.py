"""The router's truth table: each scope, each database, each question that Django asks."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models, router
from django.test.utils import isolate_apps

from accounts.models import Account, Profile
from shards.bases import EveryModel, GlobalModel, ShardModel
from shards.exceptions import ShardNotSelected
from shards.models import AccountResidence, ErrorLog, ShardConfig, UniversalOutbox
from shards.router import ScopeRouter, scope_of
from shards.scope import Scope, on_global, on_shard

GLOBAL, SHARD, EVERY = Account, AccountResidence, ErrorLog
DATABASES = ("default", "shard_1", "shard_2", "shard_5")


def chosen(alias: str | None) -> AbstractContextManager[None]:
    if alias is None:
        return nullcontext()
    return on_global() if alias == "default" else on_shard(int(alias[-1]))


def rows() -> Iterator[tuple[type[models.Model], str | None, str | None]]:
    """Model, chosen database, where the router sends it (None: it refuses)."""
    yield from ((model, at, "default") for model in (GLOBAL, Session, Group) for at in (None, "default", "shard_2"))
    yield from ((SHARD, None, None), (SHARD, "default", None), (SHARD, "shard_1", "shard_1"))
    yield SHARD, "shard_2", "shard_2"
    yield from ((EVERY, None, None), (EVERY, "default", "default"), (EVERY, "shard_1", "shard_1"))
    yield EVERY, "shard_2", "shard_2"


@pytest.mark.parametrize(("model", "at", "goes_to"), list(rows()))
@pytest.mark.parametrize("question", [router.db_for_read, router.db_for_write])
def test_reads_and_writes(question: Any, model: type[models.Model], at: str | None, goes_to: str | None) -> None:
    with chosen(at):
        if goes_to is None:
            with pytest.raises(ShardNotSelected, match=model._meta.label):
                question(model)
        else:
            assert question(model) == goes_to


@pytest.mark.parametrize(
    ("model", "allowed"),
    [
        (Account, {"default"}),
        (ShardConfig, {"default"}),
        (Session, {"default"}),
        (ContentType, {"default"}),
        (Group, {"default"}),
        (Group.permissions.through, {"default"}),
        (AccountResidence, {"shard_1", "shard_2", "shard_5"}),
        (ErrorLog, set(DATABASES)),
        (UniversalOutbox, set(DATABASES)),
    ],
    ids=lambda value: getattr(getattr(value, "_meta", None), "label", None),
)
def test_migrations(model: type[models.Model], allowed: set[str]) -> None:
    assert {db for db in DATABASES if router.allow_migrate_model(db, model)} == allowed


@pytest.mark.parametrize(
    ("hints", "allowed"),
    [
        ({"scope": Scope.GLOBAL}, {"default"}),
        ({"scope": Scope.SHARD}, {"shard_1", "shard_2", "shard_5"}),
        ({"scope": Scope.EVERY}, set(DATABASES)),
        ({}, set(DATABASES)),
    ],
)
def test_operations_that_name_no_model(hints: dict[str, Scope], allowed: set[str]) -> None:
    assert {db for db in DATABASES if router.allow_migrate(db, "shards", **hints)} == allowed


@isolate_apps("shards")
def test_a_many_to_many_table_goes_with_its_owner() -> None:
    class Tag(ShardModel):
        class Meta:
            app_label = "shards"

    class Note(ShardModel):
        tags = models.ManyToManyField(Tag)

        class Meta:
            app_label = "shards"

    assert scope_of(Note.tags.through) is Scope.SHARD
    assert scope_of(Group.permissions.through) is Scope.GLOBAL


def test_every_model_of_ours_declares_one_scope() -> None:
    bases = (GlobalModel, ShardModel, EveryModel)
    ours = [
        m for m in apps.get_models() if m._meta.app_config.name in {"shards", "accounts", "signals", "notifications"}
    ]
    assert len(ours) > 15
    assert [model for model in ours if sum(issubclass(model, base) for base in bases) != 1] == []


def at(model: type[models.Model], alias: str | None) -> models.Model:
    row = model()
    row._state.db = alias
    return row


@pytest.mark.parametrize(
    ("one", "other", "allowed"),
    [
        (at(SHARD, "shard_1"), at(SHARD, "shard_1"), True),
        (at(SHARD, "shard_1"), at(SHARD, None), True),
        (at(SHARD, "shard_1"), at(SHARD, "shard_2"), False),
        (at(EVERY, "default"), at(EVERY, "shard_1"), False),
        (at(GLOBAL, "default"), at(Profile, "default"), True),
        (at(GLOBAL, "default"), at(SHARD, "shard_1"), False),
        (at(GLOBAL, None), at(SHARD, None), False),
        (at(EVERY, "shard_1"), at(SHARD, "shard_1"), False),
    ],
)
def test_relations(one: models.Model, other: models.Model, allowed: bool) -> None:
    assert router.allow_relation(one, other) is allowed


def test_a_row_s_own_database_wins_only_for_its_own_model() -> None:
    """`account.profile` must not be looked for on the shard on which some instance was read."""
    with on_shard(2):
        assert ScopeRouter().db_for_write(SHARD, instance=at(SHARD, "shard_1")) == "shard_1"
        assert ScopeRouter().db_for_read(SHARD, instance=at(EVERY, "shard_1")) == "shard_2"
        assert ScopeRouter().db_for_read(GLOBAL, instance=at(SHARD, "shard_1")) == "default"

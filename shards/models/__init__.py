from shards.models.account_residence import AccountResidence
from shards.models.database_vitals import DatabaseVitals
from shards.models.errorlog import ErrorLog
from shards.models.idempotency_key import IdempotencyKey
from shards.models.job import Job
from shards.models.operator_look import OperatorLook
from shards.models.restore import Restore
from shards.models.retention import Retention
from shards.models.shard_config import ShardConfig, ShardStats
from shards.models.shard_figures import ShardFigures
from shards.models.user_shard_mapping import UserShardMapping
from shards.outbox.models import (
    OutboxConsumer,
    OutboxEvent,
    OutboxInbox,
    OutboxParked,
    OutboxPartition,
    OutboxReader,
    OutboxSequence,
    OutboxStream,
    UniversalOutbox,
)
from shards.saga.models import SagaInbox, SagaInstance, SagaLock, SagaOperation, SagaStep

__all__ = [
    "AccountResidence",
    "DatabaseVitals",
    "ErrorLog",
    "IdempotencyKey",
    "Job",
    "OperatorLook",
    "OutboxConsumer",
    "OutboxEvent",
    "OutboxInbox",
    "OutboxParked",
    "OutboxPartition",
    "OutboxReader",
    "OutboxSequence",
    "OutboxStream",
    "Restore",
    "Retention",
    "SagaInbox",
    "SagaInstance",
    "SagaLock",
    "SagaOperation",
    "SagaStep",
    "ShardConfig",
    "ShardFigures",
    "ShardStats",
    "UniversalOutbox",
    "UserShardMapping",
]

"""What `manage.py add_shard` and `grants` refuse and print; that it works under load is seen in tests/e2e."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from shards.models import ShardConfig, ShardStats

pytestmark = pytest.mark.django_db(databases="__all__")


def add(shard_id: int, **changed: Any) -> None:
    at = connections.settings["shard_2"]
    call_command("add_shard", shard_id, **{"host": at["HOST"], "port": at["PORT"], "database": "finance_new"} | changed)


def test_no_credentials_no_shard(settings: Any) -> None:
    settings.SHARD_CREDENTIALS = ("", "")
    with pytest.raises(CommandError, match="set SHARD_DATABASE_USER"):
        add(3)
    with pytest.raises(CommandError, match="set SHARD_DATABASE_USER"):
        add(0)


def test_a_place_an_id_or_a_name_that_is_taken_changes_nothing(rereader: Callable[[], None]) -> None:
    before = list(ShardConfig.objects.values())
    two = ShardConfig.objects.get(pk=2)
    place = {"host": two.host, "port": two.port, "database": two.database_name}
    with pytest.raises(CommandError, match=f"nothing was changed: shard 2 is {two.database_name} on "):
        add(2)
    with pytest.raises(CommandError, match="nothing was changed: shard 2 is there already, and active"):
        add(2, **place)
    with pytest.raises(CommandError, match=f"nothing was changed: {two.database_name} on .* is shard 2"):
        add(3, **place)
    with pytest.raises(CommandError, match=f"nothing was changed: {two.shard_name} is the name of shard 2"):
        add(3, name=two.shard_name)
    with pytest.raises(CommandError, match="1 or more"):
        add(0)
    assert list(ShardConfig.objects.values()) == before


def test_a_disabled_shard_with_accounts_is_no_new_one(rereader: Callable[[], None]) -> None:
    ShardConfig.objects.filter(pk=2).update(status="disabled")
    ShardStats.objects.update_or_create(
        pk=2, defaults={"user_count": 1, "last_updated": ShardConfig.objects.get(pk=2).updated_at}
    )
    two = ShardConfig.objects.get(pk=2)
    with pytest.raises(CommandError, match="has accounts and was disabled"):
        add(2, host=two.host, port=two.port, database=two.database_name)
    assert ShardConfig.objects.get(pk=2).status == "disabled"


def test_a_server_that_is_not_there_leaves_the_shard_disabled(rereader: Callable[[], None]) -> None:
    with pytest.raises(CommandError, match=r"the shard stays disabled: .*run this again"):
        add(3, port=1)
    assert ShardConfig.objects.get(pk=3).status == "disabled"


def test_the_grants_of_one_database(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("grants", host="10.%", database=["finance_shard_3"], app="web'er")
    rows, seen = "GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON", capsys.readouterr().out.splitlines()
    assert seen == [
        "-- on the server of these databases, as an administrator",
        "CREATE USER IF NOT EXISTS 'finance_migrate'@'10.%' IDENTIFIED BY 'choose a password';",
        "GRANT SELECT ON `performance_schema`.* TO 'finance_migrate'@'10.%';",
        "GRANT ALL PRIVILEGES ON `finance\\_shard\\_3`.* TO 'finance_migrate'@'10.%';",
        "GRANT ALL PRIVILEGES ON `finance\\_shard\\_3\\_schema\\_diff`.* TO 'finance_migrate'@'10.%';",
        "CREATE USER IF NOT EXISTS 'web''er'@'10.%' IDENTIFIED BY 'choose a password';",
        "GRANT SELECT ON `performance_schema`.events_statements_summary_by_digest TO 'web''er'@'10.%';",
        "GRANT SELECT ON `performance_schema`.table_io_waits_summary_by_index_usage TO 'web''er'@'10.%';",
        f"{rows} `finance\\_shard\\_3`.* TO 'web''er'@'10.%';",
        "CREATE USER IF NOT EXISTS 'finance_read'@'10.%' IDENTIFIED BY 'choose a password';",
        "GRANT SELECT ON `performance_schema`.* TO 'finance_read'@'10.%';",
        "GRANT SELECT, SHOW VIEW ON `finance\\_shard\\_3`.* TO 'finance_read'@'10.%';",
    ]


def test_the_grants_name_every_server_with_its_databases(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("grants")
    seen = capsys.readouterr().out.splitlines()
    servers = {f"{at['HOST']}:{at['PORT']}" for at in connections.settings.values()}
    assert [line for line in seen if line.startswith("-- on ")] == [
        f"-- on {server}, as an administrator" for server in sorted(servers)
    ]
    assert sum(line.startswith("GRANT") for line in seen) == 8 * len(connections.settings)

"""A shard is added while people use the platform: nobody notices, and newcomers live there."""

from config.stack_databases import APP_USER
from config.stack_servers import LOOPBACK
from tests.e2e.delivery import assert_delivered_once
from tests.e2e.platform import Platform, eventually
from tests.e2e.traffic import Traffic

NEW = 7


def test_a_shard_added_under_load_fails_no_request_and_takes_newcomers(platform: Platform) -> None:
    users = [platform.user(shard=1), platform.user(shard=2)]
    port = platform.stack.databases["shard_2"].port.number
    with Traffic(users) as traffic:
        said = platform.manage("add_shard", str(NEW), "--host", LOOPBACK, "--port", str(port))
        try:
            newcomer = platform.user(shard=NEW)  # signs up until one of them lives there
            alarms = [newcomer.watch("AAPL", 10, "1.5")]
            platform.feed(12, every=0.05)
            assert_delivered_once(platform, newcomer, alarms)
        finally:
            platform.query("global", "CALL fp_update_shard_status(%s, 'disabled')", NEW)

    assert said.splitlines()[3] == f"[4/4] active; new accounts go to the shards 1, 2, {NEW}"
    assert traffic.faults == []
    eventually(lambda: newcomer.http.get("signals/alarms").status_code == 503, "the new shard's end")


def test_what_serves_cannot_change_a_table(platform: Platform) -> None:
    connected = "SELECT DISTINCT processlist_user FROM performance_schema.threads WHERE processlist_db <> ''"
    assert (APP_USER,) in platform.query("shard_1", connected)
    ((rights,),) = platform.query(
        "shard_1",
        "SELECT GROUP_CONCAT(privilege_type ORDER BY privilege_type SEPARATOR ' ')"
        " FROM information_schema.schema_privileges WHERE grantee = %s",
        f"'{APP_USER}'@'{LOOPBACK}'",
    )
    assert rights == "DELETE EXECUTE INSERT SELECT UPDATE"

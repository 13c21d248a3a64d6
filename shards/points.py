"""Named points at which tests kill this process; each marks a place between two effects.

`reach` does nothing but in a test that sets DIE_AT: "name" dies at the first visit, "name:3" at the third.
"""

import os
import signal

from config.env import APP_ENV

POINTS = frozenset(
    {
        "relay.claimed",
        "relay.sent",
        "relay.marked",
        "consume.handled",
        "consume.advanced",
        "scan.collected",
        "scan.detected",
        "scan.recorded",
        "fanout.batch",
        "fanout.published",
        "fanout.committed",
        "evaluate.collected",
        "evaluate.batch",
        "evaluate.committed",
        "notify.batch",
    }
)

_name, _, _visits = os.environ.get("DIE_AT", "").partition(":") if APP_ENV == "test" else ("", "", "")
_left = int(_visits or 1)


def reach(point: str) -> None:
    global _left
    if point != _name:
        return
    if point not in POINTS:
        raise LookupError(f"DIE_AT={point}: not one of shards.points.POINTS")
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

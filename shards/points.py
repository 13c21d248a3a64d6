"""Named points at which tests kill this process; each marks a place between two effects.

`reach` does nothing but in a test that sets DIE_AT: "name" dies at the first visit, "name:3" at the third.
"""

import itertools
import os
import signal

from config.env import APP_ENV

POINTS = frozenset(
    {
        "relay.claimed",
        "relay.sent",
        "relay.marked",
        "resend.marked",
        "resend.page",
        "resend.sent",
        "consume.claimed",
        "consume.handled",
        "consume.advanced",
        "consume.acknowledged",
        "saga.claimed",
        "saga.acted",
        "saga.recorded",
        "saga.done",
        "saga.undone",
        "saga.obeyed",
        "saga.heard",
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
        "notice.batch",
        "deliver.claimed",
        "deliver.sent",
        "settle.booked",
        "chat.stored",
        "kalman.worked_out",
        "kalman.stored",
    }
)

_wanted, _, _visit = os.environ.get("DIE_AT", "").partition(":") if APP_ENV == "test" else ("", "", "")
if _wanted and _wanted not in POINTS:
    raise LookupError(f"DIE_AT={_wanted}: not one of shards.points.POINTS")
_visits = itertools.count(1)


def reach(point: str) -> None:
    if point == _wanted and next(_visits) == int(_visit or 1):
        os.kill(os.getpid(), signal.SIGKILL)

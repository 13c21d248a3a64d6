"""Commands that run until they are told to stop, and end what they are doing first."""

import signal
import threading
from collections.abc import Callable


def until_stopped(work: Callable[[threading.Event], None]) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(stop)

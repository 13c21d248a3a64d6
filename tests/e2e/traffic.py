"""Users who go on using the platform while something happens to it."""

import threading
import time
from collections.abc import Iterable
from types import TracebackType
from typing import NamedTuple

import httpx

from tests.e2e.platform import User

PAUSE = 0.02


class Answer(NamedTuple):
    status: int  # 0: there was none
    seconds: float
    text: str


class Traffic:
    """One thread for each user, asking over and over until the block ends; `answers` in the order of their end."""

    def __init__(self, users: Iterable[User], path: str = "signals/alarms") -> None:
        self.path = path
        self.answers: list[Answer] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(user,)) for user in users]

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def faults(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status != 200]

    def slowest(self, share: float) -> float:
        """The time that this share of the answers, 0 to 1, did not exceed."""
        times = sorted(answer.seconds for answer in self.answers)
        return times[int(share * (len(times) - 1))]

    def _ask(self, user: User) -> None:
        while not self._stop.wait(PAUSE):
            begun = time.perf_counter()
            try:
                answer = user.http.get(self.path)
                status, text = answer.status_code, answer.text
            except httpx.HTTPError as error:
                status, text = 0, repr(error)
            self.answers.append(Answer(status, time.perf_counter() - begun, text))

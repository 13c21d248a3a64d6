"""Expected "no"s by name: each has one code for programs, one HTTP status and, where a routine raises it, one MySQL
error number. Apps subclass `Refusal`; `BY_ERRNO` and `BY_CODE` are the one table that DESIGN section 4.3 speaks of.
Numbers: 31000 shards (31050 sagas), 31100 accounts, 31200 signals, 31300 notifications, 31400 chat, 31500 tutorial.
Numbers: 31000 shards (31050 sagas), 31100 accounts (31160 portfolios), 31200 signals, 31300 notifications,
31500 tutorial.
"""

from typing import Any, ClassVar

BY_ERRNO: dict[int, type["Refusal"]] = {}
BY_CODE: dict[str, type["Refusal"]] = {}


class Refusal(Exception):
    """An expected "no" to the caller: counted, answered with its status, never logged as a fault."""

    code: ClassVar[str]
    status: ClassVar[int]
    errno: ClassVar[int | None] = None
    detail: ClassVar[str]
    retry_after: ClassVar[int | None] = None  # seconds, for 429 and 503
    field: ClassVar[str | None] = None  # the input field that it is about

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" not in cls.__dict__:
            return  # an intermediate class
        _register(BY_CODE, cls.code, cls)
        if cls.errno is not None:
            _register(BY_ERRNO, cls.errno, cls)

    def __str__(self) -> str:
        return super().__str__() or self.detail


def _register(table: dict[Any, type[Refusal]], key: Any, cls: type[Refusal]) -> None:
    if key in table:
        raise TypeError(f"{key!r} is taken by {table[key].__qualname__}, {cls.__qualname__} needs another")
    table[key] = cls

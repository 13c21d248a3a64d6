"""What `manage.py seed` writes. Each app registers its own part when Django starts; every part may run again."""

from collections.abc import Callable

PARTS: dict[str, Callable[[], None]] = {}


def seeds(what: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function under what it writes, for people."""

    def register(part: Callable[[], None]) -> Callable[[], None]:
        PARTS[what] = part
        return part

    return register

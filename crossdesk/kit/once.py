"""What is costly to make and made once for the whole process."""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


def once(make: Callable[[], T]) -> Callable[[], T]:
    """Made at the first call, by one thread; whoever calls meanwhile waits for it. What fails is tried again at the next."""
    making, made = Lock(), list[T]()

    @wraps(make)
    def get() -> T:
        if not made:
            with making:
                if not made:
                    made.append(make())
        return made[0]

    return get

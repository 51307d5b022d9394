"""Side by side, each thing once, and nothing for ever."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
_STEP = 0.5
"""In seconds: how long a wait is that Ctrl-C may come too early to end."""


def side_by_side(functions: Sequence[Callable[[], T]]) -> list[T]:
    """The results of all functions, in order. Raises what the first failing one raised.

    The threads are daemons: Ctrl-C ends the tool at once, whatever a server keeps them waiting for.
    """
    futures: list[Future[T]] = [Future() for _ in functions]
    for function, future in zip(functions, futures, strict=True):
        threading.Thread(target=_settle, args=(function, future), daemon=True).start()
    return [_waited(future) for future in futures]


def _waited(future: Future[T]) -> T:
    """The result, waited for in short steps: a Ctrl-C that comes right before Python begins to wait does not end a wait without
    a limit."""
    while not future.done():
        with contextlib.suppress(TimeoutError):
            return future.result(_STEP)
    return future.result()


def within(seconds: float, function: Callable[[], T]) -> T:
    """The result of `function`, or what it raised. Raises TimeoutError when it takes longer.

    It runs in a thread of its own, which is left behind when the time is up: a name look-up, or a server that sends a byte now
    and then, cannot be stopped from outside. Such a thread is a daemon, so that it keeps nobody from ending.
    """
    future: Future[T] = Future()
    threading.Thread(target=_settle, args=(function, future), daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        if future.done():
            return future.result()
        raise TimeoutError(f"not done within {seconds:g} s") from None


class Memo:
    """Runs each keyed function once: the first caller runs it, the others wait for its result."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._futures: dict[Hashable, Future[Any]] = {}

    def __call__(self, key: Hashable, function: Callable[[], T]) -> T:
        """The result of `function`, from the first call with this key."""
        with self._lock:
            known = key in self._futures
            future: Future[T] = self._futures.setdefault(key, Future())
        if not known:
            _settle(function, future)
        return future.result()

    def asked(self, key: Hashable) -> bool:
        """Whether anybody has called with this key so far, whether or not it is done."""
        with self._lock:
            return key in self._futures


def _settle(function: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(function())
    except BaseException as error:  # handed on to the callers that wait for the result
        future.set_exception(error)

"""Runs functions in parallel, once per key, and with a time limit."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
# Seconds. A Ctrl-C that arrives just before a wait begins takes effect only after it.
_STEP = 0.5


def side_by_side(functions: Sequence[Callable[[], T]]) -> list[T]:
    """Runs all functions at the same time and returns their results in order. Raises the exception of the first one that failed.

    The threads are daemons, so Ctrl-C ends the tool at once even while servers keep them waiting.
    """
    futures: list[Future[T]] = [Future() for _ in functions]
    for function, future in zip(functions, futures, strict=True):
        threading.Thread(target=_settle, args=(function, future), daemon=True).start()
    return [_waited(future) for future in futures]


def _waited(future: Future[T]) -> T:
    """The result, waited for in short steps: a wait without a limit would miss a Ctrl-C that comes right before it begins."""
    while not future.done():
        with contextlib.suppress(TimeoutError):
            return future.result(_STEP)
    return future.result()


def within(seconds: float, function: Callable[[], T]) -> T:
    """Returns the result of `function` or raises its exception. Raises TimeoutError if it takes longer than `seconds`.

    It runs in its own thread, which is abandoned when the time is up: a name look-up, or a server that sends a byte now and then,
    cannot be interrupted. The thread is a daemon, so it does not keep the process alive.
    """
    future: Future[T] = Future()
    threading.Thread(target=_settle, args=(function, future), daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        # The function may have finished at the last moment, or have raised a TimeoutError of its own.
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
        # Outside the lock: the function may take long, and may ask for other keys.
        if not known:
            _settle(function, future)
        return future.result()

    def asked(self, key: Hashable) -> bool:
        """Whether there has been a call with this key, finished or not."""
        with self._lock:
            return key in self._futures


def _settle(function: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(function())
    except BaseException as error:  # re-raised in every thread that waits for the result
        future.set_exception(error)

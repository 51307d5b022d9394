"""A server that says when it has time again is asked once more, within the time limit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from time import time

import pytest

from ohif_setup.network.wire.http import Http
from tests.servers.raw import RawRequest, RawServer, answer

SOON = formatdate(time() - 60, usegmt=True)
"""A moment that has passed."""


@contextmanager
def busy(status: int, *fields: tuple[str, str], times: int = 1) -> Iterator[tuple[str, list[str]]]:
    """A server that is busy for its first requests; its address, and the methods that it was asked with."""
    asked: list[str] = []

    def handler(request: RawRequest) -> list[bytes]:
        asked.append(request.method)
        if len(asked) <= times:
            return [answer(status, "busy", *fields)]
        return [answer(200, "fine")]

    with RawServer(handler) as web:
        yield web.url, asked


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("when", ["0", SOON], ids=["seconds", "date"])
def test_asked_once_more(status: int, when: str) -> None:
    with busy(status, ("Retry-After", when)) as (url, asked):
        assert Http(5).send("GET", url).status == 200
    assert len(asked) == 2


def test_not_more_than_once() -> None:
    with busy(429, ("Retry-After", "0"), times=9) as (url, asked):
        assert Http(5).send("OPTIONS", url).status == 429
    assert len(asked) == 2


@pytest.mark.parametrize(
    "when", ["30", "99999999", "-1", "soon", "Mon, 99 Nov 2026 20:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", ""]
)
def test_not_where_the_time_does_not_allow_it_or_is_none(when: str) -> None:
    with busy(503, ("Retry-After", when)) as (url, asked):
        assert Http(2).send("GET", url).status == 503
    assert len(asked) == 1


@pytest.mark.parametrize("status", [200, 404, 500, 502])
def test_not_for_another_status(status: int) -> None:
    with busy(status, ("Retry-After", "0")) as (url, asked):
        assert Http(5).send("GET", url).status == status
    assert len(asked) == 1


def test_never_for_what_may_store() -> None:
    with busy(503, ("Retry-After", "0")) as (url, asked):
        assert Http(5).send("POST", url, body={"a": "b"}).status == 503
    assert asked == ["POST"]

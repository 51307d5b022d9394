"""A fault of CORS in words, and what there is to tell it by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ohif_setup.browser.cors_check import ALLOW_ORIGIN
from ohif_setup.checks.cors.look import CorsTarget
from ohif_setup.checks.cors.verdict import RequestVerdict
from ohif_setup.checks.finding import Fix
from ohif_setup.network.wire.exchange import Received


@dataclass(frozen=True)
class CorsFault:
    """`id` is stable, for programs. `portal` is what to enter in the service's own CORS settings, empty where those cannot mend it.

    `proxy` is what to change in a web server. `fixes` takes the place of both where the fault lies elsewhere.
    """

    id: str
    title: str
    cause: str
    portal: str = ""
    proxy: str = ""
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class Case:
    """A verdict that is not allowed, among `all` verdicts on the same service."""

    judged: RequestVerdict
    all: tuple[RequestVerdict, ...]
    target: CorsTarget

    @property
    def origin(self) -> str:
        """The viewer's."""
        return self.judged.look.origin

    @property
    def step(self) -> str:
        """The step of the verdict, whether in the preflight or behind it."""
        return self.judged.step.removeprefix("preflight-")

    @property
    def status(self) -> int:
        """Of the answer that decided; 0 without one."""
        return (self.judged.exchange and self.judged.exchange.status) or 0

    @property
    def seen(self) -> str:
        """The value of the header that decided; empty without one."""
        verdict = self.judged.verdict
        if verdict is None or verdict.header is None:
            return ""
        return verdict.header[1]

    @property
    def siblings(self) -> tuple[RequestVerdict, ...]:
        """All verdicts on this origin, this one too."""
        return tuple(verdict for verdict in self.all if verdict.look.origin == self.origin)

    def speaks(self, *, preflights: bool) -> bool:
        """Whether a preflight (or a GET) of this origin is answered with any word of CORS."""
        return any(
            answer.values(ALLOW_ORIGIN)
            for verdict in self.siblings
            for answer in _answers(verdict, preflights=preflights)
        )

    @property
    def good_answers_are_mute(self) -> bool:
        """Whether even a GET that succeeds has no word of CORS."""
        answers = [answer for verdict in self.siblings for answer in _answers(verdict, preflights=False)]
        return any(answer.status < 300 and not answer.values(ALLOW_ORIGIN) for answer in answers)


def _answers(verdict: RequestVerdict, *, preflights: bool) -> Iterator[Received]:
    for step in verdict.look.steps:
        exchange = step.preflight if preflights else step.actual
        if exchange and exchange.received:
            yield exchange.received

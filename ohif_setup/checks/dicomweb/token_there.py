"""Why a server that requires a token could not be looked into: the same words for every check that reads what it holds."""

from __future__ import annotations

from dataclasses import dataclass

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks.dicomweb.server_fault import skipped
from ohif_setup.checks.finding import Finding
from ohif_setup.checks.look import Look
from ohif_setup.checks.sign_in.who_signs_in import AGAIN
from ohif_setup.kinds import kind_of


@dataclass(frozen=True)
class WithoutToken:
    """There is no token for a server that requires one. `see` is the check that says why, empty if no sign-in was asked for."""

    see: str = ""


def without_token(site: Look, server: Server) -> WithoutToken | None:
    """None if the server requires no token, or there is one. The sign-in starts here if it was asked for."""
    if kind_of(server).token is None or site.token(server):
        return None
    if site.method == "none":
        return WithoutToken()
    # Nobody is asked to sign in for a server that does not answer.
    return WithoutToken("dicomweb-reachable" if site.anonymous(server).received is None else "sign-in")


def not_signed_in(check: str, server: Server, without: WithoutToken, needed: str, aspect: str) -> Finding:
    """The skip for it. `needed` is what the viewer needs and this check then could not see."""
    unseen = f"{needed}: nobody signed in"
    if without.see:
        return skipped(check, server, "there is no token", aspect, see=(without.see,), unseen=unseen)
    return skipped(check, server, "nobody signed in", aspect, unseen=unseen, fix=(AGAIN,))

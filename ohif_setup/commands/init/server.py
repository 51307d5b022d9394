"""What the server itself says, where `init` has no terminal to ask at: its kind, its DICOMweb root, its tenant, what it can do."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from ohif_setup.answers.partial import PartialAnswers, first_server
from ohif_setup.answers.problems import AnswersError, problem
from ohif_setup.answers.questions import public_url, route_so_far
from ohif_setup.checks.dicomweb.capability_values import capabilities_of
from ohif_setup.checks.trouble_words import explain_trouble
from ohif_setup.errors import SetupError
from ohif_setup.kinds import KINDS, kind_meant
from ohif_setup.network.look.capabilities import look_at_capabilities
from ohif_setup.network.look.find import Found, find
from ohif_setup.network.wire.http import Http
from ohif_setup.paste.urls import port_of
from ohif_setup.providers import PROVIDERS
from ohif_setup.talk.prompts import say

LATER = "To look at what it can do, later: ohif-setup check --save"


def completed_by_server(given: PartialAnswers, timeout: float) -> PartialAnswers:
    """The answers with what a look at the (first) server adds, and the port that the address of the web server names. What else
    is wrong in them stays as it is, for the validation that follows.

    Raises SetupError (`server-not-recognised`) where nobody said what the server is, and it does not either; AnswersError where its
    address is none: what else is missing depends on what is there.
    """
    if not all(isinstance(given.tables.get(name, {}), dict) for name in ("server", "sign_in", "proxy", "viewer")):
        return given
    known = given.texts()
    if not known.get("server.url") or _says_enough(known):
        return given
    found = _found(known, timeout, given.origins)
    name = known.get("server.kind") or _kind(found, known)
    kind = KINDS.get(name)
    answered: dict[str, object] = {}
    if kind is None or kind.varies:
        answered = {"server.kind": name} | _of_own_server(found, known | {"server.kind": name}, timeout)
    elif found.tenant_id and not known.get("sign_in.tenant_id"):
        answered = {"sign_in.tenant_id": found.tenant_id}
        print(f"The DICOM service names its tenant: {found.tenant_id}", file=sys.stderr)
    if not answered:
        return given
    return given.merged(answered)


def _says_enough(known: Mapping[str, str]) -> bool:
    """Whether a look would find out nothing: the kind is told, does not vary, and who signs people in is known."""
    told = [KINDS.get(known.get("server.kind", "")), kind_meant(known["server.url"])]
    return any(
        kind.token is None or known.get(f"sign_in.{PROVIDERS[kind.token.provider].key}")
        for kind in told
        if kind and not kind.varies
    )


def _found(known: Mapping[str, str], timeout: float, origins: Mapping[str, str]) -> Found:

    url = known["server.url"]
    try:
        return find(Http(timeout), url)
    except ValueError as error:
        origin = next((where for key, where in origins.items() if first_server(key) == "server.url"), "")
        raise AnswersError([problem("server.url", url, str(error), where=origin)], where=origin) from None


def _kind(found: Found, known: Mapping[str, str]) -> str:

    if found.kind is not None and found.kind in KINDS and (found.fits or found.kind != KINDS.last):
        return found.kind
    if meant := kind_meant(found.url):
        return meant.name
    if any(key.startswith("sign_in.") for key in known):
        return KINDS.first
    # What is meant where nobody says it comes last.
    usual, example, *more = KINDS
    others = ", ".join([*more, usual])
    said = found.name
    if found.exchange.received is None:
        said = explain_trouble(found.exchange)[0]
    raise SetupError(
        "server-not-recognised",
        f"what the server is cannot be told from its address: {said}",
        where=known["server.url"],
        hint="is the address right, and does the server run? "
        f"Or say what it is: --set server.kind={example} ({others})",
    )


def _of_own_server(found: Found, known: Mapping[str, str], timeout: float) -> dict[str, object]:

    answered: dict[str, object] = {}
    if found.fits:
        print(f"The server: {found.name}", file=sys.stderr)
        answered["server.url"] = found.url
        if found.url != known["server.url"].rstrip("/"):
            print(f"Its DICOMweb root: {found.url}", file=sys.stderr)
    else:
        said = f"The server was not found ({found.name or explain_trouble(found.exchange)[0]})."
        say(f"{said} {found.advice or LATER}", first=0, rest=2, out=sys.stderr)
    if found.proven:
        answered["server.capabilities"] = capabilities_of(look_at_capabilities(Http(timeout), found.url))
    port = port_of(public_url(known))
    if port and not known.get("proxy.listen") and route_so_far(known).web_server:
        answered["proxy.listen"] = port
    return answered

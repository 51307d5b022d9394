"""What `init` learns from the server where there is no terminal to ask at: kind, DICOMweb root, tenant, capabilities."""

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

LATER = "To detect its capabilities later: ohif-setup check --save"


def completed_by_server(given: PartialAnswers, timeout: float) -> PartialAnswers:
    """The answers, completed by what the (first) server says of itself, and by the port that the address of the web server names.
    Faults in the answers are left to the validation that follows.

    Raises SetupError (`server-not-recognised`) where neither the answers nor the server name its kind; AnswersError where the
    address of the server is invalid: which other answers are missing depends on the kind.
    """
    # Malformed tables are reported by the validation; here they would only raise.
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
        answered = {"server.kind": name} | _detected(found, known | {"server.kind": name}, timeout)
    elif found.tenant_id and not known.get("sign_in.tenant_id"):
        answered = {"sign_in.tenant_id": found.tenant_id}
        print(f"The DICOM service names its tenant: {found.tenant_id}", file=sys.stderr)
    if not answered:
        return given
    return given.merged(answered)


def _says_enough(known: Mapping[str, str]) -> bool:
    """Whether the server need not be asked: its kind is known and always the same, and so is who signs people in."""
    # The kind is named by the answers, or follows from the host name (*.dicom.azurehealthcareapis.com).
    named_kinds = [KINDS.get(known.get("server.kind", "")), kind_meant(known["server.url"])]
    return any(
        kind.token is None or known.get(f"sign_in.{PROVIDERS[kind.token.provider].key}")
        for kind in named_kinds
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

    # "dicomweb" without proof may be any web page, so a guess from the address is better.
    if found.kind is not None and found.kind in KINDS and (found.fits or found.kind != KINDS.last):
        return found.kind
    if meant := kind_meant(found.url):
        return meant.name
    # Someone who gives a tenant or a client ID means the kind that needs them.
    if any(key.startswith("sign_in.") for key in known):
        return KINDS.first
    # The default kind is listed last, because its servers are recognised by their address.
    usual, example, *more = KINDS
    others = ", ".join([*more, usual])
    description = found.name
    if found.exchange.received is None:
        description = explain_trouble(found.exchange)[0]
    raise SetupError(
        "server-not-recognised",
        f"the kind of server cannot be recognised at its address: {description}",
        where=known["server.url"],
        hint="check the address, and that the server is running. "
        f"Or name its kind: --set server.kind={example} ({others})",
    )


def _detected(found: Found, known: Mapping[str, str], timeout: float) -> dict[str, object]:
    answered: dict[str, object] = {}
    if found.fits:
        print(f"The server: {found.name}", file=sys.stderr)
        answered["server.url"] = found.url
        if found.url != known["server.url"].rstrip("/"):
            print(f"Its DICOMweb root: {found.url}", file=sys.stderr)
    else:
        description = f"The server was not found ({found.name or explain_trouble(found.exchange)[0]})."
        say(f"{description} {found.advice or LATER}", first=0, rest=2, out=sys.stderr)
    # Probed only where a search proved that DICOMweb answers: a login page would answer 200 to every probe.
    if found.proven:
        answered["server.capabilities"] = capabilities_of(look_at_capabilities(Http(timeout), found.url))
    port = port_of(public_url(known))
    # A generated `listen` has to match the port of the address that browsers use.
    if port and not known.get("proxy.listen") and route_so_far(known).web_server:
        answered["proxy.listen"] = port
    return answered

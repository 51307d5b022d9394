"""Checks answers against the network and prints the result. Each function returns False when the user wants to answer again."""

from __future__ import annotations

from ohif_setup.answers.questions import check_answer
from ohif_setup.answers.tables.tables import provider_answered
from ohif_setup.checks.dicomweb.capability_values import capabilities_of
from ohif_setup.checks.trouble_words import explain_trouble
from ohif_setup.kinds import KINDS
from ohif_setup.network.look.capabilities import look_at_capabilities
from ohif_setup.network.look.discovery import Discovery, discover, tenant_of
from ohif_setup.network.look.find import Found, find, lets_browsers_in
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.paste.services import default_authority
from ohif_setup.paste.urls import origin_of
from ohif_setup.paste.viewer_url import parse_viewer_url
from ohif_setup.providers import PROVIDERS
from ohif_setup.routes import direct_route, routes_of
from ohif_setup.talk.prompts import ask_choice, ask_yes, say
from ohif_setup.talk.wizard import words
from ohif_setup.talk.wizard.state import Interview


def at_server(state: Interview, text: str) -> bool:
    """Examines the server at that address, and answers `server.kind`, `server.url` and `server.capabilities` accordingly."""
    found = state.found = find(state.http, text)
    if not _is_wanted(found):
        return False
    # In this order: an option, what the server shows, what the user chooses.
    kind = state.given.get("server.kind") or (found.kind if found.fits else "") or _chosen_kind(state, found)
    state.answers["server.kind"] = kind
    try:
        # The root that was found belongs to the kind that was found; for another kind the typed text counts.
        url = str(check_answer("server.url", found.url if found.kind in (kind, None) else text, state.answers))
    except ValueError as error:
        say(f"✗ {error}", rest=4)
        return False
    state.answers["server.url"] = url
    if url != text.strip():
        say(f"→ {url}")
    if KINDS[kind].token:
        state.trusted_tenant = found.tenant_id
    # CORS matters only for the advice, so it is probed where the direct route is a choice but not the only or first
    # one.
    if found.proven and direct_route(kind) not in ("", *routes_of(kind)[:1]):
        state.lets_browsers_in = lets_browsers_in(state.http, url, _viewers_origin(state))
    if KINDS[kind].varies and found.proven:
        _look_at_capabilities(state, url)
    return True


def _viewers_origin(state: Interview) -> str:
    """The origin of the viewer URL where that is known already, else any origin that is not the server's own."""
    url = state.given.get("viewer.url") or state.last.get("viewer.url") or ""
    try:
        return origin_of(parse_viewer_url(url))
    except ValueError:
        return "https://viewer.example.org"


def at_tenant(state: Interview) -> bool:
    """Checks that the identity provider knows the tenant and that the DICOM service trusts it. The answer becomes the tenant's
    ID."""
    typed, trusted = str(state.answers["sign_in.tenant_id"]), state.trusted_tenant
    found = discover(
        state.http,
        PROVIDERS[PROVIDERS.first].issuer(
            state.authority or default_authority(str(state.answers["server.url"]), typed)
        ),
    )
    tenant_id = tenant_of(found)
    if not tenant_id:
        if found.exchange.received is None:
            return _trouble(found.exchange, of_url=False)
        first_line = found.description.splitlines()[0] if found.description else f"status {found.exchange.status}"
        say(f"! the identity provider does not know this tenant: {first_line}", rest=4)
        return ask_yes("Use this tenant anyway?", default=False)
    # A GUID was typed. Another GUID in the discovery document means another tenant.
    if "." not in typed and typed != tenant_id:
        say(f"! this identity provider answers for the tenant {tenant_id}, but you typed {typed}", rest=4)
        return ask_yes("Use this tenant anyway?", default=False)
    # The tenant that the 401 of the DICOM service names in its challenge.
    if trusted and tenant_id != trusted:
        say(f"! the DICOM service trusts the tenant {trusted} only; with another one every request gets 401", rest=4)
        return ask_yes("Use this tenant anyway?", default=False)
    known = "" if typed == tenant_id else f"; its ID is {tenant_id}"
    say(f"✓ the identity provider knows this tenant{known}", rest=4)
    state.answers["sign_in.tenant_id"] = tenant_id
    return True


def at_provider(state: Interview) -> bool:
    """Checks that an OIDC provider other than Entra ID answers at the authority."""
    found = discover(state.http, str(state.answers["sign_in.authority"]))
    if found.exchange.received is None:
        return _trouble(found.exchange)
    if found.ok:
        say("✓ the OIDC provider answers")
        _ask_what_it_wants(state, found)
        return True
    say(f"! no discovery document at {found.exchange.sent.url} (status {found.exchange.status})", rest=4)
    return ask_yes("Use this authority anyway?", default=False)


def _ask_what_it_wants(state: Interview, found: Discovery) -> None:
    """Answers `sign_in.scope` where the provider offers a refresh token for a scope, and says which parameters are missing."""
    provider = provider_answered({"authority": state.answers["sign_in.authority"]})
    offered = found.document.get("scopes_supported")
    answered = state.given.get("sign_in.scope") or state.last.get("sign_in.scope")
    # Of the providers that are known, the default says it already.
    if provider.offline_access is None and isinstance(offered, list) and "offline_access" in offered and not answered:
        state.answers["sign_in.scope"] = "openid profile offline_access"
        say("· it has offline_access, so the viewer asks for a refresh token", rest=4)
    for name, why in provider.wants.items():
        say(f"! without the parameter {name}, {why}", rest=4)
        say(f"Where a server checks tokens: ohif-setup set sign_in.extra_parameters.{name}=IDENTIFIER", first=4, rest=4)


def at_fhir(state: Interview) -> bool:
    """Checks that the FHIR service answers."""
    # Any status will do: it proves that a service answers there.
    url = f"{state.answers['fhir.url']}/metadata"
    exchange = state.http.send("GET", url, (("Accept", "application/fhir+json"),))
    if exchange.received is None:
        return _trouble(exchange)
    say(f"✓ the FHIR service answers ({exchange.received.status})")
    return True


def _is_wanted(found: Found) -> bool:
    if found.exchange.received is None:
        return _trouble(found.exchange)
    if found.tenant_id:
        say(f"✓ {found.name}; it trusts the tenant {found.tenant_id}", rest=4)
        return True
    if found.fits:
        say(f"✓ {found.name}", rest=4)
        if found.note:
            say(found.note, first=4, rest=4)
        return True
    say(f"! {found.name} ({found.exchange.status})", rest=4)
    if found.advice:
        say(found.advice, first=4, rest=4)
    return ask_yes("Use this address anyway?", default=False)


def _chosen_kind(state: Interview, found: Found) -> str:
    """Asks for the kind of a server that was not recognised."""
    default = state.last.get("server.kind") or found.kind or KINDS.first
    choices = [(words.title(kind), kind) for kind in KINDS]
    hint = "It cannot be recognised at this address."
    return ask_choice("Which kind of server is it?", hint, choices, default if default in KINDS else KINDS.first)


def _look_at_capabilities(state: Interview, url: str) -> None:
    can = capabilities_of(look_at_capabilities(state.http, url))
    state.answers["server.capabilities"] = can
    lines = list(words.seen(can))
    if not lines:
        say("It holds no images yet. Once it does, ohif-setup check --save records its capabilities.", first=4, rest=4)
    for line in lines:
        say(f"· {line}", first=4, rest=6)


def _trouble(exchange: Exchange, *, of_url: bool = True) -> bool:
    """Shows why there was no response, and asks whether to use the answer anyway. `of_url`: the user typed the address that
    failed."""
    title, cause, fixes = explain_trouble(exchange)
    say(f"! {title}", rest=4)
    say(cause, first=4, rest=4)
    for fix in fixes:
        # The tenant was typed, not the address: advice about an address would be of no use.
        if of_url or fix.where != "Address":
            say(f"{fix.where}: {fix.text}", first=4, rest=4)
    return ask_yes("Use this answer anyway?", default=False)

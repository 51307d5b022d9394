"""The questions of the wizard: which ones apply, with which text, choices and default. `checking.py` checks the answers.

All of that depends on the answers so far, a mapping by dotted key. It may also hold `SIGN_IN` and `LOGIN`, which are known
while asking but are not part of the answers file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ohif_setup.answers.checking import LOGIN, SIGN_IN, check_answer, is_needed, server_urls, understood
from ohif_setup.answers.keys import KEYS
from ohif_setup.answers.rules import defaults
from ohif_setup.answers.tables.tables import provider_answered
from ohif_setup.kinds import KINDS
from ohif_setup.ohif import versions
from ohif_setup.paste.urls import origin_of, parse_address, port_of
from ohif_setup.providers import PROVIDERS
from ohif_setup.routes import ROUTES, routes_of
from ohif_setup.webservers import WEBSERVERS, web_servers_for

if TYPE_CHECKING:
    from ohif_setup.kinds.kind import Kind, ServerToken
    from ohif_setup.providers.provider import Provider
    from ohif_setup.routes.route import Route
    from ohif_setup.webservers.webserver import WebServer

__all__ = [
    "ASKED",
    "LOGIN",
    "SIGN_IN",
    "Question",
    "applies",
    "asked",
    "check_answer",
    "has_moved",
    "is_needed",
    "kind_so_far",
    "public_url",
    "question",
    "route_so_far",
    "server_urls",
    "understood",
]

ASKED = (
    "server.url",
    "server.route",
    "server.proxy",
    "sign_in.tenant_id",
    "sign_in.authority",
    "sign_in.client_id",
    "sign_in.flow",
    "viewer.url",
    "proxy.url",
    "proxy.listen",
    "proxy.tls_certificate",
    "proxy.tls_key",
    "proxy.orthanc_credentials_file",
    "viewer.folder",
    "viewer.ohif_version",
    "server.uploads",
    "fhir.url",
    "output.directory",
)
"""All questions of `init`, in their order; `asked` omits those that do not apply."""
LATER = ("sign_in.flow",)
"""Questions that move behind the one about uploads if the server needs a token."""


@dataclass(frozen=True)
class Question:
    """One question.

    `default` is an answer as text, or None. `choices` is empty for free text; with `open_choices`, answers outside of it are
    allowed too. An empty answer to an `optional` question means no."""

    key: str
    prompt: str
    hint: str
    default: str | None
    choices: tuple[str, ...]
    optional: bool
    open_choices: bool = False


def asked(so_far: Mapping[str, object]) -> tuple[Question, ...]:
    """The questions that apply with these answers, in their order, including those that are answered already.

    Call it again after each answer: `server.kind`, `server.route`, `server.proxy` and the addresses decide what follows.
    """
    keys = list(ASKED)
    if _token(so_far):
        keys = [key for key in keys if key not in LATER]
        after = keys.index("server.uploads") + 1
        keys[after:after] = LATER
    return tuple(question(key, so_far) for key in keys if applies(key, so_far))


def applies(key: str, so_far: Mapping[str, object]) -> bool:
    """Whether the question for a key applies, with these answers so far."""
    if key not in ASKED:
        return False
    group, _, name = key.partition(".")
    kind, route = kind_so_far(so_far), route_so_far(so_far)
    if group == "sign_in":
        provider = _provider(so_far)
        return provider is not None and name in provider.asks
    if group == "proxy":
        return route.web_server and _of_proxy(name, so_far)
    if group == "fhir":
        return key in kind.asks
    # A single choice is not worth a question.
    if key == "server.route":
        return len(routes_of(kind.name)) > 1
    if key == "server.proxy":
        return len(web_servers_for(route.name)) > 1
    return key != "viewer.folder" or route.serves_viewer


def question(key: str, so_far: Mapping[str, object]) -> Question:
    """The question for one key, with the default and choices that follow from the answers so far."""
    known = KEYS[key]
    default, choices = known.default, known.choices
    if known.shape == "flag":
        default, choices = "yes" if known.default else "no", ("yes", "no")
    if key == "viewer.ohif_version":
        # Newest first; `open_choices`, because other versions work too.
        choices = tuple(reversed(versions.KNOWN))
    elif key == "server.route":
        choices = routes_of(kind_so_far(so_far).name)
    elif key == "server.proxy":
        choices = web_servers_for(route_so_far(so_far).name) or choices
    found = _default(key, so_far)
    return Question(
        key=key,
        prompt=known.title,
        hint=known.own_description,
        default=default if found is None else found,
        choices=choices,
        optional=not is_needed(key, so_far),
        open_choices=key == "viewer.ohif_version",
    )


def public_url(so_far: Mapping[str, object]) -> str:
    """The address at which browsers reach the web server; empty if it is not known yet."""
    return str(so_far.get("proxy.url" if _at_two_origins(so_far) else "viewer.url") or "")


def has_moved(before: Mapping[str, object], now: Mapping[str, object]) -> bool:
    """Whether the route or the public origin of the web server differs from that of the answers `before`.

    An origin that was not known before does not count."""
    old = public_url(before)
    other_route = not route_so_far(before).direct and route_so_far(before) != route_so_far(now)
    return other_route or (bool(old) and _origin(old) != _origin(public_url(now)))


def _origin(text: str) -> str:
    """The origin of a typed address as browsers serialise it; the text itself if it is not an address."""
    try:
        return parse_address(text, http="anywhere").origin
    except ValueError:
        return text


def _of_proxy(name: str, so_far: Mapping[str, object]) -> bool:
    """Whether a question about the web server applies.

    The public address is that of the viewer, or with two origins the web server's own. IIS has the port and certificate in its
    binding. A question with an answer applies even if the address does not call for it, so that the user can change it."""
    bound = _web_server(so_far).binding and not _at_two_origins(so_far)
    public = public_url(so_far)
    if name == "url":
        return _at_two_origins(so_far)
    # Only an address with a port says that the default port is not the right one.
    if name == "listen":
        return bool(port_of(public) or so_far.get("proxy.listen")) and not bound
    if name == "tls_certificate":
        return (public.startswith("https://") or bool(so_far.get("proxy.tls_certificate"))) and not bound
    # Only after a certificate was named, without which a key has no use.
    if name == "tls_key":
        return bool(so_far.get("proxy.tls_certificate")) and not bound
    return name == "orthanc_credentials_file" and bool(so_far.get(LOGIN))


def _default(key: str, so_far: Mapping[str, object]) -> str | None:
    """The default that follows from other answers; None if none does."""
    route, url = route_so_far(so_far), str(so_far.get("server.url") or "")
    # Nothing about the viewer follows from a server that browsers reach by themselves.
    if route.direct:
        return None
    if key == "viewer.url" and route.by_server and url:
        return f"{origin_of(url)}/ohif"
    if key == "viewer.url" and route.web_server and route.serves_viewer:
        return "http://localhost"
    if key == "viewer.folder":
        viewer = str(so_far.get("viewer.url") or _default("viewer.url", so_far) or "")
        return defaults.folder(route.name, _web_server(so_far).name, viewer)
    if key == "proxy.listen":
        port = port_of(public_url(so_far))
        return str(port) if port else None
    return None


def kind_so_far(so_far: Mapping[str, object]) -> Kind:
    """The kind in the answers, or the default kind."""
    return KINDS.get(str(so_far.get("server.kind")), KINDS[KINDS.first])


def route_so_far(so_far: Mapping[str, object]) -> Route:
    """The route in the answers if the kind allows several, or the default route of the kind."""
    fitting = routes_of(kind_so_far(so_far).name)
    given = str(so_far.get("server.route"))
    # An answer for another kind may still be there, so it counts only if this kind leaves a choice.
    if given in ROUTES and len(fitting) > 1:
        return ROUTES[given]
    return ROUTES[fitting[0]]


def _web_server(so_far: Mapping[str, object]) -> WebServer:
    return WEBSERVERS.get(str(so_far.get("server.proxy")), WEBSERVERS[WEBSERVERS.first])


def _at_two_origins(so_far: Mapping[str, object]) -> bool:
    """Whether the web server has another origin than the viewer."""
    return route_so_far(so_far).web_server and not route_so_far(so_far).same_origin


def _token(so_far: Mapping[str, object]) -> ServerToken | None:
    return kind_so_far(so_far).token


def _provider(so_far: Mapping[str, object]) -> Provider | None:
    """The provider that signs people in: the one whose tokens the server needs, else the one chosen or answered so far."""
    token = _token(so_far)
    if token:
        return PROVIDERS[token.provider]
    if so_far.get(SIGN_IN) is not None:
        return PROVIDERS.get(str(so_far[SIGN_IN]))
    # No choice was made: conclude from the sign-in answers, such as those of an imported configuration.
    answered = {key.partition(".")[2]: value for key, value in so_far.items() if key.startswith("sign_in.") and value}
    return provider_answered(answered) if answered else None

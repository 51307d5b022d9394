"""The questions: one model for the prompt, the flag, the variable and the docs. The check is the model's own.

Which questions are asked, and with which defaults, depends on the answers so far: a mapping by dotted key. It may hold
what is no answer but known to whoever asks: `SIGN_IN` and `LOGIN`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ohif_setup.answers import defaults
from ohif_setup.answers.checking import LOGIN, SIGN_IN, check_answer, is_needed, server_urls, understood
from ohif_setup.answers.keys import KEYS
from ohif_setup.answers.urls import origin_of, parse_address, port_of
from ohif_setup.routes import routes_of
from ohif_setup.viewer import versions

__all__ = [
    "ASKED",
    "ASKED_OF_OWN",
    "LOGIN",
    "QUESTIONS",
    "SIGN_IN",
    "Question",
    "applies",
    "asked",
    "check_answer",
    "has_moved",
    "is_needed",
    "public_url",
    "question",
    "server_urls",
    "understood",
]

ASKED = (
    "server.url",
    "sign_in.tenant_id",
    "sign_in.client_id",
    "viewer.url",
    "viewer.ohif_version",
    "server.uploads",
    "sign_in.flow",
    "fhir.url",
    "output.directory",
)
"""What `init` asks for the Azure DICOM service, in this order."""
ASKED_OF_OWN = (
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
    "output.directory",
)
"""What may be asked for Orthanc and other DICOMweb servers, in this order; `asked` leaves away what does not apply."""


@dataclass(frozen=True)
class Question:
    """One question. `default` is the answer as text, or None; `choices` is empty for free text, and where it is not,
    other answers may be right too when `open_choices`; an `optional` question takes an empty answer for no."""

    key: str
    prompt: str
    hint: str
    default: str | None
    choices: tuple[str, ...]
    optional: bool
    open_choices: bool = False


def asked(so_far: Mapping[str, object]) -> tuple[Question, ...]:
    """The questions of a site with these answers, in their order; those answered already are among them.

    Ask again after each answer: `server.kind`, `server.route`, `server.proxy` and the addresses decide what follows.
    """
    keys = ASKED if _kind(so_far) == "azure-dicom" else ASKED_OF_OWN
    return tuple(question(key, so_far) for key in keys if applies(key, so_far))


def applies(key: str, so_far: Mapping[str, object]) -> bool:
    """Whether a key is worth a question, with these answers so far."""
    if _kind(so_far) == "azure-dicom":
        return key in ASKED
    if key not in ASKED_OF_OWN:
        return False
    group, _, name = key.partition(".")
    if group == "sign_in":
        return name in {"entra": ("tenant_id", "client_id", "flow"), "oidc": ("authority", "client_id", "flow")}.get(
            _provider(so_far), ()
        )
    route = _route(so_far)
    if group == "proxy":
        return route != "serve-folders" and _of_proxy(name, so_far)
    if key == "server.proxy":
        return route == "reverse-proxy"  # cors is made for nginx alone
    return key != "viewer.folder" or route != "cors"


def question(key: str, so_far: Mapping[str, object]) -> Question:
    """The question for one key, with the default and the choices that fit the answers so far."""
    known = KEYS[key]
    default = ("yes" if known.default else "no") if known.shape == "flag" else known.default
    choices = ("yes", "no") if known.shape == "flag" else known.choices
    if key == "viewer.ohif_version":
        choices = tuple(reversed(versions.KNOWN))
    elif key == "server.route":
        choices = routes_of(_kind(so_far))
    found = _default(key, so_far)
    return Question(
        key=key,
        prompt=known.title,
        hint=known.description,
        default=default if found is None else found,
        choices=choices,
        optional=not is_needed(key, so_far),
        open_choices=key == "viewer.ohif_version",
    )


def public_url(so_far: Mapping[str, object]) -> str:
    """Where browsers reach the web server; empty while that is open."""
    return str(so_far.get("proxy.url" if _route(so_far) == "cors" else "viewer.url") or "")


def has_moved(before: Mapping[str, object], now: Mapping[str, object]) -> bool:
    """Whether browsers reach the web server by another route than with the answers `before`, or at another origin, where that was
    known."""
    old = public_url(before)
    return _route(before) != _route(now) or (bool(old) and _origin(old) != _origin(public_url(now)))


def _origin(text: str) -> str:
    """The origin as browsers have it, however it was typed; the text itself where it is no address."""
    try:
        return parse_address(text, http="anywhere").origin
    except ValueError:
        return text


def _of_proxy(name: str, so_far: Mapping[str, object]) -> bool:
    """The web server is reached at the viewer's address, or at its own where there are two origins. IIS knows port and
    certificate by itself. What is answered already applies, even where the address does not ask for it."""
    iis = so_far.get("server.proxy") == "iis" and _route(so_far) == "reverse-proxy"
    public = public_url(so_far)
    if name == "url":
        return _route(so_far) == "cors"
    if name == "listen":
        return bool(port_of(public) or so_far.get("proxy.listen")) and not iis
    if name == "tls_certificate":
        return (public.startswith("https://") or bool(so_far.get("proxy.tls_certificate"))) and not iis
    if name == "tls_key":
        return bool(so_far.get("proxy.tls_certificate")) and not iis
    return name == "orthanc_credentials_file" and bool(so_far.get(LOGIN))


def _default(key: str, so_far: Mapping[str, object]) -> str | None:
    """The default that follows from other answers; None where none does."""
    if _kind(so_far) == "azure-dicom":
        return None
    route, url = _route(so_far), str(so_far.get("server.url") or "")
    if key == "viewer.url" and route == "serve-folders" and url:
        return f"{origin_of(url)}/ohif"
    if key == "viewer.url" and route == "reverse-proxy":
        return "http://localhost"
    if key == "viewer.folder":
        viewer = str(so_far.get("viewer.url") or _default("viewer.url", so_far) or "")
        return defaults.folder(route, str(so_far.get("server.proxy") or "nginx"), viewer)
    if key == "proxy.listen":
        port = port_of(public_url(so_far))
        return str(port) if port else None
    return None


def _kind(so_far: Mapping[str, object]) -> str:
    return str(so_far.get("server.kind") or KEYS["server.kind"].default)


def _route(so_far: Mapping[str, object]) -> str:
    return str(so_far.get("server.route") or KEYS["server.route"].default)


def _provider(so_far: Mapping[str, object]) -> str:
    given = so_far.get(SIGN_IN)
    if given is not None:
        return str(given or "")
    if so_far.get("sign_in.tenant_id"):
        return "entra"
    return "oidc" if any(key.startswith("sign_in.") and value for key, value in so_far.items()) else ""


QUESTIONS: tuple[Question, ...] = asked({})
"""The questions for the Azure DICOM service."""

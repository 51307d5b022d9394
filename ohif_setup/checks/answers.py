"""Do the answers fit together? Read only; what is plainly wrong was already refused when they were read."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.answers.rules.defaults import listen, proxy_url
from ohif_setup.checks.check import Check
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.look import Look
from ohif_setup.ohif import versions
from ohif_setup.ohif.keys import DEAD_KEYS
from ohif_setup.paste.urls import DEFAULT_PORTS, host_of, path_of, port_of
from ohif_setup.providers import provider_of
from ohif_setup.routes import reach
from ohif_setup.webservers import web_server_of

ID = "answers"


def look(site: Look) -> None:
    """Nothing: the answers are all there is to see."""


def judge(answers: Answers, seen: None) -> Sequence[Finding]:
    """One finding for each remark, or one that passes."""
    remarks = [*_version(answers), *_listen(answers), *_sign_in(answers), *_extra_keys(answers)]
    return remarks or [Finding(ID, "", "pass", f"{answers.viewer.url}, OHIF {answers.viewer.ohif_version}")]


def _warn(key: str, title: str, symptom: str, cause: str, *fix: Fix) -> Finding:
    return finding_of(ID, key, Fault("", title, symptom, cause, fix, "warn"))


def _version(answers: Answers) -> list[Finding]:
    version = versions.parse(answers.viewer.ohif_version)
    if version > versions.parse(versions.KNOWN[-1]):
        return [
            _warn(
                "viewer.ohif_version",
                f"OHIF {answers.viewer.ohif_version} is newer than what this tool knows ({versions.KNOWN[-1]})",
                "perhaps none",
                f"The configuration is written as for OHIF {versions.KNOWN[-1]}.",
                Fix("Tool", "look for a newer one: pipx upgrade ohif-setup"),
            )
        ]
    if version < (3, 10):
        return [
            _warn(
                "viewer.ohif_version",
                "OHIF 3.9 keeps using an expired token",
                "after about an hour every request fails with 401 until the page is loaded anew",
                "A renewed token is used from OHIF 3.10 on. Builds of 3.9 before 11 December 2024 also ask Microsoft Graph for "
                "the person's details and fail.",
                Fix("Viewer", "use OHIF 3.10 or newer"),
            )
        ]
    return []


def _listen(answers: Answers) -> list[Finding]:
    """Scheme and port that browsers use and those that the web server has, where nothing that the answers know lies in between."""
    own = reach.own_servers(answers)
    web = own and web_server_of(own[0])
    if not web or web.binding:
        return []
    same_origin = reach.same_origin(own[0])
    key, url = "proxy.url", proxy_url(answers)
    if same_origin:
        key, url = "viewer.url", answers.viewer.url
    outside, inside = port_of(url) or DEFAULT_PORTS[url.partition(":")[0]], listen(answers)
    secure_outside, secure_inside = url.startswith("https:"), bool(answers.proxy.tls_certificate)
    if secure_inside and not secure_outside:
        return [_plain_outside(key, url, inside)]
    if secure_outside and not secure_inside:
        # On another port, something that ends TLS may stand before the web server; on the same port there is no room for it.
        return [_plain_inside(key, url, outside)] if outside == inside else []
    if same_origin and outside != inside:
        return [_other_port(outside, inside)]
    return []


def _plain_outside(key: str, url: str, inside: int) -> Finding:
    port = f":{inside}"
    if inside == DEFAULT_PORTS["https"]:
        port = ""
    secure = f"https://{host_of(url)}{port}{path_of(url).rstrip('/')}"
    return _warn(
        key,
        f"{url} is http, but with proxy.tls_certificate the web server speaks https alone",
        'nothing answers there, or "400 The plain HTTP request was sent to HTTPS port"',
        f"Browsers open {key} by http.",
        Fix("Answers", f"ohif-setup set {shlex.quote(f'{key}={secure}')}"),
        Fix("Or", "without TLS: ohif-setup unset proxy.tls_certificate proxy.tls_key"),
    )


def _plain_inside(key: str, url: str, port: int) -> Finding:
    listen_there = "ohif-setup set proxy.listen=PORT, with another port, to which it passes on"
    return _warn(
        key,
        f"{url} is https, but without proxy.tls_certificate the web server speaks plain http on port {port}",
        "the browser says that the site can't provide a secure connection (ERR_SSL_PROTOCOL_ERROR)",
        f"Browsers open {key} by https. Nothing names a certificate, and what ends TLS before the web server cannot have its port.",
        Fix("Answers", "ohif-setup set proxy.tls_certificate=/PATH/TO/CERTIFICATE.pem proxy.tls_key=/PATH/TO/KEY.pem"),
        Fix("Or", f"where something before it ends TLS: {listen_there}"),
    )


def _other_port(outside: int, inside: int) -> Finding:
    return _warn(
        "proxy.listen",
        f"browsers go to port {outside}, the web server listens on {inside}",
        "the viewer's address does not answer, or something else does",
        f"viewer.url names the port {outside}. That fits only where something else passes it on, such as a container.",
        Fix("Answers", f"ohif-setup set proxy.listen={outside}"),
    )


def _sign_in(answers: Answers) -> list[Finding]:
    remarks: list[Finding] = []
    if answers.sign_in is None:
        return remarks
    if "." in answers.sign_in.tenant_id:
        remarks.append(
            _warn(
                "sign_in.tenant_id",
                "the tenant is given as a domain name",
                "none",
                "A domain can move to another tenant; the ID never changes.",
                Fix("Answers", "ohif-setup generate looks the ID up and writes it into the file"),
            )
        )
    if answers.sign_in.flow == "implicit":
        registered = provider_of(answers.sign_in).code_flow
        remarks.append(
            _warn(
                "sign_in.flow",
                "the implicit flow is out of date",
                "people are signed out after about an hour where the browser blocks third-party cookies",
                "Tokens travel in the address line, renewal needs a hidden frame, and OHIF cannot switch the renewal off.",
                Fix("Answers", f'sign_in.flow = "code", {registered}'),
            )
        )
    return remarks


def _extra_keys(answers: Answers) -> list[Finding]:
    remarks = [
        _warn(
            f"ohif.{key}",
            f"{key} does nothing",
            "none",
            f"At that place {DEAD_KEYS[key]}.",
            Fix("Answers", f"remove ohif.{key}"),
        )
        for key in answers.ohif
        if key in DEAD_KEYS
    ]
    dynamic = answers.ohif.get("dangerouslyUseDynamicConfig")
    if isinstance(dynamic, dict) and dynamic.get("enabled"):
        remarks.append(
            _warn(
                "ohif.dangerouslyUseDynamicConfig",
                "a link can replace the whole configuration",
                "none, until somebody sends a link with ?configUrl= in it",
                "The viewer then loads its configuration from that address and sends its token where that says.",
                Fix("Answers", "remove ohif.dangerouslyUseDynamicConfig"),
            )
        )
    return remarks


CHECK = Check(ID, 10, "Do the answers fit together?", look, judge)

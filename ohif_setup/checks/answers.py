"""Do the answers fit together? Warnings only: contradictions were already refused when the answers were read."""

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
from ohif_setup.paste.showing import key_in_path
from ohif_setup.paste.urls import DEFAULT_PORTS, host_of, is_secure, netloc_of, path_of, port_of
from ohif_setup.providers import provider_of
from ohif_setup.routes import reach
from ohif_setup.webservers import web_server_of

ID = "answers"


def look(site: Look) -> None:
    """Nothing to observe: the judgement needs only the answers."""


def judge(answers: Answers, seen: None) -> Sequence[Finding]:
    """One warning for each remark; one pass where there are none."""
    remarks = [
        *_version(answers),
        *_insecure(answers),
        *_key_in_path(answers),
        *_listen(answers),
        *_sign_in(answers),
        *_extra_keys(answers),
    ]
    return remarks or [Finding(ID, "", "pass", f"{answers.viewer.url}, OHIF {answers.viewer.ohif_version}")]


def _warn(key: str, title: str, symptom: str, cause: str, *fix: Fix) -> Finding:
    return finding_of(ID, key, Fault("", title, symptom, cause, fix, "warn"))


def _version(answers: Answers) -> list[Finding]:
    version = versions.parse(answers.viewer.ohif_version)
    # A newer OHIF may rename keys of window.config. That is a guess, so it warns and never fails.
    if version > versions.parse(versions.KNOWN[-1]):
        return [
            _warn(
                "viewer.ohif_version",
                f"OHIF {answers.viewer.ohif_version} is newer than the newest version that this tool knows ({versions.KNOWN[-1]})",
                "possibly none",
                f"The configuration is written for OHIF {versions.KNOWN[-1]}.",
                Fix("Tool", "upgrade it: pipx upgrade ohif-setup"),
            )
        ]
    if version < (3, 10):
        return [
            _warn(
                "viewer.ohif_version",
                "OHIF 3.9 keeps using an expired token",
                "after about an hour every request fails with 401 until the page is reloaded",
                "OHIF uses a renewed token only since 3.10. Builds of 3.9 before 11 December 2024 also ask Microsoft Graph for "
                "the person's details and fail.",
                Fix("Viewer", "use OHIF 3.10 or newer"),
            )
        ]
    return []


def _insecure(answers: Answers) -> list[Finding]:
    """A viewer at http on another machine than the user's own. Where people sign in, the answers are refused."""
    # With a certificate in the answers, `_listen` says that the address is wrong.
    url = next((url for url in (answers.viewer.url, *answers.viewer.extra_urls) if not is_secure(url)), "")
    if not url or answers.proxy.tls_certificate:
        return []
    key, fix = "viewer.url", f"with a certificate: ohif-setup set {shlex.join(_with_certificate(answers))}"
    if is_secure(answers.viewer.url):
        key, fix = "viewer.extra_urls", "serve it over https, and change it in viewer.extra_urls"
    return [
        _warn(
            key,
            f"{url} is no secure page to browsers",
            "none as long as nobody signs in: OHIF lists studies and draws images there",
            "At http:// browsers take only this machine itself (localhost, 127.0.0.1, [::1]) for secure. Elsewhere they keep "
            "crypto.subtle, without which nobody can sign in, and SharedArrayBuffer from the page.",
            Fix("Answers", fix),
        )
    ]


def _with_certificate(answers: Answers) -> list[str]:
    """The changes that put the viewer at https, as KEY=VALUE."""
    url = answers.viewer.url
    changes = [f"viewer.url=https://{netloc_of(url)}{path_of(url).rstrip('/')}"]
    own = reach.own_servers(answers)
    web = own and web_server_of(own[0])
    # A web server with a binding of its own gets the certificate from its administrator.
    if web and not web.binding and reach.same_origin(own[0]):
        changes += ["proxy.tls_certificate=/PATH/TO/CERTIFICATE.pem", "proxy.tls_key=/PATH/TO/KEY.pem"]
    return changes


def _key_in_path(answers: Answers) -> list[Finding]:
    """Addresses that let in whoever has them: a long random part of the path is the key."""
    servers = {f"servers.{number}.url": server.url for number, server in enumerate(answers.servers, 1)}
    if len(servers) == 1:
        servers = {"server.url": answers.server.url}
    found = []
    for key, url in {**servers, "proxy.url": answers.proxy.url}.items():
        segment = key_in_path(url)
        if segment:
            folder = answers.output.directory
            cause = (
                "Who has such an address, as a shared link, needs no sign-in. The answers file is made for git, and the generated "
                "files have the path too, such as app-config.js, which everybody who opens the viewer can read."
            )
            fix = (
                Fix(
                    "Git",
                    f"if it must stay secret, keep the answers file and {folder}/ out of git: list both in .gitignore",
                ),
                Fix("Server", "or give the viewer an address without a key, with a sign-in in front of it"),
            )
            title = f"the path holds what looks like a key ({segment[:4]}…)"
            found.append(_warn(key, title, "none: the viewer works", cause, *fix))
    return found


def _listen(answers: Answers) -> list[Finding]:
    """Compares the scheme and port that browsers use with those that the web server listens on."""
    own = reach.own_servers(answers)
    web = own and web_server_of(own[0])
    # A web server with a binding of its own (IIS) gets scheme and port from its administrator, so there is nothing to compare.
    if not web or web.binding:
        return []
    same_origin = reach.same_origin(own[0])
    key, url = "proxy.url", proxy_url(answers)
    if same_origin:
        key, url = "viewer.url", answers.viewer.url
    # A URL without a port means the default port of its scheme, as in a browser.
    outside, inside = port_of(url) or DEFAULT_PORTS[url.partition(":")[0]], listen(answers)
    secure_outside, secure_inside = url.startswith("https:"), bool(answers.proxy.tls_certificate)
    if secure_inside and not secure_outside:
        return [_plain_outside(key, url, inside)]
    if secure_outside and not secure_inside:
        # On another port, a load balancer in front of the web server may terminate TLS. Two programs cannot share one port.
        return [_plain_inside(key, url, outside)] if outside == inside else []
    # Only for the viewer's own origin: without an explicit value, `proxy.url` of the route `cors` follows from `listen`.
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
        f"{url} is http, but with proxy.tls_certificate the web server speaks only https",
        'nothing answers there, or "400 The plain HTTP request was sent to HTTPS port"',
        f"Browsers open {key} over http.",
        Fix("Answers", f"ohif-setup set {shlex.quote(f'{key}={secure}')}"),
        Fix("Or", "without TLS: ohif-setup unset proxy.tls_certificate proxy.tls_key"),
    )


def _plain_inside(key: str, url: str, port: int) -> Finding:
    listen_there = "ohif-setup set proxy.listen=PORT, with the port that it forwards to"
    return _warn(
        key,
        f"{url} is https, but without proxy.tls_certificate the web server speaks plain http on port {port}",
        "the browser says that the site can't provide a secure connection (ERR_SSL_PROTOCOL_ERROR)",
        f"Browsers open {key} over https. No certificate is configured, and a TLS proxy in front of the web server cannot use the "
        "same port.",
        Fix("Answers", "ohif-setup set proxy.tls_certificate=/PATH/TO/CERTIFICATE.pem proxy.tls_key=/PATH/TO/KEY.pem"),
        Fix("Or", f"if a proxy in front of it terminates TLS: {listen_there}"),
    )


def _other_port(outside: int, inside: int) -> Finding:
    return _warn(
        "proxy.listen",
        f"browsers connect to port {outside}, the web server listens on {inside}",
        "nothing answers at the viewer's address, or another program does",
        f"viewer.url uses port {outside}. That works only if something forwards that port to {inside}, such as a container.",
        Fix("Answers", f"ohif-setup set proxy.listen={outside}"),
    )


def _sign_in(answers: Answers) -> list[Finding]:
    remarks: list[Finding] = []
    if answers.sign_in is None:
        return remarks
    # A tenant ID is a GUID, which has no dot; a verified domain always has one.
    if "." in answers.sign_in.tenant_id:
        remarks.append(
            _warn(
                "sign_in.tenant_id",
                "the tenant is given as a domain name",
                "none",
                "A domain can move to another tenant; the ID never changes.",
                Fix("Answers", "run ohif-setup generate: it looks up the ID and writes it to the file"),
            )
        )
    for name, why in provider_of(answers.sign_in).wants.items():
        if name not in answers.sign_in.extra_parameters:
            remarks.append(
                _warn(
                    f"sign_in.extra_parameters.{name}",
                    f"the sign-in asks for a token without {name}",
                    "a server that checks the token answers 401 after a sign-in that succeeds",
                    f"{why}.",
                    Fix(
                        "Answers",
                        f"ohif-setup set sign_in.extra_parameters.{name}=IDENTIFIER, then ohif-setup generate",
                    ),
                )
            )
    if answers.sign_in.flow == "implicit":
        # Entra ID needs another platform type for the code flow, Keycloak another client setting: the provider knows which.
        registered = provider_of(answers.sign_in).code_flow
        remarks.append(
            _warn(
                "sign_in.flow",
                "the implicit flow is outdated",
                "users are signed out after about an hour if the browser blocks third-party cookies",
                "Tokens are passed in the URL, renewal needs a hidden frame, and OHIF cannot turn the renewal off.",
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
    # Not refused: some sites load their configuration this way on purpose. The token goes wherever the loaded one says.
    dynamic = answers.ohif.get("dangerouslyUseDynamicConfig")
    if isinstance(dynamic, dict) and dynamic.get("enabled"):
        remarks.append(
            _warn(
                "ohif.dangerouslyUseDynamicConfig",
                "a link can replace the whole configuration",
                "none, until a user opens a link with ?configUrl= in it",
                "The viewer then loads its configuration from that address, which decides where the token is sent.",
                Fix("Answers", "remove ohif.dangerouslyUseDynamicConfig"),
            )
        )
    return remarks


CHECK = Check(ID, 10, "Do the answers fit together?", look, judge)

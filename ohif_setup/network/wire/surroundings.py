"""What the environment says of the way out: the proxy, and the CAs to trust. The same variables that requests obeys."""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote
from urllib.request import getproxies

import certifi
import requests.utils
from urllib3.util.ssl_ import create_urllib3_context

from ohif_setup.browser import origin as browsers
from ohif_setup.browser.foreign import parts_of
from ohif_setup.network.wire.exchange import Trouble

_LOGIN = re.compile(r"(?P<scheme>(?:[A-Za-z][A-Za-z0-9+.-]*:)?//|)(?P<login>.*)@", re.DOTALL)
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The first that is set decides; `SSL_CERT_FILE` is not read by requests."""


def proxy_for(url: str) -> str:
    """The proxy for `url` and the variable that names it, as `HTTPS_PROXY=http://proxy:3128`; empty without one."""
    proxy = _proxy_of(url)
    if proxy:
        return f"{_variable(url, proxy, os.environ)}={without_login(proxy)}"
    return ""


def proxy_trouble(url: str) -> Trouble | None:
    """Why nothing is sent to `url` through its proxy: with such a login, libraries take a part of the password for the host."""
    login = _login_of(_proxy_of(url))
    if not re.search(r"[/?#\\\s]", login) and login.isprintable():
        return None
    return Trouble(
        "proxy",
        "its user name or password holds a /, ?, #, a backslash or a blank: write %2F, %3F, %23, %5C or %20 in its place",
    )


def proxy_secrets() -> tuple[str, ...]:
    """What is not to be shown of the proxies in the environment: their logins as they are written and as they are meant, as a whole
    and the passwords alone."""
    logins = [login for proxy in getproxies().values() if (login := _login_of(proxy))]
    forms = [form for login in logins for form in (login, unquote(login))]
    return tuple(dict.fromkeys([*forms, *(form.partition(":")[2] for form in forms)]))


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this very machine by its host alone, as browsers see it (`localhost`, names below it, 127.0.0.0/8,
    ::1, and the addresses that mean the same). No proxy is asked for it: that would ask the proxy's own machine."""
    try:
        host = browsers.parse_address(url).host
    except ValueError:
        return False
    if browsers.is_loopback(host) or host in ("0.0.0.0", "[::]"):  # noqa: S104 - connected to, not listened on
        return True
    try:
        mapped = ipaddress.IPv6Address(host.strip("[]")).ipv4_mapped
    except ValueError:
        return False
    return mapped is not None and mapped.is_loopback


def has_host(proxy: str) -> bool:
    """Whether what `proxy_for` gave names a host at all."""
    return parts_of(proxy.partition("=")[2]).host != ""


def without_login(url: str) -> str:
    """`url` without the user name and the password in it, whatever signs they hold."""
    return _LOGIN.sub(lambda match: match["scheme"], url)


def _login_of(url: str) -> str:
    """The user name and the password in a URL, with the colon between them; empty without any."""
    found = _LOGIN.match(url)
    if found:
        return found["login"]
    return ""


def _proxy_of(url: str) -> str:
    if is_loopback(url):
        return ""
    return requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url, no_proxy=None)) or ""


def ca_bundle(environment: Mapping[str, str]) -> tuple[str, str]:
    """The file or folder of CAs to trust, and the variable that names it: empty for the public list of certifi."""
    for variable in CA_VARIABLES:
        if environment.get(variable):
            return environment[variable], variable
    return certifi.where(), ""


def ca_bundle_trouble(environment: Mapping[str, str]) -> Trouble | None:
    """Why the CAs that the environment names cannot be used; None when they can, or when it names none."""
    path, variable = ca_bundle(environment)
    if not variable:
        return None
    try:
        client_context(path)
    except ssl.SSLError:
        return Trouble("ca-bundle", f"{variable}={path}: it holds no certificate")
    except (OSError, ValueError) as error:
        reason = os.strerror(getattr(error, "errno", 0) or 22)
        return Trouble("ca-bundle", f"{variable}={path}: {reason}")
    return None


def client_context(bundle: str) -> ssl.SSLContext:
    """TLS as urllib3 speaks it, trusting the CAs of a file or folder. Raises OSError when it cannot be read, ssl.SSLError (an
    OSError too) when it holds no certificate."""
    context = create_urllib3_context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    if Path(bundle).is_dir():
        context.load_verify_locations(capath=bundle)
    else:
        context.load_verify_locations(cafile=bundle)
    return context


def _variable(url: str, proxy: str, environment: Mapping[str, str]) -> str:
    scheme = parts_of(url).scheme
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if environment.get(variable) and environment[variable] in (proxy, proxy.partition("://")[2]):
                return variable
    return "the system's proxy"

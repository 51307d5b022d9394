"""The network settings of the environment: the proxy and the trusted CAs, from the same variables that requests reads."""

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

# Up to the last @, because a password may contain an unencoded one. The scheme is optional in these variables.
_LOGIN = re.compile(r"(?P<scheme>(?:[A-Za-z][A-Za-z0-9+.-]*:)?//|)(?P<login>.*)@", re.DOTALL)
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The first one that is set decides. requests does not read `SSL_CERT_FILE`."""


def proxy_for(url: str) -> str:
    """The proxy for `url` and the variable that names it, as `HTTPS_PROXY=http://proxy:3128`; empty if there is none."""
    proxy = _proxy_of(url)
    if proxy:
        return f"{_variable(url, proxy, os.environ)}={without_login(proxy)}"
    return ""


def proxy_trouble(url: str) -> Trouble | None:
    """Why nothing is sent to `url` through its proxy: with such characters in the login, libraries would take a part of the
    password for the host."""
    login = _login_of(_proxy_of(url))
    if not re.search(r"[/?#\\\s]", login) and login.isprintable():
        return None
    return Trouble(
        "proxy",
        "its user name or password contains a /, ?, #, a backslash or a space: write %2F, %3F, %23, %5C or %20 instead",
    )


def proxy_secrets() -> tuple[str, ...]:
    """The secrets of the proxies in the environment: each login, as written and percent-decoded, and each password alone."""
    logins = [login for proxy in getproxies().values() if (login := _login_of(proxy))]
    forms = [form for login in logins for form in (login, unquote(login))]
    return tuple(dict.fromkeys([*forms, *(form.partition(":")[2] for form in forms)]))


def is_loopback(url: str) -> bool:
    """Whether the host of a URL is this machine by definition (`localhost`, its subdomains, 127.0.0.0/8, ::1, and equivalent
    addresses). No proxy is used for it: the proxy would connect to its own machine."""
    try:
        host = browsers.parse_address(url).host
    except ValueError:
        return False
    # Connecting to the unspecified address reaches this machine, too.
    if browsers.is_loopback(host) or host in ("0.0.0.0", "[::]"):  # noqa: S104 - connected to, not listened on
        return True
    # An IPv4-mapped IPv6 address, such as `[::ffff:127.0.0.1]`.
    try:
        mapped = ipaddress.IPv6Address(host.strip("[]")).ipv4_mapped
    except ValueError:
        return False
    return mapped is not None and mapped.is_loopback


def has_host(proxy: str) -> bool:
    """Whether the result of `proxy_for` names a host."""
    return parts_of(proxy.partition("=")[2]).host != ""


def without_login(url: str) -> str:
    """`url` without its user name and password, whatever characters those contain."""
    return _LOGIN.sub(lambda match: match["scheme"], url)


def _login_of(url: str) -> str:
    """The user name and password in a URL, as `name:password`; empty if there are none."""
    found = _LOGIN.match(url)
    if found:
        return found["login"]
    return ""


def _proxy_of(url: str) -> str:
    if is_loopback(url):
        return ""
    return requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url, no_proxy=None)) or ""


def ca_bundle(environment: Mapping[str, str]) -> tuple[str, str]:
    """The file or folder of trusted CAs, and the variable that names it: empty for certifi's public list."""
    for variable in CA_VARIABLES:
        if environment.get(variable):
            return environment[variable], variable
    return certifi.where(), ""


def ca_bundle_trouble(environment: Mapping[str, str]) -> Trouble | None:
    """Why the CAs named by the environment cannot be used; None if they can, or if it names none."""
    path, variable = ca_bundle(environment)
    if not variable:
        return None
    try:
        client_context(path)
    except ssl.SSLError:
        return Trouble("ca-bundle", f"{variable}={path}: it holds no certificate")
    except (OSError, ValueError) as error:
        # A ValueError, as for a path with a NUL, has no errno: report it as "Invalid argument" (22).
        reason = os.strerror(getattr(error, "errno", 0) or 22)
        return Trouble("ca-bundle", f"{variable}={path}: {reason}")
    return None


def client_context(bundle: str) -> ssl.SSLContext:
    """A TLS context like that of urllib3, with the CAs of a file or folder. Raises OSError if it cannot be read, and ssl.SSLError
    (an OSError, too) if it contains no certificate."""
    context = create_urllib3_context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    if Path(bundle).is_dir():
        context.load_verify_locations(capath=bundle)
    else:
        context.load_verify_locations(cafile=bundle)
    return context


def _variable(url: str, proxy: str, environment: Mapping[str, str]) -> str:
    # The scheme's own variable wins over all_proxy, and lower case over upper case. The value may lack the scheme that `proxy` has.
    scheme = parts_of(url).scheme
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if environment.get(variable) and environment[variable] in (proxy, proxy.partition("://")[2]):
                return variable
    return "the system's proxy"

"""What the environment says of the way out: the proxy, and the CAs to trust. The same variables that requests obeys."""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import certifi
import requests.utils
from urllib3.util.ssl_ import create_urllib3_context

from ohif_setup.browser import origin as browsers
from ohif_setup.network.exchange import Trouble

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""The first that is set decides; `SSL_CERT_FILE` is not read by requests."""


def proxy_for(url: str) -> str:
    """The proxy for `url` and the variable that names it, as `HTTPS_PROXY=http://proxy:3128`; empty without one."""
    if is_loopback(url):
        return ""
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url, no_proxy=None))
    if not proxy:
        return ""
    return f"{_variable(url, proxy, os.environ)}={without_password(proxy)}"


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
    try:
        return bool(urlsplit(proxy.partition("=")[2]).hostname)
    except ValueError:
        return False


def without_password(url: str) -> str:
    """`url` without the user name and the password in it, however it is broken otherwise."""
    scheme, mark, rest = url.rpartition("//")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"


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
    except (OSError, ValueError) as error:
        reason = (
            "it holds no certificate"
            if isinstance(error, ssl.SSLError)
            else os.strerror(getattr(error, "errno", 0) or 22)
        )
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
    scheme = urlsplit(url).scheme
    for name in (f"{scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if environment.get(variable, "") in (proxy, proxy.partition("://")[2]):
                return variable
    return "the system's proxy"

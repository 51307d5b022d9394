"""What a network trouble or an odd answer means, in words: the same for every check that meets one."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.sign_in_page import sign_in_at
from ohif_setup.network.wire.certificate import Certificate, host_and_port
from ohif_setup.network.wire.exchange import Exchange, Received, Trouble, TroubleKind, evidence
from ohif_setup.paste.urls import AZURE_ZONES
from ohif_setup.webservers import WEBSERVERS

_CA = "REQUESTS_CA_BUNDLE=/path/to/ca.pem ohif-setup check"
_RENEW = Fix("Server", "renew the certificate")
_CLOCK = Fix("Clock", "if it should be valid: is this machine's clock right?")

_WORDS: dict[TroubleKind, tuple[str, str, tuple[Fix, ...]]] = {
    "dns": (
        "the host name does not resolve",
        "No DNS server that this machine asks knows the name: a typing error, a private network that this machine is not in, "
        "or no network at all.",
        (
            Fix("Address", "look for a typing error{portal}"),
            Fix("Network", "try: getent hosts {host} (Windows: nslookup {host}); connect the VPN"),
        ),
    ),
    "refused": (
        "the connection was refused",
        "The host is there, but nothing listens on that port.",
        (Fix("Server", "start the server, or correct the port in the URL"),),
    ),
    "unreachable": (
        "there is no route to the host",
        "This machine's network cannot reach the address.",
        (Fix("Network", "connect to the network or VPN that the server is in"),),
    ),
    "reset": (
        "the connection was cut",
        "Something accepted the connection and cut it: a firewall, a server that restarts, or https spoken to an http port.",
        (Fix("Network", "try again; if it stays, ask whoever runs the firewall, with the time of this run"),),
    ),
    "timeout": (
        "no answer in time",
        "The server, or something on the way to it, does not answer, or never comes to an end: a firewall that drops packets, "
        "a private endpoint, or a server under load.",
        (Fix("Network", "try again with more time: ohif-setup check --timeout 30"),),
    ),
    "tls-expired": (
        "the certificate has expired",
        "The server shows a certificate whose time is over. Every browser refuses it too.",
        (_RENEW, _CLOCK),
    ),
    "tls-not-yet-valid": (
        "the certificate is not valid yet",
        "Its time begins later than now, by this machine's clock: the clock is behind, or the certificate is too new.",
        (Fix("Clock", "set the clock: timedatectl set-ntp true (Windows: w32tm /resync)"), _RENEW),
    ),
    "tls-wrong-host": (
        "the certificate is for another host",
        "The host name of the URL is not among the names in the certificate. Every browser refuses it too.",
        (
            Fix("Address", "use a host name of the certificate"),
            Fix("Server", "have the certificate issued for this name"),
        ),
    ),
    "tls-untrusted": (
        "the certificate is not trusted here",
        "It is self-signed, or its CA is private, or a proxy of your network replaces certificates with its own, or the server "
        "leaves out its intermediate certificates.",
        (
            Fix("This machine", f"if the CA is yours: {_CA}"),
            Fix("Browsers", "install that CA where people open the viewer"),
        ),
    ),
    "tls-certificate": (
        "the certificate is refused",
        "It, or the CA's, breaks a rule of TLS.",
        (Fix("Server", "have it issued anew by a CA of today"), Fix("This machine", f"if the CA is yours: {_CA}")),
    ),
    "tls": (
        "no TLS connection could be made",
        "The server does not speak https on that port, or only a version of TLS that is no longer accepted.",
        (Fix("Address", "is it https, and the right port?"),),
    ),
    "client-certificate": (
        "a client certificate is asked for",
        "The server, or something in front of it, lets in only who shows a certificate (mutual TLS), and this tool has none.",
        (Fix("Browsers", "do the people who view have such a certificate in their browsers? Ask who runs the server"),),
    ),
    "ca-bundle": (
        "the file of trusted CAs cannot be used",
        "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file or folder that is not there, or holds no certificate.",
        (Fix("This machine", f"correct the variable: {_CA}, or unset it"),),
    ),
    "proxy": (
        "the proxy refuses or does not answer",
        "The proxy did not make the connection.",
        (Fix("This machine", "correct HTTPS_PROXY, or exempt the host: NO_PROXY={host} ohif-setup check"),),
    ),
    "proxy-sign-in": (
        "the proxy wants a sign-in (407)",
        "The proxy on the way asks for a user name and a password.",
        (
            Fix(
                "This machine",
                "put them into HTTPS_PROXY (http://NAME:PASSWORD@HOST:PORT), or exempt the host: "
                "NO_PROXY={host} ohif-setup check",
            ),
            Fix("Network", "ask whoever runs the proxy how programs get through it"),
        ),
    ),
    "endless": (
        "the answer does not end",
        "More than 2 MiB came where a short answer was expected: that is another server, or a page that streams.",
        (Fix("Address", "is the URL the one of the service?"),),
    ),
    "broken": (
        "the answer could not be read",
        "What came is not proper HTTP, or it broke off in the middle.",
        (Fix("Address", "is it the right host and port? Is something in between that changes answers?"),),
    ),
    "address": (
        "the address cannot be used",
        "That is not an address that a request can be sent to.",
        (Fix("Address", "correct it in the answers file, or in the server that hands it out"),),
    ),
}

_TELLING = ("tls", "tls-certificate", "ca-bundle", "proxy", "broken", "address")
"""Kinds where the library's own words say more than ours."""


def is_tls(exchange: Exchange) -> bool:
    """Whether the trouble is one that the check `tls` names."""
    return exchange.trouble is not None and exchange.trouble.kind.startswith(("tls", "ca-bundle"))


def is_plain_to_tls(received: Received) -> bool:
    """Whether a web server says that http was spoken to a port of https."""
    marks = (mark for webserver in WEBSERVERS.values() for mark in webserver.pages.plain_to_tls)
    return received.status == 400 and any(mark in received.body for mark in marks)


def named_by_tls(exchange: Exchange, certificates: Iterable[Certificate]) -> bool:
    """Whether the check `tls` really names this trouble. It may have seen nothing, behind a proxy for instance; then the check
    that met the trouble has to name it."""
    if not is_tls(exchange):
        return False
    place = host_and_port(exchange.sent.url)
    return any(
        certificate.host == place
        and certificate.trouble is not None
        and certificate.trouble.kind.startswith(("tls", "ca-bundle"))
        for certificate in certificates
    )


def short(text: str, limit: int = 200) -> str:
    """A server's text for a sentence: on one line, and not long; cut between words where there are any."""
    line = " ".join(text[: 4 * limit].split())
    if len(line) <= limit:
        return line
    whole, blank, _ = line[: limit + 1].rpartition(" ")
    if blank and len(whole) > limit // 2:
        return f"{whole}…"
    return f"{line[:limit]}…"


def explain_trouble(exchange: Exchange) -> tuple[str, str, tuple[Fix, ...]]:
    """What happened, what it means and what to do, for an exchange without an answer."""
    assert exchange.trouble is not None
    return _explained(exchange.trouble, exchange.sent.url)


def _explained(trouble: Trouble, url: str) -> tuple[str, str, tuple[Fix, ...]]:
    title, cause, fixes = _WORDS[trouble.kind]
    place, host = _place(url)
    if trouble.kind in _TELLING:
        cause += f" ({short(trouble.detail)})"
    if trouble.proxy:
        cause += f" The connection goes through the proxy of {short(trouble.proxy)}."
        if not trouble.kind.startswith("proxy"):
            fixes = (*fixes, Fix("Proxy", "if it is the trouble, exempt the host: NO_PROXY={host} ohif-setup check"))
    portal = "; copy the URL from the portal again" if host.endswith(AZURE_ZONES) else ""
    # A CA file that cannot be used is a fault of this machine, whatever the host.
    if trouble.kind != "ca-bundle":
        title = f"{place}: {title}"
    return (
        title,
        cause,
        tuple(
            Fix(fix.where, fix.text.replace("{host}", shlex.quote(host)).replace("{portal}", portal)) for fix in fixes
        ),
    )


def _place(url: str) -> tuple[str, str]:
    parts = parts_of(url)
    return short(parts.netloc.rpartition("@")[2] or url, 100), short(parts.host or "HOST", 100)


def from_trouble(check: str, subject: str, exchange: Exchange, symptom: str) -> Finding:
    """A failure for an exchange without an answer."""
    title, cause, fix = explain_trouble(exchange)
    return finding_of(check, subject, Fault("", title, symptom, cause, fix), evidence(exchange))


def from_status(check: str, subject: str, exchange: Exchange, symptom: str) -> Finding | None:
    """A failure for an answer that says nothing about the question: a page, a busy or broken server; None for others, and where
    no answer came."""
    words = explain_status(exchange)
    if words is None:
        return None
    title, cause, fix = words
    return finding_of(check, subject, Fault("", title, symptom, cause, fix), evidence(exchange))


def explain_status(exchange: Exchange) -> tuple[str, str, tuple[Fix, ...]] | None:
    """What happened, what it means and what to do, for an answer that says nothing about the question; None for others, and where
    no answer came."""
    received, url = exchange.received, exchange.sent.url
    if received is None:
        return None
    status = received.status
    if status == 407:
        return _explained(Trouble("proxy-sign-in", ""), url)
    if status == 511 or (status == 200 and received.is_html()):
        return (
            f"a web page came instead of data ({status})",
            "Something on the way answers with a page of its own: a network that wants a sign-in first (hotel, guest "
            "network), a proxy's notice, or a web server's index page at a wrong address.",
            (
                Fix(
                    "Network", f"open {_place(url)[0]} in a browser and look at the page; sign in to the network there"
                ),
                Fix("Address", "if the page is the viewer or a web site: correct the URL in the answers file"),
            ),
        )
    if is_plain_to_tls(received):
        return (
            "http was spoken to a port of https (400)",
            "The web server ends TLS on that port, and the address begins with http.",
            (
                Fix(
                    "Answers",
                    "https in the address, or no TLS on that port (proxy.tls_certificate): see the check answers",
                ),
            ),
        )
    if 300 <= status < 400:
        return _redirect_words(received, url)
    if status == 429:
        return (
            "too many requests (429)",
            "The server asks to be left alone for a while.",
            (Fix("Time", _wait(received.header("Retry-After"))),),
        )
    if status >= 500:
        return (
            f"the server is in trouble ({status})",
            "The fault is on the server's side, or a gateway does not reach the server behind it.",
            (
                Fix("Time", _wait(received.header("Retry-After"))),
                Fix("Server", "look at its log and its health page; on Azure: Resource health, Service health"),
            ),
        )
    return None


def _redirect_words(received: Received, url: str) -> tuple[str, str, tuple[Fix, ...]]:
    unfollowed = "A browser's preflight cannot follow that, and a token is never sent along."
    sign_in = sign_in_at(url, received.header("Location"))
    if sign_in:
        return (
            f"redirect ({received.status}) to the sign-in at {sign_in}",
            f"Something on the way wants a sign-in first: a guest network, or a login in front of the service. {unfollowed}",
            (
                Fix("Network", f"open {_place(url)[0]} in a browser: where a guest network asks, sign in there"),
                Fix("Address", "is the URL the one of the service itself, and not of a gateway before it?"),
            ),
        )
    target = short(received.header("Location")) or "(no Location)"
    return (
        f"redirect ({received.status}) to {target}",
        f"The server sends the caller elsewhere. {unfollowed}",
        (Fix("Answers", f"if that address is yours, use it as the URL: {target}"),),
    )


def _wait(retry_after: str) -> str:
    """What to do after the `Retry-After` of an answer: seconds, or a date (RFC 9110, 10.2.3)."""
    if retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 6:
        return f"wait {retry_after} s and try again"
    if retry_after.endswith(" GMT"):
        return f"try again after {short(retry_after, 40)}"
    return "wait a few minutes and try again"

"""What a network trouble or an odd answer means, in words: the same for every check that meets one."""

from __future__ import annotations

from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.network.exchange import Exchange, TroubleKind, evidence

_CA = "REQUESTS_CA_BUNDLE=/path/to/ca.pem ohif-setup check"

_WORDS: dict[TroubleKind, tuple[str, str, tuple[Fix, ...]]] = {
    "dns": (
        "the host name does not resolve",
        "No DNS server that this machine asks knows the name: a typing error, a private network that this machine is not in, "
        "or no network at all.",
        (
            Fix("Address", "copy the URL from the portal again"),
            Fix("Network", "try: getent hosts NAME; connect the VPN"),
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
        "Something accepted the connection and cut it: a firewall, a server that restarts, or http spoken to an https port.",
        (Fix("Network", "try again; if it stays, ask whoever runs the firewall, with the time of this run"),),
    ),
    "timeout": (
        "no answer in time",
        "The server, or something on the way to it, does not answer: a firewall that drops packets, a private endpoint, or a "
        "server under load.",
        (Fix("Network", "try again with more time: ohif-setup check --timeout 30"),),
    ),
    "tls-expired": (
        "the certificate has expired",
        "The server shows a certificate whose time is over. Every browser refuses it too.",
        (Fix("Server", "renew the certificate"), Fix("Clock", "if it should be valid: is this machine's clock right?")),
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
        "It is self-signed, or its CA is private, or a proxy of your network replaces certificates with its own.",
        (
            Fix("This machine", f"if the CA is yours: {_CA}"),
            Fix("Browsers", "install that CA where people open the viewer"),
        ),
    ),
    "tls": (
        "no TLS connection could be made",
        "The server does not speak https on that port, or only a version of TLS that is no longer accepted.",
        (Fix("Address", "is it https, and the right port?"),),
    ),
    "ca-bundle": (
        "the file of trusted CAs cannot be read",
        "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file or folder that is not there.",
        (Fix("This machine", f"correct the variable: {_CA}, or unset it"),),
    ),
    "proxy": (
        "the proxy refuses or does not answer",
        "HTTPS_PROXY or HTTP_PROXY names a proxy that did not make the connection.",
        (Fix("This machine", "correct HTTPS_PROXY, or exempt the host: NO_PROXY=HOST ohif-setup check"),),
    ),
    "proxy-sign-in": (
        "the proxy wants a sign-in (407)",
        "The proxy that HTTPS_PROXY names asks for a user name and a password.",
        (Fix("This machine", "put them into HTTPS_PROXY, or exempt the host: NO_PROXY=HOST ohif-setup check"),),
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
        "The URL is not one that a request can be sent to.",
        (Fix("Address", "correct it in the answers file"),),
    ),
}


def is_tls(exchange: Exchange) -> bool:
    """Whether the trouble is one that the check `tls` names."""
    return exchange.trouble is not None and exchange.trouble.kind.startswith(("tls", "ca-bundle"))


def explain_trouble(exchange: Exchange) -> tuple[str, str, tuple[Fix, ...]]:
    """What happened, what it means and what to do, for an exchange without an answer."""
    assert exchange.trouble is not None
    return _WORDS[exchange.trouble.kind]


def from_trouble(check: str, subject: str, exchange: Exchange, symptom: str) -> Finding:
    """A failure for an exchange without an answer."""
    title, cause, fix = explain_trouble(exchange)
    return Finding(check, subject, "fail", title, symptom=symptom, cause=cause, fix=fix, evidence=evidence(exchange))


def from_status(check: str, subject: str, exchange: Exchange, symptom: str) -> Finding | None:
    """A failure for an answer that says nothing about the question: a page, a busy or broken server; None for others."""
    received = exchange.received
    assert received is not None
    status = received.status

    def fail(title: str, cause: str, *fix: Fix) -> Finding:
        return Finding(
            check, subject, "fail", title, symptom=symptom, cause=cause, fix=fix, evidence=evidence(exchange)
        )

    if status == 407:
        title, cause, ways = _WORDS["proxy-sign-in"]
        return fail(title, cause, *ways)
    if status in (511,) or (status == 200 and received.is_html()):
        return fail(
            "a web page came instead of data",
            "Something on the way answers with a page of its own: a network that wants a sign-in first (hotel, guest "
            "network), a proxy's notice, or a web server's index page at a wrong address.",
            Fix("Network", "open the URL in a browser and look at the page"),
            Fix("Address", "if the page is the viewer or a web site: correct the URL in the answers file"),
        )
    if 300 <= status < 400:
        target = received.header("Location") or "(no Location)"
        return fail(
            f"redirect ({status}) to {target}",
            "The server sends the caller elsewhere. A browser's preflight cannot follow that, and a token is never sent along.",
            Fix("Answers", f"if that address is yours, use it as the URL: {target}"),
        )
    if status == 429:
        wait = received.header("Retry-After")
        return fail(
            "too many requests (429)",
            "The server asks to be left alone for a while.",
            Fix("Time", f"wait {wait} s and try again" if wait.isdigit() else "wait a few minutes and try again"),
        )
    if status >= 500:
        return fail(
            f"the server is in trouble ({status})",
            "The fault is on the server's side, or a gateway does not reach the server behind it.",
            Fix("Time", "try again in a few minutes"),
            Fix("Server", "look at its log and its health page; on Azure: Service health"),
        )
    return None

"""What a network trouble or an unexpected answer means, in words: the same for every check that meets one."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import replace

from ohif_setup.browser.foreign import parts_of
from ohif_setup.checks.fault import Fault, finding_of
from ohif_setup.checks.finding import Finding, Fix
from ohif_setup.checks.redirects import CHANGES, turn_of
from ohif_setup.checks.sign_in_page import sign_in_at
from ohif_setup.checks.speakers import Spoken, fault_spoken_by
from ohif_setup.checks.speakers.proxies import EXEMPT
from ohif_setup.network.wire.certificate import Certificate, host_and_port
from ohif_setup.network.wire.exchange import Exchange, Received, Trouble, TroubleKind, evidence
from ohif_setup.paste.urls import AZURE_ZONES
from ohif_setup.webservers import WEBSERVERS

_CA = "REQUESTS_CA_BUNDLE=/path/to/ca.pem ohif-setup check"
_RENEW = Fix("Server", "renew the certificate")
_CLOCK = Fix("Clock", "if it should be valid: is this machine's clock right?")

# For each kind of trouble: title, cause and fixes. `{host}` and `{portal}` are filled in by `_explained`.
_WORDS: dict[TroubleKind, tuple[str, str, tuple[Fix, ...]]] = {
    "dns": (
        "the host name does not resolve",
        "The DNS servers of this machine do not know the name: a typo, a private network that this machine is not connected to, "
        "or no network at all.",
        (
            Fix("Address", "check the spelling{portal}"),
            Fix("Network", "try: getent hosts {host} (Windows: nslookup {host}); connect to the VPN"),
        ),
    ),
    "refused": (
        "the connection was refused",
        "The host is up, but nothing listens on that port.",
        (Fix("Server", "start the server, or correct the port in the URL"),),
    ),
    "unreachable": (
        "no route to the host",
        "This machine's network cannot reach the address.",
        (Fix("Network", "connect to the network or VPN that the server is in"),),
    ),
    "reset": (
        "the connection was reset",
        "The connection was accepted and then closed: by a firewall, by a server that is restarting, or because https was sent to "
        "an http port.",
        (
            Fix(
                "Network",
                "try again; if it fails again, ask the firewall's administrator and give the time of this run",
            ),
        ),
    ),
    "timeout": (
        "no answer in time",
        "The server, or something on the way to it, does not answer or does not finish its answer: a firewall that drops packets, "
        "a private endpoint, or a server under load.",
        (Fix("Network", "try again with more time: ohif-setup check --timeout 30"),),
    ),
    "tls-expired": (
        "the certificate has expired",
        "The server presents a certificate that is no longer valid. Every browser refuses it too.",
        (_RENEW, _CLOCK),
    ),
    "tls-not-yet-valid": (
        "the certificate is not valid yet",
        "By this machine's clock it becomes valid later: the clock is behind, or the certificate is too new.",
        (Fix("Clock", "set the clock: timedatectl set-ntp true (Windows: w32tm /resync)"), _RENEW),
    ),
    "tls-wrong-host": (
        "the certificate is for another host",
        "The certificate does not contain the host name of the URL. Every browser refuses it too.",
        (
            Fix("Address", "use a host name that the certificate contains"),
            Fix("Server", "get a certificate for this name"),
        ),
    ),
    "tls-untrusted": (
        "the certificate is not trusted here",
        "It is self-signed, its CA is private, a proxy in your network replaces certificates with its own, or the server does not "
        "send its intermediate certificates.",
        (
            Fix("This machine", f"if the CA is yours: {_CA}"),
            Fix("Browsers", "install that CA on every machine that opens the viewer"),
        ),
    ),
    "tls-certificate": (
        "the certificate is invalid",
        "The certificate, or that of its CA, violates a rule of TLS.",
        (Fix("Server", "get a new one from an up-to-date CA"), Fix("This machine", f"if the CA is yours: {_CA}")),
    ),
    "tls": (
        "no TLS connection could be made",
        "The server does not speak https on that port, or only a version of TLS that is no longer accepted.",
        (Fix("Address", "check the port, and whether the server speaks https"),),
    ),
    "client-certificate": (
        "a client certificate is required",
        "The server, or something in front of it, requires a client certificate (mutual TLS), and this tool has none.",
        (Fix("Browsers", "ask the server's administrator whether the users' browsers have such a certificate"),),
    ),
    "ca-bundle": (
        "the file of trusted CAs cannot be used",
        "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file or folder that does not exist or contains no certificate.",
        (Fix("This machine", f"correct the variable: {_CA}, or unset it"),),
    ),
    "proxy": (
        "the proxy refused the connection or did not answer",
        "The proxy did not connect to the host.",
        (Fix("This machine", "correct HTTPS_PROXY, or exempt the host: NO_PROXY={host} ohif-setup check"),),
    ),
    "proxy-sign-in": (
        "the proxy requires a login (407)",
        "The proxy on the way asks for a user name and a password.",
        (
            Fix(
                "This machine",
                "put them into HTTPS_PROXY (http://NAME:PASSWORD@HOST:PORT), or exempt the host: "
                "NO_PROXY={host} ohif-setup check",
            ),
            Fix("Network", "ask the proxy's administrator how programs authenticate"),
        ),
    ),
    "endless": (
        "the answer does not end",
        "More than 2 MiB arrived where a short answer was expected: this is another server, or a page that streams.",
        (Fix("Address", "check that the URL is that of the service"),),
    ),
    "broken": (
        "the answer could not be read",
        "The answer is not valid HTTP, or it was cut off.",
        (Fix("Address", "check the host and the port, and whether a proxy in between changes answers"),),
    ),
    "coding": (
        "the body is not what its Content-Encoding says",
        "Browsers refuse such an answer: ERR_CONTENT_DECODING_FAILED. A header names the coding of what is not compressed, or a "
        "proxy in between that unpacks or packs and leaves the header.",
        (
            Fix(
                "Web server",
                "leave Content-Encoding to the module that compresses: remove the line that sets it by hand (add_header, Header "
                "set, metadata of the stored file), then look again: curl -sI -H 'Accept-Encoding: gzip' {url}",
            ),
        ),
    ),
    "cut": (
        "the answer was cut off",
        "Fewer bytes came than were announced, and browsers refuse such an answer: ERR_CONTENT_LENGTH_MISMATCH or "
        "ERR_INCOMPLETE_CHUNKED_ENCODING. A proxy that cannot buffer it (disk full, temporary folder not writable), a file that "
        "changed while it was sent, or a Content-Length set by hand.",
        (
            Fix(
                "Web server",
                "read its error log at the time of this run, and df -h; remove a Content-Length set by hand",
            ),
        ),
    ),
    "address": (
        "the address cannot be used",
        "No request can be sent to such an address.",
        (Fix("Address", "correct it in the answers file, or in the server that gave it"),),
    ),
}

_TELLING = ("tls", "tls-certificate", "ca-bundle", "proxy", "broken", "coding", "cut", "address")
"""Kinds where the library's own text adds to ours, such as the OpenSSL reason."""


def is_tls(exchange: Exchange) -> bool:
    """Whether the trouble is one that the check `tls` reports."""
    return exchange.trouble is not None and exchange.trouble.kind.startswith(("tls", "ca-bundle"))


def is_plain_to_tls(received: Received) -> bool:
    """Whether a web server says that http was sent to its https port."""
    marks = (mark for webserver in WEBSERVERS.values() for mark in webserver.pages.plain_to_tls)
    return received.status == 400 and any(mark in received.body for mark in marks)


def named_by_tls(exchange: Exchange, certificates: Iterable[Certificate]) -> bool:
    """Whether the check `tls` really reports this trouble. If it could not see the certificate, for example behind a proxy, the
    check that met the trouble has to report it."""
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
    """A server's text for use in a sentence: one line of at most `limit` characters, cut between words where possible."""
    # Cut before splitting, because the text may be megabytes long. Four times the limit leaves room for runs of blanks.
    line = " ".join(text[: 4 * limit].split())
    if len(line) <= limit:
        return line
    whole, blank, _ = line[: limit + 1].rpartition(" ")
    if blank and len(whole) > limit // 2:
        return f"{whole}…"
    return f"{line[:limit]}…"


def explain_trouble(exchange: Exchange) -> tuple[str, str, tuple[Fix, ...]]:
    """Title, cause and fixes for an exchange without an answer."""
    assert exchange.trouble is not None
    return _explained(exchange.trouble, exchange.sent.url)


def _explained(trouble: Trouble, url: str) -> tuple[str, str, tuple[Fix, ...]]:
    title, cause, fixes = _WORDS[trouble.kind]
    place, host = _place(url)
    if trouble.kind in _TELLING:
        cause += f" ({short(trouble.detail)})"
    # The proxy is named even where the trouble looks like the server's: through a proxy, both look the same from here.
    if trouble.proxy:
        cause += f" The connection goes through the proxy of {short(trouble.proxy)}."
        if not trouble.kind.startswith("proxy"):
            fixes = (
                *fixes,
                Fix("Proxy", "if the proxy is the cause, exempt the host: NO_PROXY={host} ohif-setup check"),
            )
    # Without a query and without a login, either of which may be secret.
    shown = shlex.quote(short(f"{url.partition('://')[0]}://{place}{parts_of(url).path}"))
    portal = "; copy the URL from the portal again" if host.endswith(AZURE_ZONES) else ""
    # An unusable CA file is a fault of this machine and has nothing to do with the host.
    if trouble.kind != "ca-bundle":
        title = f"{place}: {title}"
    return (
        title,
        cause,
        # Quoted, because people paste these commands and the host name comes from an answer or a redirect. Not `str.format`:
        # braces in a command, such as those of a JSON text, would break it.
        tuple(
            Fix(fix.where, fix.text.replace("{portal}", portal).replace("{url}", shown))
            for fix in _at_host(fixes, host)
        ),
    )


def _at_host(fixes: Iterable[Fix], host: str) -> tuple[Fix, ...]:
    """The fixes with the host in them, quoted for a shell."""
    return tuple(Fix(fix.where, fix.text.replace("{host}", shlex.quote(host))) for fix in fixes)


def _place(url: str) -> tuple[str, str]:
    """Host with port, and host, for a sentence; never with the user name and password of the address."""
    parts = parts_of(url)
    return short(parts.netloc.rpartition("@")[2] or url, 100), short(parts.host or "HOST", 100)


def from_trouble(check: str, subject: str, exchange: Exchange, symptom: str) -> Finding:
    """A failure for an exchange without an answer."""
    title, cause, fix = explain_trouble(exchange)
    return finding_of(check, subject, Fault("", title, symptom, cause, fix), evidence(exchange))


def from_status(check: str, subject: str, exchange: Exchange, symptom: str) -> Finding | None:
    """A failure for an answer that does not answer the question: a web page, a busy or broken server. None for any other answer,
    and if no answer came."""
    words = explain_status(exchange)
    if words is None:
        return None
    title, cause, fix = words
    spoken = fault_spoken_by(exchange)
    if spoken is None:
        return finding_of(check, subject, Fault("", title, symptom, cause, fix), evidence(exchange))
    shown = evidence(exchange) | {"answered_by": spoken.speaker.name}
    if not spoken.saying.for_people:
        return finding_of(check, subject, Fault("", title, symptom, cause, fix), shown)
    # A browser may get past it, so this is no failure; but what lies behind was not seen.
    unproven = finding_of(check, subject, Fault("", title, symptom, cause, fix, "warn"), shown)
    return replace(unproven, unseen=f"what lies behind {spoken.speaker.name}: it asks for a person")


def from_speaker(check: str, subject: str, exchange: Exchange, symptom: str) -> Finding | None:
    """A failure for an answer that something on the way wrote in place of the site; None for any other."""
    if fault_spoken_by(exchange) is None:
        return None
    return from_status(check, subject, exchange, symptom)


def explain_speaker(exchange: Exchange, spoken: Spoken) -> tuple[str, str, tuple[Fix, ...]]:
    """Title, cause and fixes for an answer that something on the way wrote."""
    received, saying, name = exchange.received, spoken.saying, spoken.speaker.name
    assert received is not None
    fixes = saying.fixes
    if spoken.speaker.role == "proxy":
        # The variable that names a proxy says more than its program, which is in `Server`.
        if exchange.proxy:
            name, fixes = f"the proxy of {short(exchange.proxy)}", (EXEMPT, *fixes)
        if received.header("Server"):
            name += f" (Server: {short(received.header('Server'), 60)})"
    title = f"{saying.title.replace('{name}', name)} ({received.status})"
    cause = saying.cause.replace("{method}", exchange.sent.method)
    return title, cause, _at_host(fixes, _place(exchange.sent.url)[1])


def explain_status(exchange: Exchange) -> tuple[str, str, tuple[Fix, ...]] | None:
    """Title, cause and fixes for an answer that does not answer the question. None for any other answer, and if no answer came.

    401, 403 and 404 are answers: what they mean depends on the check.
    """
    received, url = exchange.received, exchange.sent.url
    if received is None:
        return None
    status = received.status
    if status == 407:
        return _explained(Trouble("proxy-sign-in", "", exchange.proxy), url)
    spoken = fault_spoken_by(exchange)
    if spoken:
        return explain_speaker(exchange, spoken)
    # 511 is the status for captive portals (RFC 6585), but most of them answer 200 with a page.
    if status == 511 or (status == 200 and received.is_html()):
        return (
            f"a web page was returned instead of data ({status})",
            "Something on the way answers with a page of its own: a network that requires a sign-in first (hotel, guest "
            "network), a proxy's notice, or a web server's index page because the address is wrong.",
            (
                Fix("Network", f"open {_place(url)[0]} in a browser; if the network asks for a sign-in, sign in there"),
                Fix("Address", "if the page is the viewer or a web site: correct the URL in the answers file"),
            ),
        )
    if is_plain_to_tls(received):
        return (
            "http was sent to an https port (400)",
            "The web server expects TLS on that port, and the address begins with http.",
            (
                Fix(
                    "Answers",
                    "use https in the address, or no TLS on that port (proxy.tls_certificate): see the check answers",
                ),
            ),
        )
    if 300 <= status < 400:
        return _redirect_words(exchange, received)
    if status == 429:
        return (
            "too many requests (429)",
            "The server limits the rate of requests.",
            (Fix("Time", _wait(received.header("Retry-After"))),),
        )
    if status >= 500:
        return (
            f"the server reports an internal error ({status})",
            "The fault is on the server's side, or a gateway cannot reach the server behind it.",
            (
                Fix("Time", _wait(received.header("Retry-After"))),
                Fix("Server", "read its log and its health page; on Azure: Resource health, Service health"),
            ),
        )
    return None


def _redirect_words(exchange: Exchange, received: Received) -> tuple[str, str, tuple[Fix, ...]]:
    url = exchange.sent.url
    # The Fetch standard makes a redirect of a preflight a network error, and removes Authorization across origins.
    unfollowed = "A browser's preflight does not follow redirects, and the token is not sent to the new address."
    sign_in = sign_in_at(url, received.header("Location"))
    if sign_in:
        return (
            f"redirect ({received.status}) to the sign-in at {sign_in}",
            f"Something on the way requires a sign-in first: a guest network, or a login in front of the service. {unfollowed}",
            (
                Fix(
                    "Network",
                    f"open {_place(url)[0]} in a browser; if a guest network asks for a sign-in, sign in there",
                ),
                Fix("Address", "check that the URL is that of the service itself, not of a gateway in front of it"),
            ),
        )
    target, turn = short(received.header("Location")) or "(no Location)", turn_of(exchange)
    cause = CHANGES[turn] or "The server redirects to another address."
    # Who redirects: the web server of the site, the server behind it, or something in front.
    who = short(received.header("Server"), 60)
    if who:
        cause += f" It calls itself {who}."
    fix = Fix("Answers", f"if that address is yours, use it as the URL: {target}")
    if turn == "loop":
        fix = Fix("Web server", "redirect to https only where X-Forwarded-Proto is http, or let what is in front do it")
    elif turn == "slash":
        # OHIF adds /studies to the root, and no root changes how that ends.
        fix = Fix("Server", "let it answer the path as OHIF asks for it, or have the web server in front rewrite it")
        unfollowed = "A browser follows it within the viewer's origin; a preflight follows no redirect."
    fixes: tuple[Fix, ...] = (fix,)
    if turn == "origin":
        fixes = (fix, Fix("Network", f"if not: is this a guest network? Open http://{_place(url)[1]}/ in a browser"))
    return f"redirect ({received.status}) to {target}", f"{cause} {unfollowed}", fixes


def _wait(retry_after: str) -> str:
    """What to do about the `Retry-After` of an answer: seconds, or a date (RFC 9110, 10.2.3)."""
    # The header comes from outside: anything but a plausible number of seconds or a date is ignored.
    if retry_after.isascii() and retry_after.isdecimal() and len(retry_after) < 6:
        return f"wait {retry_after} s and try again"
    if retry_after.endswith(" GMT"):
        return f"try again after {short(retry_after, 40)}"
    return "wait a few minutes and try again"

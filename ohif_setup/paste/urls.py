"""Addresses: how a browser normalises them, and which ones the tool accepts. Pure.

Every fault is a ValueError whose text completes a sentence that begins with the value.

Normalised as in the WHATWG URL standard: lower-case scheme and host, host names in Punycode, no default port.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal

import idna

from ohif_setup.paste import pasted

LOOPBACK_NAME = "localhost"
AZURE_ZONES = (".azurehealthcareapis.com", ".azurehealthcareapis.us")
DEFAULT_PORTS = {"http": 80, "https": 443}
# `host:8042/path` has no scheme: digits up to the end or the path are a port.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?=//|(?!\d+(?:[/?#]|$)))")
# One label of a host name. Browsers allow underscores, although DNS host names do not have them.
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# {tenant}, <workspace>, [name]; %7b is { as a browser copies it.
_PLACEHOLDER = re.compile(r"[{<\[][A-Za-z][\w .-]*[}>\]]|%7b|\$[({]", re.IGNORECASE)


@dataclass(frozen=True)
class HttpAddress:
    """An absolute http(s) address. `host` as in an origin (`[::1]` with brackets), `port` None when it is the
    scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str

    @property
    def origin(self) -> str:
        """The serialised origin, as a browser sends it."""
        if self.port is None:
            return f"{self.scheme}://{self.host}"
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def segments(self) -> list[str]:
        """The segments of the path, without the empty ones that slashes at its ends make."""
        path = self.path.strip("/")
        if not path:
            return []
        return path.split("/")


Http = Literal["never", "loopback", "anywhere"]


def parse_address(text: str, *, http: Http = "loopback") -> HttpAddress:
    """The parts of an address that has only scheme, host, port and path. `http` says where that scheme is allowed; a missing
    `https://` is added where that is the only one that can be meant."""
    text = _with_scheme(_one_line(pasted.bounded(text)), http)
    scheme, rest = text.split("://", 1)
    scheme = scheme.lower()
    authority, path = _split_rest(rest)
    host, port = _split_port(authority)
    host = _normal_host(host)
    if scheme == "http" and not (http == "anywhere" or (http == "loopback" and is_loopback(host))):
        raise ValueError(_why_https(host, http))
    # A browser leaves the default port out of the Origin header, so it must not be in the origin.
    return HttpAddress(scheme, host, None if port == DEFAULT_PORTS[scheme] else port, path)


def is_loopback(host: str) -> bool:
    """True for `localhost`, 127.0.0.0/8, `[::1]` and `::1`, where browsers take http for secure. Not for names below `localhost`,
    which browsers take for secure too: Entra ID takes none of them."""
    if host == LOOPBACK_NAME:
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    # is_loopback is also true for ::ffff:127.0.0.1 in newer versions of Python.
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def ip_version(host: str) -> int | None:
    """4 or 6 for an IP address, with brackets or without; None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]")).version
    except ValueError:
        return None


def origin_of(url: str) -> str:
    """The origin of a normalised address."""
    scheme, rest = url.split("://", 1)
    return f"{scheme}://{rest.split('/', 1)[0]}"


def netloc_of(url: str) -> str:
    """Host and port of an address that need not be normalised: in lower case, without a login."""
    return re.split(r"[/?#]", url.split("://", 1)[-1], maxsplit=1)[0].rpartition("@")[2].lower()


def host_of(url: str) -> str:
    """As `netloc_of`, without the port: `[::1]` with brackets."""
    netloc = netloc_of(url)
    if netloc.startswith("["):
        return netloc[: netloc.find("]") + 1]
    return netloc.partition(":")[0]


def port_of(url: str) -> int | None:
    """The port that a normalised address names; None when it has the scheme's own."""
    # Behind the last ], because the colons of an IPv6 address are no port.
    port = url.split("://", 1)[-1].split("/", 1)[0].rpartition("]")[2].rpartition(":")[2]
    if port.isdecimal() and ":" in url.split("://", 1)[-1].rpartition("]")[2]:
        return int(port)
    return None


def path_of(url: str) -> str:
    """The path of a normalised address; `/` when it has none."""
    return "/" + url.split("://", 1)[1].partition("/")[2]


def _one_line(text: str) -> str:
    text = pasted.trimmed(text)
    # <https://...> is how mail programs and Markdown delimit an address.
    if text.startswith("<") and text.endswith(">"):
        text = pasted.unwrapped(text)
    if not text:
        raise ValueError("is empty")
    if _PLACEHOLDER.search(text) or pasted.placeholder_in(text) or pasted.is_placeholder(text):
        raise ValueError("is still a placeholder: replace it with the real address")
    if pasted.has_control_characters(text):
        raise ValueError("contains a line break or another control character")
    if any(character.isspace() for character in text):
        raise ValueError("contains a space: give the address and nothing else")
    if "\\" in text:
        raise ValueError("contains a backslash: write the address with /")
    return text


def _with_scheme(text: str, http: Http) -> str:
    match = _SCHEME.match(text)
    if match:
        if match[1].lower() not in DEFAULT_PORTS:
            raise ValueError(
                f"begins with {match[1][:20]}:, which browsers cannot use here: an address begins with https://"
            )
        if not text[match.end() :].startswith("//"):
            raise ValueError(f"has no // after the scheme: an address begins with {match[1].lower()}://")
        return text
    # Only to find out which scheme may be added; the host is checked in full later.
    host = re.split(r"[/?#]", text.removeprefix("//"), maxsplit=1)[0].rpartition("@")[2]
    name = host if host.startswith("[") else host.partition(":")[0]
    # http and https are both possible here, and a guess could be wrong, so the user has to say.
    if http == "anywhere" or name.lower() == LOOPBACK_NAME or name.startswith(("127.", "[")):
        choice = "http:// or https://"
        if http == "never":
            choice = "https://"
        raise ValueError(f"has no scheme: write {choice} before it")
    if "." not in name:
        raise ValueError("is not an address: it begins with https:// and a host name")
    return f"https://{text.removeprefix('//')}"


def _split_rest(rest: str) -> tuple[str, str]:
    # A fragment comes last, so it has to be looked for before the query.
    if "#" in rest:
        raise ValueError("has a part after #, which is never sent to a server: remove that part")
    if "?" in rest:
        raise ValueError("has a part after ?, as a link to one page has: give the address up to the question mark")
    authority, slash, path = rest.partition("/")
    if "@" in authority:
        raise ValueError(
            "has a user name before an @. Browsers do not send it, and passwords do not belong here: remove the part before the @"
        )
    return authority, slash + path


def _split_port(authority: str) -> tuple[str, int | None]:
    bracketed = authority.startswith("[")
    # The index of the last character of the host; -2 if there is no colon, that is, no port.
    end = authority.find("]") if bracketed else authority.find(":") - 1
    if bracketed and end < 0:
        raise ValueError("has an opening [ without its ]: an IPv6 address is written as https://[::1]")
    if not bracketed and end < -1:
        return authority, None
    # `[` is mandatory around IPv6 in a URL (RFC 3986), or its end is indistinguishable from a port.
    if not bracketed and authority.count(":") > 1:
        raise ValueError(
            "has more than one colon in its host: an IPv6 address needs brackets, as in https://[::1]:8443"
        )
    host, port = authority[: end + 1], authority[end + 1 :]
    # `https://host:` is valid, and browsers drop the colon.
    if port in ("", ":"):
        return host, None
    digits = port[1:]
    if port[0] != ":" or not re.fullmatch(r"[0-9]{1,8}", digits):
        raise ValueError("has a port that is not a number")
    # Up to eight digits are parsed, so 000443 works, as in browsers.
    if not 0 < int(digits) < 65536:
        raise ValueError("has a port out of range: ports go from 1 to 65535")
    return host, int(digits)


def _normal_host(host: str) -> str:
    if not host:
        raise ValueError("has no host name")
    if host.startswith("["):
        return _normal_ipv6(host[1:-1])
    if "%" in host:
        raise ValueError("has a percent sign in its host name")
    name = host.lower() if host.isascii() else _punycode(host)
    # The fully qualified form is valid DNS, but another origin than the one without the full stop.
    if name.endswith("."):
        raise ValueError(
            "has a full stop at the end of its host name. To a browser that is another site: remove the full stop"
        )
    labels = name.split(".")
    # The URL standard takes a host whose last label is a number for an IPv4 address.
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        return _normal_ipv4(name)
    # `*` passes here; each caller refuses it with its own advice.
    if len(name) > 253 or not all(label == "*" or _LABEL.fullmatch(label) for label in labels):
        raise ValueError("has an invalid host name: use letters, digits and hyphens, separated by single full stops")
    return name


def _punycode(host: str) -> str:
    try:
        # UTS #46 without transitional processing, as in browsers: ß stays ß.
        return idna.encode(host, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError("has a host name that the domain name system does not allow") from error


def _normal_ipv4(name: str) -> str:
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError:
        raise ValueError("has a host that is neither a name nor an IP address such as 192.0.2.7") from None


def _normal_ipv6(text: str) -> str:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        raise ValueError("has between [ and ] what is not an IPv6 address") from None
    if address.scope_id is not None:
        raise ValueError("has a zone (after %) in its IPv6 address, which browsers refuse")
    if address.ipv4_mapped is not None:
        # Python writes ::ffff:192.0.2.1, browsers write ::ffff:c000:201.
        number = int(address.ipv4_mapped)
        return f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]"
    return f"[{address}]"


def is_secure(url: str) -> bool:
    """Whether a browser takes a normalised address for a secure context: https, or this machine itself."""
    return url.startswith("https://") or is_loopback(host_of(url))


def why_https(url: str) -> str:
    """Why an address on another machine must not begin with http:// if people sign in there; completes a sentence."""
    return _why_https(host_of(url), "loopback")


def _why_https(host: str, http: Http) -> str:
    if http == "never":
        return "begins with http://. Sign-in needs https://, on this machine too, because tokens pass over it"
    if is_loopback(host):
        return "begins with http://: write https://"
    return (
        "begins with http://. Only https:// keeps tokens and images safe on the way, and browsers sign nobody "
        "in without it; "
        "http:// is allowed on this machine alone (localhost, 127.0.0.1, [::1])"
    )

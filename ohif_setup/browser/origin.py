"""Origins and addresses, read as a browser reads them (https://url.spec.whatwg.org/)."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from ohif_setup.browser.values import Engine

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Browsers accept any number of slashes and backslashes after the scheme, none included: `https:host` and `https:\\host` are URLs.
_URL = re.compile(r"(https?):[/\\]*([^/\\?#]*)(.*)", re.IGNORECASE | re.DOTALL)
LONGEST_PLACE = 8192
"""Maximum length, in characters, of a host with its login and port. Python's Unicode normalisation (NFKC) takes time with the
square of the length, and no DNS name has more than 253 characters."""
# The full stops that IDNA treats as label separators (UTS #46): ASCII, ideographic, fullwidth and halfwidth.
_DOTS = re.compile("[.\u3002\uff0e\uff61]")

# Code points that are forbidden in a host (https://url.spec.whatwg.org/#forbidden-domain-code-point), and `*` and `"`, on which the
# engines disagree, so that not every browser could reach such a host.
_FORBIDDEN_IN_HOST = frozenset(map(chr, range(0x21))) | frozenset("#/:<>?@[\\]^|%\x7f") | frozenset('*"')

# UTS #46 keeps these unchanged (non-transitional processing, which all current browsers use) although NFKC case
# folding would change or drop them; the capital sharp s becomes the small one.
_KEPT = {"ß": "ß", "ẞ": "ß", "ς": "ς", "\u200c": "\u200c", "\u200d": "\u200d"}
# UTS #46 ignores these: soft hyphen, joiners, zero-width characters and variation selectors.
_DROPPED = frozenset("\u00ad\u034f\u180b\u180c\u180d\u180f\u200b\u2060\u2064\ufeff") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)

# The address blocks that Local Network Access treats as local, in addition to loopback
# (https://wicg.github.io/local-network-access/#non-public-ip-address-blocks).
_LOCAL_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
         "198.18.0.0/15", "::/128", "::1/128", "fc00::/7", "fe80::/10"),
    )
)  # fmt: skip


class Address(NamedTuple):
    """Normalised scheme, host and port of a URL. `host` has brackets if it is an IPv6 address."""

    scheme: str
    host: str
    port: int


def serialize_origin(url: str) -> str:
    """The origin of a URL as a browser sends it in `Origin` (rule C1): `https://viewer.example.org:8443`.

    Raises ValueError when the URL has no origin: no host, a host or port that browsers reject, or a scheme other than
    http and https (a `file:` page sends `OPAQUE_ORIGIN`). Idempotent: an origin is returned unchanged.
    """
    address = parse_address(url)
    port = "" if address.port == _DEFAULT_PORTS[address.scheme] else f":{address.port}"
    return f"{address.scheme}://{address.host}{port}"


def has_origin(url: str) -> bool:
    """Whether `serialize_origin` accepts the URL."""
    try:
        parse_address(url)
    except ValueError:
        return False
    return True


def is_same_origin(first: str, second: str) -> bool:
    """Whether two URLs have the same origin (rule C2). False if either has none."""
    try:
        return parse_address(first) == parse_address(second)
    except ValueError:
        return False


def is_potentially_trustworthy(url: str) -> bool:
    """Whether a browser considers the connection to this URL secure: https, or loopback (W3C Secure Contexts)."""
    try:
        address = parse_address(url)
    except ValueError:
        return False
    return address.scheme == "https" or is_loopback(address.host)


def is_mixed_content(page: str, target: str, engine: Engine = "chromium") -> bool:
    """Whether a browser blocks a request because the page is https and the target is not (rule C34).

    Chromium and Firefox exempt loopback addresses, WebKit does not (measured with WebKitGTK 2.50).
    """
    if parse_address(page).scheme != "https":
        return False
    if engine == "webkit":
        return parse_address(target).scheme != "https"
    return not is_potentially_trustworthy(target)


def is_local_address(host: str) -> bool:
    """Whether a host is loopback or a private address literal, as Local Network Access defines it (rule C35).

    Names other than `localhost` are not resolved: pass the address that they resolve to.
    """
    try:
        host = normalise_host(f"[{host}]" if ":" in host and not host.startswith("[") else host)
    except ValueError:
        return False
    if is_loopback(host):
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    # An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) connects to the IPv4 address within it.
    mapped = None
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
    return any((mapped or address) in network for network in _LOCAL_NETWORKS)


def has_userinfo(url: str) -> bool:
    """Whether an http or https URL has a non-empty user name or password."""
    match = _URL.fullmatch(trimmed(url))
    return match is not None and "@" in match[2] and match[2].rpartition("@")[0].strip(":") != ""


def parse_address(url: str) -> Address:
    """Scheme, host and port of an http or https URL. Raises ValueError if a browser would reject the URL.

    The error does not quote the URL, which may contain a password.
    """
    match = _URL.fullmatch(trimmed(url))
    if match is None:
        raise ValueError("is not an http or https URL")
    if len(match[2]) > LONGEST_PLACE:
        raise ValueError(f"has more than {LONGEST_PLACE} characters in its host")
    scheme = match[1].lower()
    authority = match[2].rpartition("@")[2]
    # The host is in brackets (IPv6) or has no colon. An empty port (`host:`) is valid and means the default.
    parts = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", authority)
    # The limit of 9 digits comes before int(), which refuses extremely long numbers with an error of its own.
    if parts is None or len(parts[2] or "") > 9 or int(parts[2] or 0) > 0xFFFF:
        raise ValueError("has no valid port")
    return Address(scheme, normalise_host(parts[1]), int(parts[2] or _DEFAULT_PORTS[scheme]))


def normalise_host(host: str) -> str:
    """A host as the URL standard serialises it: punycode, shortest IPv6 in brackets, four-part IPv4. ValueError if invalid."""
    if host.startswith("["):
        # Python accepts a zone (`fe80::1%eth0`), the URL standard does not.
        if not host.endswith("]") or "%" in host:
            raise ValueError(f"{host!r} is not an IPv6 address")
        return f"[{_shortest(ipaddress.IPv6Address(host[1:-1]))}]"
    # The order is that of the standard's host parser: percent-decode, UTF-8, UTS #46, forbidden code points, IPv4.
    try:
        text = unquote_to_bytes(host).decode()
    except UnicodeDecodeError:
        raise ValueError(f"{host!r} is not UTF-8") from None
    ascii_host = ".".join(_ascii_label(label) for label in _DOTS.split(_mapped(text)))
    if not ascii_host or _FORBIDDEN_IN_HOST.intersection(ascii_host):
        raise ValueError(f"{host!r} is not a host name")
    if _ends_in_number(ascii_host):
        return _ipv4(ascii_host)
    return ascii_host


def trimmed(url: str) -> str:
    """A URL without what browsers strip: spaces and control characters around it, tabs and line ends anywhere."""
    return re.sub("[\t\r\n]", "", url.strip("".join(map(chr, range(0x21)))))


def _mapped(host: str) -> str:
    kept = (_KEPT.get(character) or character.casefold() for character in host if character not in _DROPPED)
    mapped = unicodedata.normalize("NFKC", "".join(kept))
    # Case-fold a second time, because NFKC produces capitals from letters such as "Ⓐ" or a fullwidth "Ａ".
    mapped = "".join(_KEPT.get(character) or character.casefold() for character in mapped)
    if any(unicodedata.category(character) in {"Cc", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"} for character in mapped):
        raise ValueError(f"{host!r} has a character that is not allowed in a host name")
    return unicodedata.normalize("NFC", mapped)


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    return "xn--" + label.encode("punycode").decode()


def _ends_in_number(host: str) -> bool:
    # https://url.spec.whatwg.org/#ends-in-a-number-checker: such a host is an IPv4 address or invalid, never a name.
    labels = host.removesuffix(".").split(".")
    return re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]) is not None


def _ipv4(host: str) -> str:
    parts = [_ipv4_number(part) for part in host.removesuffix(".").split(".")]
    *leading, last = parts
    # The last part fills all bytes that the others leave: `127.1` is 127.0.0.1.
    if len(parts) > 4 or any(part > 255 for part in leading) or last >= 256 ** (5 - len(parts)):
        raise ValueError(f"{host!r} is not an IPv4 address")
    value = last + sum(part * 256 ** (3 - index) for index, part in enumerate(leading))
    return str(ipaddress.IPv4Address(value))


def _ipv4_number(text: str) -> int:
    """A part of an IPv4 address: hexadecimal after `0x`, octal after `0`, as in old C libraries."""
    if re.fullmatch("0x[0-9a-f]*", text):
        return int(text[2:] or "0", 16)
    if not re.fullmatch("[0-9]+", text):
        raise ValueError(f"{text!r} is not a part of an IPv4 address")
    return int(text, 8 if text.startswith("0") else 10)


def _shortest(address: ipaddress.IPv6Address) -> str:
    # Not str(address): newer Pythons write an IPv4-mapped address with dots, the URL standard does not.
    text = ":".join(f"{(int(address) >> shift) & 0xFFFF:x}" for shift in range(112, -1, -16))
    # Runs of two or more zero groups; the first of the longest is shortened to `::`.
    runs = list(re.finditer(r"(?:(?<=:)|^)0(?::0)+(?=:|$)", text))
    if not runs:
        return text
    longest = max(runs, key=lambda run: len(run[0]))
    return text[: longest.start()].removesuffix(":") + "::" + text[longest.end() :].removeprefix(":")


def is_loopback(host: str) -> bool:
    """Whether a normalised host is loopback. An IPv6 address may have its brackets or not."""
    name = host.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost") or host in ("[::1]", "::1"):
        return True
    return re.fullmatch(r"127\.\d+\.\d+\.\d+", host) is not None

"""Header rules of CORS: which request headers are safelisted, how lists are parsed, whether an answer has `Vary: Origin`."""

from __future__ import annotations

import re

from ohif_setup.browser.values import Answer, Headers

# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte. The quotes in OHIF's default frame Accept are among them (C9),
# which is why frames need a preflight that the study list does not.
_UNSAFE_BYTE = re.compile(r'[\x00-\x08\x0a-\x1f"():<>?@\[\\\]{}\x7f]')
_LANGUAGE = re.compile(r"[0-9A-Za-z *,\-.;=]*")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# A MIME type with its parameters (https://mimesniff.spec.whatwg.org/#parse-a-mime-type): only type and subtype are compared.
_MIME_TYPE = re.compile(rf"({_TOKEN.pattern})/({_TOKEN.pattern})[ \t\r\n]*(?:;.*)?", re.DOTALL)
# One range with a start; a suffix range such as `bytes=-200` is not safelisted (C6).
_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]*)")
_SAFE_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}

# Browsers silently ignore these when a script sets them (https://fetch.spec.whatwg.org/#forbidden-request-header).
_FORBIDDEN = frozenset(
    ["accept-charset", "accept-encoding", "access-control-request-headers", "access-control-request-method",
     "connection", "content-length", "cookie", "cookie2", "date", "dnt", "expect", "host", "keep-alive", "origin",
     "referer", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade", "via"]
)  # fmt: skip


def cors_unsafe_header_names(headers: Headers) -> tuple[str, ...]:
    """The request headers that a browser lists in a preflight: lower-case, sorted, without duplicates (rules C6 to C10)."""
    allowed = [(name.lower(), value) for name, value in headers if not _is_forbidden(name)]
    unsafe = {name for name, value in allowed if not is_safelisted(name, value)}
    safe = [(name, value) for name, value in allowed if is_safelisted(name, value)]
    # Safelisted values of more than 1024 bytes together are all unsafe (C7). Each character of a value is one byte.
    if sum(len(value) for _, value in safe) > 1024:
        unsafe.update(name for name, _ in safe)
    return tuple(sorted(unsafe))


def is_safelisted(name: str, value: str) -> bool:
    """Whether one request header needs no preflight (https://fetch.spec.whatwg.org/#cors-safelisted-request-header)."""
    if len(value) > 128:
        return False
    match name.lower():
        case "accept":
            return not _UNSAFE_BYTE.search(value)
        case "accept-language" | "content-language":
            return _LANGUAGE.fullmatch(value) is not None
        case "content-type":
            return not _UNSAFE_BYTE.search(value) and _essence(value) in _SAFE_TYPES
        case "range":
            found = _RANGE.fullmatch(value)
            return found is not None and (not found[2] or int(found[1]) <= int(found[2]))
        case _:
            return False


def is_token(text: str) -> bool:
    """Whether a text is a token (RFC 9110, 5.6.2), as the names of methods and headers must be."""
    return _TOKEN.fullmatch(text) is not None


def parse_list(values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The tokens of a list header over all its fields (RFC 9110, 5.6.1), without empty ones; None if any is malformed (C15)."""
    elements = [element.strip(" \t") for value in values for element in value.split(",")]
    if all(is_token(element) for element in elements if element):
        return tuple(element for element in elements if element)
    return None


def malformed_elements(values: tuple[str, ...]) -> tuple[str, ...]:
    """The elements for which `parse_list` rejects a list."""
    elements = (element.strip(" \t") for value in values for element in value.split(","))
    return tuple(element for element in elements if element and not is_token(element))


def varies_by_origin(answer: Answer) -> bool:
    """Whether an answer tells caches that it depends on `Origin` (rule C31)."""
    names = {name.lower() for name in parse_list(answer.values("vary")) or ()}
    return not names.isdisjoint({"*", "origin"})


def _is_forbidden(name: str) -> bool:
    return name.lower() in _FORBIDDEN or name.lower().startswith(("proxy-", "sec-"))


def _essence(value: str) -> str:
    found = _MIME_TYPE.fullmatch(value.strip(" \t\r\n"))
    if found:
        return f"{found[1]}/{found[2]}".lower()
    return ""

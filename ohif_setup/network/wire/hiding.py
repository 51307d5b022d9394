"""Redacts secrets in answers: a server may repeat a token or a secret that it was sent, in whole or in part, literally or in the
encodings of forms, URLs, JSON, HTML and base64."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakSet

HIDDEN = "[hidden]"

SHORTEST = 6
"""Minimum length of a secret, in characters. Real secrets are longer, and hiding two letters would make every text unreadable."""

SHORTEST_PIECE = 16
"""Minimum length, in characters, of a part of a secret that is hidden on its own, such as a part of a JWT or its beginning."""

# The text is sampled every _WINDOW characters: any piece of SHORTEST_PIECE or more contains at least one complete window.
_WINDOW = SHORTEST_PIECE // 2

# Characters. Longer secrets, such as tokens, get no patterns: encodings leave long enough pieces of them for the search for pieces.
_LONG = 200

# A percent sign that was itself encoded up to three times: `%25`, `%2525`.
_DEEPER = "(?:25){0,3}"

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


# Weak references: a Hiding and its secrets vanish with their session.
_alive: WeakSet[Hiding] = WeakSet()
_lock = threading.Lock()


def all_in_use() -> tuple[Hiding, ...]:
    """Every `Hiding` in use, for a text of unknown origin such as the traceback of a bug."""
    with _lock:
        return tuple(_alive)


@dataclass(frozen=True)
class _Form:
    """A secret in one encoding: a plain substring that is quick to look for, and the pattern of the whole."""

    anchor: str
    pattern: re.Pattern[str]

    def redact(self, text: str) -> str:
        if self.anchor in text:
            return self.pattern.sub(HIDDEN, text)
        return text


class Hiding:
    """The secrets to hide, collected while requests are sent. Thread-safe. The time to redact grows linearly with the text."""

    def __init__(self) -> None:
        with _lock:
            _alive.add(self)
        self._known: set[str] = set()
        self._forms: tuple[_Form, ...] = ()
        self._windows: dict[str, list[tuple[str, int]]] = {}
        self._lock = threading.Lock()

    def add(self, *secrets: str) -> None:
        """Hides these secrets from now on. Those shorter than `SHORTEST` are ignored."""
        with self._lock:
            for secret in secrets:
                if len(secret) >= SHORTEST and secret not in self._known:
                    self._known.add(secret)
                    self._add(secret)

    def _add(self, secret: str) -> None:
        # Basic authentication has no fixed encoding (RFC 7617): a login may be sent as UTF-8 or as Latin-1.
        contents = {secret.encode("utf-8", "surrogatepass"), secret.encode("latin-1", "replace")}
        encoded = {text for content in contents for text in _in_base64(content)}
        in_hex = {text for content in contents for text in (content.hex(), content.hex().upper())}
        if len(secret) <= _LONG:
            self._forms += (
                _form(secret),
                *(form for content in contents for form in _coded(content)),
                *(_form(text, _REST) for text in encoded),
                *map(_form, in_hex),
            )
        # Every window of the secret is indexed, so that one sampled window of a text finds it at any offset.
        for text in (secret, *encoded, *in_hex):
            for place in range(len(text) - _WINDOW + 1):
                known = self._windows.setdefault(text[place : place + _WINDOW], [])
                # The limit keeps the time linear for secrets that repeat themselves, such as "aaaa...".
                if len(known) < _WINDOW:
                    known.append((text, place))

    def redact(self, text: str) -> str:
        """`text` with every secret replaced by `HIDDEN`."""
        # Whole secrets first: replacing pieces first would leave the rest of an encoded form behind.
        for form in self._forms:
            text = form.redact(text)
        kept, end = [], 0
        for begin, following in self._pieces(text):
            kept += [text[end:begin], HIDDEN]
            end = following
        return "".join([*kept, text[end:]])

    def redact_bytes(self, content: bytes) -> bytes:
        """The same for a body. Bytes that are not UTF-8 survive unchanged."""
        return self.redact(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _pieces(self, text: str) -> Iterator[tuple[int, int]]:
        """The start and end of each piece of a secret in `text`, in order."""
        done = at = 0
        while self._windows and at + _WINDOW <= len(text):
            matches = self._windows.get(text[at : at + _WINDOW], ())
            pieces = [_grown(text, at, match, done) for match in matches]
            begin, end = max(pieces, key=lambda piece: piece[1] - piece[0], default=(at, at))
            if end - begin >= SHORTEST_PIECE:
                yield begin, end
                done = at = end
            else:
                at += _WINDOW


def _grown(text: str, at: int, match: tuple[str, int], done: int) -> tuple[int, int]:
    """Start and end of the piece around the window at `at` of a text. `match` is the secret with the window's offset in it; text
    before `done` belongs to an earlier piece."""
    secret, place = match
    begin, first = at, place
    while begin > done and first > 0 and text[begin - 1] == secret[first - 1]:
        begin, first = begin - 1, first - 1
    end, last = at + _WINDOW, place + _WINDOW
    while end < len(text) and last < len(secret) and text[end] == secret[last]:
        end, last = end + 1, last + 1
    return begin, end


def _in_base64(content: bytes) -> set[str]:
    """The base64 characters that depend on `content` alone, in both alphabets, for each of the three offsets at which it may
    start in a larger base64 text, as a password after its user name."""
    found = set()
    for before in range(3):
        # Each base64 character stands for 6 bits: keep those that lie wholly in `content` (start rounded up, end rounded down).
        begin, end = -(-8 * before // 6), 8 * (before + len(content)) // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(b"\0" * before + content).decode()[begin:end])
    return found


# After a secret in base64: one character that also depends on the bytes that follow, and the padding.
_REST = f"[A-Za-z0-9+/_-]?(?:=|(?i:%{_DEEPER}3d)){{0,2}}"


def _coded(content: bytes) -> tuple[_Form, ...]:
    """Forms in which every byte is written as a number, letters included: percent-encoding, HTML entities, JavaScript escapes."""
    percent = "".join(f"%{_DEEPER}{byte:02x}" for byte in content)
    entities = "".join(f"&#(?:0{{0,4}}{byte}|x0{{0,4}}{byte:x});" for byte in content)
    # One backslash only before the first: with `{1,4}` a long row of backslashes would be tried four times from each position.
    escapes = r"\\" + r"\\{1,4}".join(f"(?:x|u00){byte:02x}" for byte in content)
    forms = (("%", percent), ("&#", entities), ("\\", escapes))
    return tuple(_Form(anchor, re.compile(pattern, re.IGNORECASE)) for anchor, pattern in forms)


def _form(text: str, end: str = "") -> _Form:
    # Letters and digits are the same in every encoding, so their longest run is searched for before the slow pattern is tried.
    anchor = max(re.split("[^A-Za-z0-9]", text), key=len)
    return _Form(anchor, re.compile("".join(map(_written, text)) + end))


def _written(character: str) -> str:
    """A pattern for a character. Unless it is an ASCII letter or digit, it also matches the encodings of URLs, JSON, JavaScript and
    HTML, applied up to a few times."""
    if character.isascii() and character.isalnum():
        return character
    number = ord(character)
    # The limits on repeated backslashes and leading zeros keep the matching time linear.
    percent = "".join(f"%{_DEEPER}{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    units = character.encode("utf-16-be", "surrogatepass").hex()
    script = "".join(rf"\\{{1,4}}u{units[at : at + 4]}" for at in range(0, len(units), 4))
    forms = [rf"\\{{0,4}}{re.escape(character)}", percent, script, rf"\\{{1,4}}x{number:02x}"]
    forms += [f"&#0{{0,4}}{number};", f"&#x0{{0,4}}{number:x};"]
    if character in _ENTITIES:
        forms.append(_ENTITIES[character])
    if character == " ":
        # Form encoding writes a space as a plus sign.
        forms.append(r"\+")
    return f"(?i:{'|'.join(forms)})"

"""Takes what must not be shown out of what comes back: a server may repeat a token or a secret that it was sent, whole or in part,
as it is or as forms, URLs, JSON, HTML and base64 write it."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakSet

HIDDEN = "[hidden]"

SHORTEST = 6
"""Characters. No real secret is shorter, and hiding two letters would make every text unreadable."""

SHORTEST_PIECE = 16
"""Characters of a secret in a row that are hidden without the rest, such as one of the parts of a JWT, or its beginning."""

_WINDOW = SHORTEST_PIECE // 2
"""A text is looked at in steps of so many characters; every piece has one such step whole."""

_LONG = 200
"""Characters. Of a longer secret, such as a token, any writing leaves pieces that are hidden as pieces."""

_DEEPER = "(?:25){0,3}"
"""Behind a percent sign that was encoded again."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


_alive: WeakSet[Hiding] = WeakSet()
_lock = threading.Lock()


def every() -> tuple[Hiding, ...]:
    """All that are in use, for a text of which nobody knows whence it comes."""
    with _lock:
        return tuple(_alive)


@dataclass(frozen=True)
class _Form:
    """A secret in some writing: what to look for first, which is quick, and the whole."""

    anchor: str
    pattern: re.Pattern[str]

    def out_of(self, text: str) -> str:
        if self.anchor in text:
            return self.pattern.sub(HIDDEN, text)
        return text


class Hiding:
    """The texts to hide, gathered while requests are sent. For use by many threads. The time grows with the length of a text."""

    def __init__(self) -> None:
        with _lock:
            _alive.add(self)
        self._known: set[str] = set()
        self._forms: tuple[_Form, ...] = ()
        self._windows: dict[str, list[tuple[str, int]]] = {}
        self._lock = threading.Lock()

    def add(self, *secrets: str) -> None:
        """From now on each of them is taken out."""
        with self._lock:
            for secret in secrets:
                if len(secret) >= SHORTEST and secret not in self._known:
                    self._known.add(secret)
                    self._add(secret)

    def _add(self, secret: str) -> None:
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
        for text in (secret, *encoded, *in_hex):
            for place in range(len(text) - _WINDOW + 1):
                known = self._windows.setdefault(text[place : place + _WINDOW], [])
                if len(known) < _WINDOW:
                    known.append((text, place))

    def out_of(self, text: str) -> str:
        """`text` without any of them."""
        for form in self._forms:
            text = form.out_of(text)
        kept, end = [], 0
        for begin, following in self._pieces(text):
            kept += [text[end:begin], HIDDEN]
            end = following
        return "".join([*kept, text[end:]])

    def out_of_bytes(self, content: bytes) -> bytes:
        """The same for a body."""
        return self.out_of(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def _pieces(self, text: str) -> Iterator[tuple[int, int]]:
        """Where pieces of secrets begin and end, in order."""
        done = at = 0
        while self._windows and at + _WINDOW <= len(text):
            found = self._windows.get(text[at : at + _WINDOW], ())
            pieces = [_grown(text, at, place, done) for place in found]
            begin, end = max(pieces, key=lambda piece: piece[1] - piece[0], default=(at, at))
            if end - begin >= SHORTEST_PIECE:
                yield begin, end
                done = at = end
            else:
                at += _WINDOW


def _grown(text: str, at: int, found: tuple[str, int], done: int) -> tuple[int, int]:
    """The whole piece around the window at `at` of a text. `found` is the secret with the window's place in it; what lies before
    `done` belongs to another piece."""
    secret, place = found
    begin, first = at, place
    while begin > done and first > 0 and text[begin - 1] == secret[first - 1]:
        begin, first = begin - 1, first - 1
    end, last = at + _WINDOW, place + _WINDOW
    while end < len(text) and last < len(secret) and text[end] == secret[last]:
        end, last = end + 1, last + 1
    return begin, end


def _in_base64(content: bytes) -> set[str]:
    """What is the same of `content` in base64 wherever it stands, as a password does behind a name: the characters that depend on
    nothing else, for the three places at which it may begin, in both alphabets."""
    found = set()
    for before in range(3):
        begin, end = -(-8 * before // 6), 8 * (before + len(content)) // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found.add(encode(b"\0" * before + content).decode()[begin:end])
    return found


_REST = f"[A-Za-z0-9+/_-]?(?:=|(?i:%{_DEEPER}3d)){{0,2}}"
"""Behind a secret in base64: a character that depends on what follows it too, and the padding."""


def _coded(content: bytes) -> tuple[_Form, ...]:
    """Every character as a number, the letters too: in percent forms, as entities of HTML, as escapes of JavaScript."""
    percent = "".join(f"%{_DEEPER}{byte:02x}" for byte in content)
    entities = "".join(f"&#(?:0{{0,4}}{byte}|x0{{0,4}}{byte:x});" for byte in content)
    # The first with one backslash only: of a long row of them every other would be tried four times.
    escapes = r"\\" + r"\\{1,4}".join(f"(?:x|u00){byte:02x}" for byte in content)
    forms = (("%", percent), ("&#", entities), ("\\", escapes))
    return tuple(_Form(anchor, re.compile(pattern, re.IGNORECASE)) for anchor, pattern in forms)


def _form(text: str, end: str = "") -> _Form:
    anchor = max(re.split("[^A-Za-z0-9]", text), key=len)
    return _Form(anchor, re.compile("".join(map(_written, text)) + end))


def _written(character: str) -> str:
    """A character as it is, and unless it is a letter or a digit as URLs, JSON, JavaScript and HTML write it, a few times over."""
    if character.isascii() and character.isalnum():
        return character
    number = ord(character)
    percent = "".join(f"%{_DEEPER}{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    units = character.encode("utf-16-be", "surrogatepass").hex()
    script = "".join(rf"\\{{1,4}}u{units[at : at + 4]}" for at in range(0, len(units), 4))
    forms = [rf"\\{{0,4}}{re.escape(character)}", percent, script, rf"\\{{1,4}}x{number:02x}"]
    forms += [f"&#0{{0,4}}{number};", f"&#x0{{0,4}}{number:x};"]
    if character in _ENTITIES:
        forms.append(_ENTITIES[character])
    if character == " ":
        forms.append(r"\+")
    return f"(?i:{'|'.join(forms)})"

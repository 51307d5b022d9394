"""Takes what must not be shown out of what comes back: a server may repeat a token or a secret that it was sent."""

from __future__ import annotations

import html
import json
import threading
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"

SHORTEST = 6
"""Characters. No real secret is shorter, and hiding two letters would make every text unreadable."""


class Hiding:
    """The texts to hide, gathered while requests are sent. For use by many threads."""

    def __init__(self) -> None:
        self._forms: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def add(self, secret: str) -> None:
        """From now on `secret` is taken out, as it is and as forms, URLs, JSON and HTML write it."""
        if len(secret) < SHORTEST:
            return
        forms = {
            secret,
            quote(secret, safe=""),
            quote(secret),
            quote_plus(secret),
            json.dumps(secret)[1:-1],
            html.escape(secret),
        }
        with self._lock:
            # Longest first: a form may be part of another one.
            self._forms = tuple(sorted({*self._forms, *forms}, key=len, reverse=True))

    def out_of(self, text: str) -> str:
        """`text` without any of them."""
        for form in self._forms:
            text = text.replace(form, HIDDEN)
        return text

    def out_of_bytes(self, content: bytes) -> bytes:
        """The same for a body."""
        for form in self._forms:
            content = content.replace(form.encode(), HIDDEN.encode())
        return content

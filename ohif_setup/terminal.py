"""What is printed: nothing in it steers the terminal, every stream can write it, and no command fails over it. Loads nothing."""

from __future__ import annotations

import codecs
import io
import os
import re

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from typing import Any, TextIO

    from _typeshed import ReadableBuffer

# Control characters but tab and line feed, what has no width, what turns the direction of text, line separators, tags and other
# marks that nobody sees, halves of surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_WORDS = {
    "✓": "ok",
    "✗": "FAIL",
    "→": "->",
    "►": ">",
    "›": ">",
    "…": "...",
    "·": "-",
    "−": "-",
    **dict.fromkeys("‐‑‒–—―─┬┴┼├┤┌┐└┘", "-"),
    "│": "|",
    **dict.fromkeys("“”„", '"'),
    **dict.fromkeys("‘’‚", "'"),
}
_SIGNS = {"✓": "ok  ", "!": "warn", "✗": "FAIL", "–": "skip"}
_INSTEAD = "ohif-setup.instead"
"""The name of the error handler that writes `_WORDS` where the encoding lacks a character."""


def shown(text: str) -> str:
    """`text` with what a terminal would obey, or nobody would see, written as `\\u001b`. Line feeds and tabs stay."""
    return _UNSEEN.sub(lambda found: _escaped(found[0]), text)


def in_one_line(text: str) -> str:
    """The same for a name, which has no line of its own: line feeds and tabs are written out too."""
    return shown(text).replace("\n", "\\u000a").replace("\t", "\\u0009")


def fitting(text: str, encoding: str | None) -> str:
    """`text` as a stream of that encoding will write it; None is a stream without one, which takes everything."""
    return text.encode(encoding, _INSTEAD).decode(encoding) if encoding else text


def sign(of: str, encoding: str | None) -> str:
    """A verdict in a column: one of `✓ ! ✗ –`, or where the encoding lacks one of them a word; those are of the same width."""
    signs = "".join(_SIGNS)
    return of if fitting(signs, encoding) == signs else _SIGNS[of]


def guarded(stream: TextIO | None) -> TextIO:
    """A standard stream for the run of a command: a `TerminalStream`, or the stream itself where it holds text in memory.
    None, which is one that was closed before the start, becomes one that leads nowhere."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  for the rest of the process
    return TerminalStream(stream) if isinstance(stream, io.TextIOWrapper) else stream


def coded(stream: TextIO) -> TextIO:
    """The same stream for text with escape codes of our own. What is foreign in it must have gone through `shown`."""
    return stream.coded if isinstance(stream, TerminalStream) else stream


def lost(stream: TextIO) -> OSError | None:
    """Why not everything could be written to the stream so far. None too where the reader wanted no more, as `head` does."""
    stream.flush()
    return stream.sink.lost if isinstance(stream, TerminalStream) else None


class TerminalStream(io.TextIOWrapper):
    """A standard stream that passes on `shown` text and never fails. `coded` is the same one without that."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        stream.flush()
        self.sink = _Sink(stream.buffer)
        buffer = io.BufferedWriter(self.sink)
        encoding, lines = stream.encoding, stream.line_buffering or stream.write_through
        # Written through, so that the two do not overtake each other.
        super().__init__(buffer, encoding, _INSTEAD, line_buffering=lines, write_through=True)
        self.coded = io.TextIOWrapper(buffer, encoding, _INSTEAD, line_buffering=lines, write_through=True)

    def write(self, text: str, /) -> int:
        """The number of characters in `text`, whatever they became."""
        super().write(shown(text))
        return len(text)


class _Sink(io.RawIOBase):
    """Takes every byte. From the first one on that cannot be written they go nowhere; `lost` is why, see `lost()`."""

    def __init__(self, buffer: Any) -> None:
        self._below: io.RawIOBase = getattr(buffer, "raw", buffer)
        self._open = True
        self.lost: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        view = memoryview(data)
        while self._open and view.nbytes:
            try:
                view = view[self._written(view) :]
            except ConnectionError:
                self._open = False
            except OSError as error:
                self._open, self.lost = False, error
            except KeyboardInterrupt:  # nobody waits for the rest, at which the end of the run would hang again
                self._open = False
                raise
        return memoryview(data).nbytes

    def _written(self, view: memoryview) -> int:
        """Raises OSError."""
        count = self._below.write(view)
        if count is None:  # a stream that does not wait, and is full
            import select

            select.select([], [self.fileno()], [])
        return count or 0

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._below.fileno()

    def isatty(self) -> bool:
        return self._below.isatty()


def _escaped(character: str) -> str:
    point = ord(character)
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def _instead(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_WORDS.get(one) or _escaped(one) for one in missing), error.end


codecs.register_error(_INSTEAD, _instead)

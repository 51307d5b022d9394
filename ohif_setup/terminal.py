"""Safe output: no text controls the terminal, every encoding can write it, no command fails because of it. Imports nothing slow."""

from __future__ import annotations

import codecs
import io
import os
import re

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from typing import Any, TextIO

    from _typeshed import ReadableBuffer

# Control characters other than tab and line feed, characters of no width, marks that reverse the direction of text,
# line separators, tags and other invisible marks, halves of surrogate pairs. Any of them in a server's answer could
# forge or hide part of a report.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# What a stream without UTF-8 gets instead, such as a Windows console with code page 437 or LANG=C.
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
# All of one width, so that the columns stay aligned.
_SIGNS = {"✓": "ok  ", "!": "warn", "✗": "FAIL", "–": "skip"}
_INSTEAD = "ohif-setup.instead"
"""The name of the error handler that writes `_WORDS` where the encoding lacks a character."""


def shown(text: str) -> str:
    """`text` with control and invisible characters written as `\\u001b`. Line feeds and tabs stay."""
    return _UNSEEN.sub(lambda found: _escaped(found[0]), text)


def in_one_line(text: str) -> str:
    """The same for a name inside a line: line feeds and tabs are escaped too."""
    return shown(text).replace("\n", "\\u000a").replace("\t", "\\u0009")


def fitting(text: str, encoding: str | None) -> str:
    """`text` as a stream of that encoding will write it; None is a stream without one, which can write everything."""
    return text.encode(encoding, _INSTEAD).decode(encoding) if encoding else text


def sign(of: str, encoding: str | None) -> str:
    """A verdict in a column: one of `✓ ! ✗ –`, or a word where the encoding lacks any of them, so that both are not mixed."""
    signs = "".join(_SIGNS)
    return of if fitting(signs, encoding) == signs else _SIGNS[of]


def guarded(stream: TextIO | None) -> TextIO:
    """A standard stream for the run of a command: a `TerminalStream`, or the stream itself where it is text in memory.
    None, which is a stream that was closed before the start, becomes the null device."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  for the rest of the process
    return TerminalStream(stream) if isinstance(stream, io.TextIOWrapper) else stream


def coded(stream: TextIO) -> TextIO:
    """The same stream for text with our own escape codes. Foreign text in it must have passed through `shown`."""
    return stream.coded if isinstance(stream, TerminalStream) else stream


def lost(stream: TextIO) -> OSError | None:
    """Why not everything could be written so far. None too where the reader stopped reading, as `head` does."""
    stream.flush()
    return stream.sink.lost if isinstance(stream, TerminalStream) else None


class TerminalStream(io.TextIOWrapper):
    """A standard stream that escapes text by `shown` and never fails. `coded` writes to the same place without escaping."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        stream.flush()
        self.sink = _Sink(stream.buffer)
        buffer = io.BufferedWriter(self.sink)
        encoding, lines = stream.encoding, stream.line_buffering or stream.write_through
        # Both write through to one buffer: with buffers of their own, coloured and plain lines would change order.
        super().__init__(buffer, encoding, _INSTEAD, line_buffering=lines, write_through=True)
        self.coded = io.TextIOWrapper(buffer, encoding, _INSTEAD, line_buffering=lines, write_through=True)

    def write(self, text: str, /) -> int:
        """The number of characters in `text`, whatever they became."""
        super().write(shown(text))
        return len(text)


class _Sink(io.RawIOBase):
    """Accepts every byte. After the first failure all bytes are dropped; `lost` is the reason (see `lost()`)."""

    def __init__(self, buffer: Any) -> None:
        # Unbuffered: a buffer that failed to flush would raise again at exit, when nothing can catch it.
        self._below: io.RawIOBase = getattr(buffer, "raw", buffer)
        self._open = True
        self.lost: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        view = memoryview(data)
        while self._open and view.nbytes:
            try:
                view = view[self._written(view) :]
            except ConnectionError:  # BrokenPipeError: the reader, such as `head`, has enough, which is no fault
                self._open = False
            except OSError as error:
                self._open, self.lost = False, error
            except KeyboardInterrupt:  # the reader has stalled; writing the rest at exit would block again
                self._open = False
                raise
        return memoryview(data).nbytes

    def _written(self, view: memoryview) -> int:
        """Raises OSError."""
        count = self._below.write(view)
        if count is None:  # a non-blocking stream that is full
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

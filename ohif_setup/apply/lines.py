"""A text as lines without line ends, and its form in a file, so that a change of line ends is not a change of the text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

Lines = tuple[str, ...]
MARK = "\ufeff"
"""The byte order mark."""


@dataclass(frozen=True)
class Form:
    """How a file writes its lines: the line end that most of them have, whether the last one has one, the byte order mark."""

    end: str = "\n"
    final: bool = True
    mark: bool = False


def mark_of(content: bytes) -> str:
    """The byte order mark if the file begins with one, as Windows PowerShell writes it."""
    if content.startswith(MARK.encode()):
        return MARK
    return ""


def decoded(content: bytes) -> str | None:
    """The text of a file; None where it is not UTF-8, or holds a NUL (UTF-16 without a mark decodes as such)."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    if "\x00" in text:
        return None
    return text


def lines_of(text: str) -> Lines:
    """The lines without mark, line ends and final newline. Only LF and CRLF end a line: U+2028 or a form feed is content."""
    plain = text.removeprefix(MARK).replace("\r\n", "\n")
    # "" has no line, while "\n" has one that is empty; split alone would give one for both.
    if plain:
        return tuple(plain.removesuffix("\n").split("\n"))
    return ()


def form_of(text: str) -> Form:
    """The form that a text has."""
    # The majority decides for a file with both: a single pasted line must not change all others.
    windows = text.count("\r\n")
    end = "\n"
    if windows * 2 > text.count("\n"):
        end = "\r\n"
    return Form(end, final=text.endswith("\n") or not text.removeprefix(MARK), mark=text.startswith(MARK))


def in_form(lines: Lines, form: Form) -> str:
    """The lines as a text in that form."""
    # A final newline alone would be a line.
    if not lines:
        if form.mark:
            return MARK
        return ""
    text = form.end.join(lines)
    if form.mark:
        text = MARK + text
    if form.final:
        text += form.end
    return text


def fingerprint(lines: Lines) -> str:
    """SHA-256 in hex, the same on every machine however Git converts line ends."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def fingerprint_of(content: bytes | str) -> str:
    """The fingerprint of a whole file or text; "" for bytes that are not text."""
    text = content if isinstance(content, str) else decoded(content)
    if text is None:
        return ""
    return fingerprint(lines_of(text))


def same_lines(one: bytes, other: bytes) -> bool:
    """Whether two files have the same lines, even in different forms."""
    # "" stands for "not text", and two such files are not equal because of it.
    return one == other or fingerprint_of(one) == fingerprint_of(other) != ""

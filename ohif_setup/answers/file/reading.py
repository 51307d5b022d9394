"""Reads the answers file. Each reason why it cannot be used has its own error ID."""

from __future__ import annotations

import errno
import re
import tomllib
from pathlib import Path
from shlex import quote
from typing import Any

from ohif_setup.answers.file.excerpt import excerpt
from ohif_setup.disk.reading import contents
from ohif_setup.disk.safe_path import file_at
from ohif_setup.errors import SetupError

FILE_NAME = "ohif-setup.toml"
LARGEST = 1024 * 1024
"""In bytes. A typical answers file has a few hundred."""

_MOST_PARTS = 100
# How tomllib ends its messages. Only the position is taken from them, so another wording does no harm.
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def init_command(path: Path) -> str:
    """The command line that makes this answers file."""
    if str(path) == FILE_NAME:
        return "ohif-setup init"
    return f"ohif-setup init --answers {quote(str(path))}"


def read_answers_file(path: Path) -> dict[str, Any]:
    """The tables of the file, not yet validated. Raises SetupError (`answers-not-found`,
    `answers-unreadable`, `answers-too-large`, `answers-not-utf8`, `answers-not-toml`, `answers-empty`)."""
    tables = parse_answers(read_answers_text(path), where=str(path))
    if not tables:
        raise SetupError(
            "answers-empty",
            "The answers file contains no answers.",
            where=str(path),
            hint=f"{init_command(path)}   (asks for them)",
        )
    return tables


def read_answers_text(path: Path) -> str:
    """The text of the file, without a byte order mark. Reads at most one byte more than is allowed. Errors as above."""
    try:
        content = contents(file_at(path), LARGEST)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            raise SetupError(
                "answers-too-large",
                "The file is larger than 1 MiB, so it is probably not an answers file.",
                where=str(path),
                hint="Name the right file with --answers FILE",
            ) from None
        raise SetupError(
            "answers-unreadable",
            f"The answers file cannot be read: {_reason(error)}.",
            where=str(path),
            hint=f"Look at it with: ls -ld {quote(str(path))}; or name another with --answers FILE",
        ) from error
    if content is None:
        raise SetupError(
            "answers-not-found",
            "There is no answers file here.",
            where=str(path),
            hint=f"{init_command(path)}   (makes one); or name another with --answers FILE",
        )
    return _decoded(content, path)


def parse_answers(text: str, *, where: str) -> dict[str, Any]:
    """The tables in `text`. Raises SetupError (`answers-not-toml`): `where` has line and column, the message the line."""
    try:
        # Before the parser, which would use up the memory.
        _refuse_endless_keys(text)
        return tomllib.loads(text)
    except RecursionError:
        fault, place = "lists or tables are nested too deeply", None
    except ValueError as error:
        fault, place = _fault_and_place(str(error), text)
    spot = ""
    if place:
        # tomllib counts lines after it has turned CRLF into LF.
        spot = excerpt(text.replace("\r\n", "\n").split("\n"), *place)
        where = f"{where}, line {place[0]}, column {place[1]}"
    raise SetupError(
        "answers-not-toml",
        "\n    ".join([f"The answers file is not valid TOML: {fault}.", *spot.splitlines()]),
        where=where,
        hint='Check that line: text needs quotes, as in url = "https://viewer.example.org", and each key may appear '
        "only once",
    )


def _refuse_endless_keys(text: str) -> None:
    """Refuses very long dotted keys: the memory that tomllib needs grows with the square of their parts."""
    for number, line in enumerate(text.split("\n"), 1):
        # An estimate: a full stop before the first equals sign may be part of a quoted key, but a hundred are not.
        if not line.lstrip().startswith("#") and line.partition("=")[0].count(".") > _MOST_PARTS:
            raise ValueError(f"A key has more than {_MOST_PARTS} parts (at line {number}, column 1)")


def _decoded(content: bytes, path: Path) -> str:
    try:
        # Accepts a byte order mark and drops it.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found, where = f"Line {line} contains a byte that is not valid in UTF-8.", f"{path}, line {line}"
        # Byte order marks of UTF-16, little and big endian.
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            found, where = "It is UTF-16, as Windows PowerShell writes with >.", str(path)
        raise SetupError(
            "answers-not-utf8",
            f"The answers file is not UTF-8 text. {found}",
            where=where,
            hint="Save it as UTF-8 in the editor, then run the command again",
        ) from None


def _fault_and_place(message: str, text: str) -> tuple[str, tuple[int, int] | None]:
    """The message of tomllib without its position, and the position as line and column, which count from 1."""
    match = _PLACE.search(message)
    if not match:
        return message.rstrip("."), None
    fault = message[: match.start()].rstrip(".")
    if match[1]:
        return fault, (int(match[1]), int(match[2]))
    # "end of document" has no numbers: point behind the last line that has text.
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    return f"{fault} (at its end)", (len(lines), len(lines[-1]) + 1)


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, PermissionError):
        return "permission denied"
    if isinstance(error, IsADirectoryError):
        return "it is a folder, not a file"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "its name cannot be a file name"

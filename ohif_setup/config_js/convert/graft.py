"""Adds to the generated text what answers cannot hold, as a user would by hand: functions, and options without an answer."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any

from ohif_setup.config_js.convert.parted import Kept, codes
from ohif_setup.config_js.convert.surroundings import add_needs, needs_of
from ohif_setup.config_js.convert.to_answers import Draft
from ohif_setup.config_js.lint.judge import why_not
from ohif_setup.config_js.read.config import Code, Path, PropertySpan, ReadConfig, read_config, shown_path
from ohif_setup.errors import SetupError
from ohif_setup.paste.showing import may_hold_secret, without_client_ids

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")
_SPACE = re.compile(r"\s*")
# Start and end of the replaced characters, and the new text.
_Edit = tuple[int, int, str]
# The path of a part in the original, and the last part of its target, which is missing in the generated text.
_New = tuple[Path, Path]


def graft(generated: str, read: ReadConfig, draft: Draft) -> str:
    """`generated` with what the draft keeps as hand edits. Raises `SetupError` if OHIF would not start with the result, or if a
    part is missing in it."""
    copied = [kept.source for kept in draft.kept if any(codes(read.get(kept.source)))]
    # The surroundings come first: code with `await` is valid only inside its async function, and each round parses the text.
    text = add_needs(generated, read, needs_of(read, copied))
    # Each round places at least one part, so the loop ends.
    waiting: Sequence[Kept] = draft.kept
    while waiting:
        text, waiting = _add_parts(text, read, waiting)
    # Verify the result rather than trust the edits: copied code may break what was generated.
    wrong = why_not(text)
    if wrong:
        raise _error(f"The configuration with its own functions would not start: {wrong}")
    result = read_config(text)
    for kept in draft.kept:
        if not _is_there(result, read, kept):
            raise _error(f"{shown_path(kept.source)} could not be added to the generated file.")
    return text


def in_generated(read: ReadConfig, target: Path) -> Path:
    """A target as a path in the generated file, with the index of a data source in place of its name."""
    if len(target) < 2 or target[0] != "dataSources" or isinstance(target[1], int):
        return target
    # A source that is not there yet gets the index after the last.
    after_last = len(read.listed("dataSources"))
    return ("dataSources", read.source_indexes.get(target[1], after_last), *target[2:])


def _add_parts(text: str, read: ReadConfig, parts: Sequence[Kept]) -> tuple[str, list[Kept]]:
    """The text with all parts that fit in one round, and the parts that must wait for the next round, because another part adds the
    table that they belong to."""
    now = read_config(text)
    edits: list[_Edit] = []
    waiting: list[Kept] = []
    inserted: dict[Path, list[_New]] = {}
    touched: set[Path] = set()
    above: set[Path] = set()
    for kept in parts:
        target = in_generated(now, kept.target)
        # The nearest table above the target that the generated text has.
        existing = next(target[:length] for length in range(len(target), -1, -1) if target[:length] in now.places)
        if existing == target and _means_the_same(target, now.get(target), read.get(kept.source)):
            continue
        # The offsets of this round hold only if no two edits overlap: wait if the place, or one above or below it, is already
        # edited.
        spot = kept.target[: len(existing) + 1]
        prefixes = {spot[:length] for length in range(1, len(spot) + 1)}
        if touched & prefixes or spot in above:
            waiting.append(kept)
            continue
        touched.add(spot)
        above |= prefixes
        if existing == target:
            edits.append(_replacement(now, target, read, kept.source))
        else:
            inserted.setdefault(existing, []).append((kept.source, target[len(existing) :]))
    edits += [_insertion(now, existing, read, new) for existing, new in inserted.items()]
    return _edited(text, edits), waiting


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    pieces = []
    done = 0
    for start, end, new in sorted(edits):
        pieces += [text[done:start], new]
        done = end
    return "".join([*pieces, text[done:]])


def _replacement(now: ReadConfig, target: Path, read: ReadConfig, source: Path) -> _Edit:
    place = now.places[target]
    # An element of a list has no key before its value.
    start = place.start if isinstance(target[-1], str) else place.value_start
    return start, place.end, _member(read, source, target[-1], _column(now.text, place.start))


def _means_the_same(target: Path, current: Any, value: Any) -> bool:
    # The order of scopes has no meaning. Code never counts as equal, because it may refer to other names.
    if target[-1] == "scope" and isinstance(current, str) and isinstance(value, str):
        return sorted(current.split()) == sorted(value.split())
    return not any(codes(value)) and json.dumps(current, default=repr) == json.dumps(value, default=repr)


def _insertion(now: ReadConfig, table: Path, read: ReadConfig, parts: Sequence[_New]) -> _Edit:
    """Adds parts at the end of an existing table or list."""
    text, place = now.text, now.places[table]
    children = [now.places[(*table, key)] for key in _keys(now.get(table)) if (*table, key) in now.places]
    # A member may have been assigned after the object (`config.a = 1`), in which case it is not between the brackets.
    inside = [child for child in children if place.value_start < child.start and child.end <= place.value_end]
    indent = _indent(text, place.value_start) + 2
    if inside:
        indent = _column(text, inside[-1].start)
    new = "".join(_new_line(read, source, missing, indent) for source, missing in parts)
    if inside:
        # After the last member and its comma, which may be missing or have comments before it.
        at = inside[-1].end
        comma = _comma_after(now, at)
        if comma == at:
            new = f",{new}"
        return comma, comma, new
    # An empty table: keep its brackets, and drop the blanks between them.
    start, end = place.value_start, place.value_end
    return start, end, f"{text[start]}{new}\n{' ' * (indent - 2)}{text[end - 1]}"


def _new_line(read: ReadConfig, source: Path, missing: Path, indent: int) -> str:
    # A missing list cannot be created for one of its elements: the index would change.
    if any(isinstance(part, int) for part in missing[:-1]):
        raise _error(f"{shown_path(source)} has no place in the generated file.")
    comment = _comment_before(read, read.places[source], indent)
    return f"\n{comment}{' ' * indent}{_nested(read, source, missing, indent)},"


def _keys(value: Any) -> list[str | int]:
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, list):
        return list(range(len(value)))
    return []


def _comma_after(now: ReadConfig, at: int) -> int:
    """The offset after the next comma, or `at` if no comma follows."""
    # Between the member and its comma there can only be whitespace and comments.
    offset = at
    while True:
        space = _SPACE.match(now.text, offset)
        assert space is not None, "no whitespace matches too"
        offset = space.end()
        index = bisect_left(now.comments, (offset, offset))
        if index == len(now.comments) or now.comments[index][0] != offset:
            if now.text[offset : offset + 1] == ",":
                return offset + 1
            return at
        offset = now.comments[index][1]


def _nested(read: ReadConfig, source: Path, missing: Path, indent: int) -> str:
    """The member at `source`, wrapped in the tables that the generated text lacks."""
    key, *below = missing
    if not below:
        return _member(read, source, key, indent)
    inner = _nested(read, source, tuple(below), indent + 2)
    return f"{_key(key)}: {{\n{' ' * (indent + 2)}{inner},\n{' ' * indent}}}"


def _member(read: ReadConfig, source: Path, key: str | int, indent: int) -> str:
    """A property, or an element of a list, as text, with its further lines indented to `indent`."""
    value, place = read.get(source), read.places[source]
    # Methods and getters contain their key.
    if isinstance(value, Code) and value.whole:
        return _moved(read.text, place.start, place.end, indent)
    if _is_better_generated(read, source):
        written = _json(value, indent)
    else:
        written = _moved(read.text, place.value_start, place.value_end, indent)
    if isinstance(key, int):
        return written
    return f"{_key(key)}: {written}"


def _is_better_generated(read: ReadConfig, source: Path) -> bool:
    """Whether a value is generated and not copied from the original: a constant that uses names, which the new file would lack, or
    one with a comment that may contain a secret."""
    if any(codes(read.get(source))):
        return False
    place = read.places[source]
    first, end = (bisect_left(read.comments, (at, at)) for at in (place.value_start, place.value_end))
    inside = (read.text[start:end] for start, end in read.comments[first:end])
    used = read.around.names.within((place.value_start, place.value_end))
    return bool(used) or any(may_hold_secret(without_client_ids(line)) for line in inside)


def _key(key: str | int) -> str:
    text = str(key)
    # As a plain key it would set the prototype.
    if text == "__proto__":
        return '["__proto__"]'
    if _IDENTIFIER.match(text):
        return text
    return _json(text, 0)


def _json(value: Any, indent: int) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2).replace("\n", "\n" + " " * indent)
    # Escaped, so that no value can end a script element or a line (U+2028 and U+2029 are line ends in older JavaScript).
    return text.translate({ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029\x7f"})


def _moved(text: str, start: int, end: int, indent: int) -> str:
    """A span with its further lines shifted to `indent`. A span with template strings is not shifted."""
    span = text[start:end].replace("\r\n", "\n")
    shift = indent - _indent(text, start)
    # Inside a template string, leading blanks are part of the value.
    if "`" in span or not shift:
        return span
    first, *lines = span.split("\n")
    if shift < 0:
        return "\n".join([first, *(_less(line, -shift) for line in lines)])
    return "\n".join([first, *(" " * shift + line if line.strip() else line for line in lines)])


def _less(line: str, blanks: int) -> str:
    return line[min(blanks, len(line) - len(line.lstrip(" "))) :]


def _comment_before(read: ReadConfig, place: PropertySpan, indent: int) -> str:
    """The one-line comments directly above a member, without those that may contain a secret."""
    lines: list[str] = []
    start = place.start
    # Upwards, while there are comments that have their line to themselves.
    for index in range(bisect_left(read.comments, (start, start)) - 1, -1, -1):
        begin, end = read.comments[index]
        if read.text[end:start].strip() or not _stands_alone(read.text, begin):
            break
        comment = read.text[begin:end]
        if not may_hold_secret(without_client_ids(comment)) and "\n" not in comment:
            lines.append(f"{' ' * indent}{comment}\n")
        start = begin
    return "".join(reversed(lines))


def _stands_alone(text: str, begin: int) -> bool:
    return not text[text.rfind("\n", 0, begin) + 1 : begin].strip()


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _indent(text: str, offset: int) -> int:
    """The number of leading blanks of the line that contains the character."""
    line = text[max(text.rfind(end, 0, offset) for end in "\n\r") + 1 : offset]
    return len(line) - len(line.lstrip(" \t"))


def _is_there(result: ReadConfig, read: ReadConfig, kept: Kept) -> bool:
    try:
        written, value = result.get(in_generated(result, kept.target)), read.get(kept.source)
    except KeyError:
        return False
    if isinstance(value, Code):
        return isinstance(written, Code)
    return any(codes(value)) or _means_the_same(kept.target, written, value)


def _error(message: str) -> SetupError:
    hint = "Import without the functions, and add them to the generated file by hand: generate keeps hand edits"
    return SetupError("config-not-grafted", message, where="app-config.js", hint=hint)

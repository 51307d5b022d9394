"""The names that kept code needs from around it: declarations above the configuration, and the function that returns it."""

from __future__ import annotations

import re

from ohif_setup.javascript.read import Path, ReadConfig, read_config

_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def needed_names(read: ReadConfig, source: Path) -> set[str]:
    """The declared names that the text of a member uses, and those that they need in turn."""
    place = read.places[source]
    return _closed(read, read.text[place.start : place.end])


def with_names(text: str, read: ReadConfig, names: set[str]) -> str:
    """The generated text with the declarations of those names, and within the function of the original where it has some."""
    around = read.around
    if names & around.inside and around.function and around.object:
        place = read_config(text).places[()]
        head = read.text[around.function[0] : around.object[0]]
        tail = read.text[around.object[1] : around.function[1]]
        head, tail = head.replace("\r\n", "\n"), tail.replace("\r\n", "\n")
        names = names | _closed(read, head + tail)
        text = (
            text[: place.value_start]
            + head
            + text[place.value_start : place.value_end]
            + tail
            + text[place.value_end :]
        )
    spans = _spans(read, names)
    if not spans:
        return text
    at = text.rfind("window.config", 0, read_config(text).places[()].value_start)
    declared = "".join(read.text[start:end].rstrip().replace("\r\n", "\n") + "\n\n" for start, end in spans)
    return text[:at] + declared + text[at:]


def can_stand(read: ReadConfig, names: set[str]) -> bool:
    """Whether those names can come along: not when one of them stands for the configuration itself."""
    around = read.around
    inner = around.object
    if inner is None:
        return not names
    inside = around.function and around.function[0] <= inner[0] and inner[1] <= around.function[1]
    if names & around.inside and not inside:
        return False
    return not any(start <= inner[0] and inner[1] <= end for start, end in _spans(read, names))


def text_along(read: ReadConfig, names: set[str]) -> str:
    """The text that comes along with those names."""
    around = read.around
    parts = [read.text[start:end] for start, end in _spans(read, names)]
    if names & around.inside and around.function and around.object:
        parts += [read.text[around.function[0] : around.object[0]], read.text[around.object[1] : around.function[1]]]
    return "\n".join(parts)


def _spans(read: ReadConfig, names: set[str]) -> list[tuple[int, int]]:
    at_top = read.around.at_top
    return sorted({at_top[name] for name in names - read.around.inside if name in at_top})


def _closed(read: ReadConfig, text: str) -> set[str]:
    known = set(read.around.at_top) | read.around.inside
    found: set[str] = set()
    waiting = [text]
    while waiting:
        new = (set(_NAME.findall(waiting.pop())) & known) - found
        found |= new
        for name in new:
            if name in read.around.at_top:
                start, end = read.around.at_top[name]
                waiting.append(read.text[start:end])
    return found

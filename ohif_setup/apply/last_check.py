"""What the last whole check of a site said, in the memory of the site: its verdict, its time, what was left to do."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ohif_setup.apply.site_paths import SitePaths, recalled, store
from ohif_setup.errors import SetupError

NAME = "last-check.json"
MOST = 20
LONGEST = 300
"""How many things to do are kept, and how many characters of each."""
_SCHEMA = 1


@dataclass(frozen=True)
class LastCheck:
    """`when` is the time in ISO 8601 with its zone, `verdict` a sentence, `left` the things to do, in order. `answers` is the
    digest of the answers that were checked."""

    when: str
    verdict: str
    left: tuple[str, ...]
    answers: str


def remember(site: SitePaths, check: LastCheck) -> None:
    """Writes it down, in place of the one before. Nothing happens where this user has no place for it: the check itself counts."""
    left = [text[:LONGEST] for text in check.left[:MOST]]
    content = json.dumps({"schema": _SCHEMA, **asdict(check), "left": left}, indent=1).encode()
    with contextlib.suppress(SetupError):
        store(site, NAME, content)


def recall(site: SitePaths) -> LastCheck | None:
    """The last check; None if there is none, or if its record cannot be read."""
    try:
        raw = json.loads(recalled(site, NAME) or b"null")
        texts: Sequence[object] = [raw["when"], raw["verdict"], raw["answers"], *raw["left"]]
        if raw["schema"] != _SCHEMA or not all(isinstance(text, str) for text in texts):
            return None
        return LastCheck(raw["when"], raw["verdict"], tuple(raw["left"]), raw["answers"])
    except (SetupError, ValueError, TypeError, KeyError, RecursionError):
        return None

"""How much of a long series a run tries: `make test` a part, `make long` all of it. `docs/proofs.md` says which part."""

from __future__ import annotations

import os

LONG = bool(os.environ.get("LONG"))


def examples(usual: int, long: int) -> int:
    """How many random examples a property is tried with."""
    return long if LONG else usual

"""Which checks a run is about."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from ohif_setup.errors import SetupError


def chosen(every: Sequence[str], only: Sequence[str], skip: Sequence[str]) -> set[str]:
    """The checks that `--only` and `--skip` leave. Raises SetupError (`check-unknown`, `nothing-to-check`)."""
    asked = bool(only)
    only = [part for given in only for part in given.split(",") if part]
    skip = [part for given in skip for part in given.split(",") if part]
    for name in (*only, *skip):
        if name not in every:
            message = "there is no check of that name"
            near = get_close_matches(name, every, 1)
            if near:
                message += f"; did you mean {near[0]}?"
            raise SetupError("check-unknown", message, where=name, hint=f"the checks are: {', '.join(every)}")
    left = {name for name in every if (not only or name in only) and name not in skip}
    if not left or (asked and not only):
        raise SetupError(
            "nothing-to-check", "--only and --skip leave no check", where="check", hint="leave out one of the two"
        )
    return left

"""Selects the checks of a run: `--only` and `--skip`."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from ohif_setup.errors import SetupError


def chosen(every: Sequence[str], only: Sequence[str], skip: Sequence[str]) -> set[str]:
    """The IDs of the checks that `--only` and `--skip` leave. Raises SetupError (`check-unknown`, `nothing-to-check`)."""
    asked = bool(only)
    # Both options can be repeated, and each takes a list: `--only tls,cors --only answers`.
    only = [part for option in only for part in option.split(",") if part]
    skip = [part for option in skip for part in option.split(",") if part]
    for name in (*only, *skip):
        if name not in every:
            message = "no check has that name"
            near = get_close_matches(name, every, 1)
            if near:
                message += f"; did you mean {near[0]}?"
            raise SetupError("check-unknown", message, where=name, hint=f"the checks are: {', '.join(every)}")
    selected = {name for name in every if (not only or name in only) and name not in skip}
    # `--only ""` (an unset variable in a pipeline) must not run everything, nor pass because nothing ran.
    if not selected or (asked and not only):
        raise SetupError(
            "nothing-to-check", "--only and --skip leave no check", where="check", hint="omit one of the two"
        )
    return selected

"""The configuration of a site for the checks, which read no files and plan none."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.apply import state
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.checks.generated import Generated
from ohif_setup.commands.shared.permission import known_output_of
from ohif_setup.disk.reading import read_regular
from ohif_setup.errors import SetupError
from ohif_setup.output.plan import plan

NAME = "app-config.js"


def generated_config(answers: Answers, site: SitePaths, sets: Sequence[str] = ()) -> Generated:
    """The `app-config.js` that the answers give, and what its output folder has, if that is allowed. `sets` are the answers of the
    command line. Raises SetupError (`file-unreadable`)."""
    wanted = _wanted(answers)
    folder = known_output_of(site, answers.output.directory, sets)
    if folder is None:
        return Generated(wanted)
    content = read_regular(folder / NAME)
    if content is None:
        return Generated(wanted)
    last = None
    # A damaged record makes `generate` stop, and is no reason for a check to.
    with contextlib.suppress(SetupError):
        base = state.load(folder, None, (NAME,)).bases.get(NAME)
        last = None if base is None else "\n".join(base)
    # `replace`: a byte that is not UTF-8 is a fault for the check to report, not a reason to stop here.
    return Generated(wanted, content.decode("utf-8-sig", "replace"), last)


def _wanted(answers: Answers) -> str | None:
    # `generate` looks up the ID of a tenant that is given as a domain name; until then its text is not known.
    if answers.sign_in is not None and "." in answers.sign_in.tenant_id:
        return None
    return next(file.text for file in plan(answers) if file.name == NAME)

"""The generated configuration as it is on disk, for the checks, which read no files."""

from __future__ import annotations

from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.commands.shared.permission import known_output_of
from ohif_setup.disk.reading import read_regular


def generated_config(answers: Answers, site: SitePaths, sets: Sequence[str] = ()) -> str | None:
    """The `app-config.js` that was generated for a site; None where there is none, or where its folder is not allowed.
    `sets` are the answers of the command line. Raises SetupError (`file-unreadable`)."""
    folder = known_output_of(site, answers.output.directory, sets)
    if folder is None:
        return None
    content = read_regular(folder / "app-config.js")
    if content is None:
        return None
    # `replace`: a byte that is not UTF-8 is a fault for the check to report, not a reason to stop here.
    return content.decode("utf-8-sig", "replace")

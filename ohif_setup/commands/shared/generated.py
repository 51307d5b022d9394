"""What lies in the output folder, for the checks, which do not read files."""

from __future__ import annotations

from collections.abc import Sequence

from ohif_setup.answers.model import Answers
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.commands.shared.permission import known_output_of
from ohif_setup.disk.reading import read_regular


def generated_config(answers: Answers, site: SitePaths, sets: Sequence[str] = ()) -> str | None:
    """The `app-config.js` that was generated for a site; None where there is none, or only one in a folder that nobody allowed.
    `sets` are the answers of the command line. Raises SetupError (`file-unreadable`)."""
    folder = known_output_of(site, answers.output.directory, sets)
    if folder is None:
        return None
    content = read_regular(folder / "app-config.js")
    if content is None:
        return None
    return content.decode("utf-8-sig", "replace")

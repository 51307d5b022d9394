"""What lies in the output folder, for the checks, which do not read files."""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from pathlib import Path

    from ohif_setup.answers.model import Answers


def generated_config(answers: Answers, path: Path) -> str | None:
    """The `app-config.js` that was generated for the answers file at `path`; None where there is none. Raises SetupError
    (`file-unreadable`)."""
    from ohif_setup.files.staging import read_regular

    content = read_regular(path.parent / answers.output.directory / "app-config.js")
    return None if content is None else content.decode("utf-8-sig", "replace")

"""Which files a run of a site can have written. The undo record and a journal may come with a clone, so they name no others."""

from __future__ import annotations

import os
from pathlib import Path

from ohif_setup.answers.schema import FILE_NAME as SCHEMA
from ohif_setup.files.staging import unlinked
from ohif_setup.files.state import CONFLICTS, FOLDER, GENERATED, IGNORE, STATE, is_name

_OWN = (STATE, CONFLICTS, IGNORE, "undo")


def may_write(home: Path, path: Path, answers: Path | None) -> bool:
    """Whether a run with that `home` (the `.ohif-setup` of the output folder) and that answers file can have written `path`.

    These are the answers file, the JSON Schema beside it, artefacts, NAME.new and our own files in the output folder; and the same
    in another output folder that lies below the folder of the answers file, which answers had named before.
    """
    if answers is not None and path in {form for one in (answers, answers.with_name(SCHEMA)) for form in _forms(one)}:
        return True
    folder = Path(os.path.realpath(home.parent))
    if path.is_relative_to(folder):
        return _is_of_a_run(path.relative_to(folder).as_posix())
    if answers is None:
        return False
    site = Path(os.path.realpath(answers.parent))
    return any(
        above.is_relative_to(site) and _is_output(above) and _is_of_a_run(path.relative_to(above).as_posix())
        for above in path.parents
    )


def _forms(path: Path) -> tuple[Path, Path]:
    """As it is named and, where that is a link, what it leads to."""
    return unlinked(path), Path(os.path.realpath(path))


def _is_output(folder: Path) -> bool:
    ours = folder / FOLDER
    return ours.is_dir() and not ours.is_symlink()


def _is_of_a_run(name: str) -> bool:
    """By its name in the output folder. No artefact is a hidden file, and `.git` may lie there."""
    own = name.removeprefix(f"{FOLDER}/")
    if own != name:
        return own in _OWN or (own.startswith(f"{GENERATED}/") and _is_artefact(own.removeprefix(f"{GENERATED}/")))
    return _is_artefact(name)


def _is_artefact(name: str) -> bool:
    return is_name(name) and not any(part.startswith(".") for part in name.split("/"))

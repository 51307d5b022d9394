"""Files outside of a site's run: whole or not at all. What a run writes goes through `transaction.py`."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from ohif_setup.errors import SetupError
from ohif_setup.files import staging
from ohif_setup.files.staging import read_regular

read_bytes = read_regular


def is_there(path: Path) -> bool:
    """Whether there is something at that path. Raises SetupError (`file-unreadable`) when that cannot be told."""
    try:
        return path.exists()
    except OSError as error:
        raise SetupError(
            "file-unreadable",
            f"cannot be looked at: {error.strerror}",
            where=str(path),
            hint="name a file that you may read: --answers FILE",
        ) from None


def write_all(files: Sequence[tuple[Path, str]]) -> None:
    """Writes all files, or none of them when anything fails before the first is put in place.

    Modes, owners and symbolic links stay. Ctrl-C is held back while the files are put in place. Raises SetupError
    (`file-unwritable`).
    """
    staged: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, text in files:
            target = staging.target_of(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".ohif-setup.{secrets.token_hex(8)}.tmp")
            staged.append((temporary, target))
            staging.stage(temporary, text.encode(), target)
        with staging.uninterrupted():
            for temporary, path in staged:
                os.replace(temporary, path)  # noqa: PTH105
        for folder in {target.parent for _, target in staged}:
            staging.flush_folder(folder)
    except OSError as error:
        raise staging.unwritable(error, path) from None
    finally:
        for temporary, _ in staged:
            staging.remove(temporary)

"""As whom a web server's workers run, and folders that they can read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORKER = "www-data" if os.geteuid() == 0 else ""
"""The user of Debian's web servers; empty where only root could change to it, and the workers stay who started them."""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user of this machine can read, as `/srv` is. pytest's folders are for their owner alone."""
    with tempfile.TemporaryDirectory(prefix="ohif-setup-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder

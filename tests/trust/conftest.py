"""The smallest build of a viewer that `install-viewer` takes."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def build(tmp_path: Path) -> Path:
    folder = tmp_path / "build-of-ours"
    folder.mkdir()
    (folder / "index.html").write_text('<!doctype html><script src="/app.bundle.0123456789abcdef.js"></script>')
    (folder / "app.bundle.0123456789abcdef.js").write_text('__webpack_require__.p = "/";\n')
    return folder

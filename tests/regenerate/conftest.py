"""The worlds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.regenerate.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A site that nothing was generated for yet."""
    return World.made(tmp_path / "site")


@pytest.fixture
def generated(world: World) -> World:
    """The same after its first run."""
    assert world.run("generate").status == 0
    return world

"""Writes and lists the files of a demo site."""

from __future__ import annotations

from pathlib import Path

from ohif_setup.answers.model import Answers
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.commands.shared import options, permission, regeneration
from ohif_setup.disk.reading import read_regular
from ohif_setup.talk import rows, saying


def write_files(answers: Answers, folder: Path) -> None:
    """Writes the answers file and everything generated from it, and prints a line for each file."""
    site = site_paths(folder / options.ANSWERS)
    # The same path as `init` takes, so the demo shows what a real site gets.
    others = regeneration.answers_files(site, answers, read_regular(site.answers))
    output = permission.output_of(site, answers.output.directory)
    found, decisions = regeneration.regenerate(
        site, output, answers, regeneration.ConflictPolicy(), title="demo", others=others
    )
    for word, remark, name in [*saying.rows_of_others(others), *saying.rows(found, decisions)]:
        print(f"  {rows.line([word, remark, str(Path(name).relative_to(folder))])}")

"""`check --save`: writes the detected capabilities of the servers into the answers file, and nothing else."""

from __future__ import annotations

from typing import TextIO

from ohif_setup.answers.model import Answers
from ohif_setup.answers.sources import load
from ohif_setup.apply import history
from ohif_setup.apply.compare import difference
from ohif_setup.apply.site_paths import SitePaths
from ohif_setup.checks.dicomweb.capability_values import capabilities_of
from ohif_setup.checks.look import Look
from ohif_setup.commands.shared import options
from ohif_setup.commands.shared.regeneration import answers_files, locked
from ohif_setup.disk.reading import read_regular
from ohif_setup.kinds import kind_of


def save(look: Look, site: SitePaths, out: TextIO) -> None:
    """Prints the change of the file, then writes it. Values of `--set` and of the environment stay out of the file. Raises
    SetupError where it cannot be read or written."""
    path = site.answers.shown
    old = read_regular(site.answers)
    # Loaded without --set and environment, or their values would end up in the file.
    stored = load(path, [], {})
    known = _with_found(stored, look)
    if known == stored:
        print(f"\nidentical  {path}", file=out)
        return
    # The first entry is the answers file; the schema beside it stays as it is.
    own = answers_files(site, known, old)[0]
    print(f"\n{difference(path.name, own.before, own.after)}", file=out)
    with locked(site, "check"):
        history.run(site, [own], "check --save")
    print(f"update     {path}   (next: {options.command('generate', path)})", file=out)


def _with_found(stored: Answers, look: Look) -> Answers:
    """The stored answers with the capabilities of each server that this run examined at the address in the file."""
    # By address: --set may have pointed this run at another server, whose capabilities do not belong here.
    looked = {server.url: server for server in look.answers.servers if kind_of(server).varies}
    raw = stored.model_dump(mode="python", by_alias=True)
    tables = [raw["server"]]
    if not stored.single:
        tables = list(raw["servers"])
    for server, table in zip(stored.servers, tables, strict=True):
        if server.url in looked:
            found = capabilities_of(look.capabilities(looked[server.url]), server.capabilities)
            table["capabilities"] = found.model_dump()
    if not stored.single:
        raw["servers"] = tables
    # Validated once more: `model_copy` would take any value.
    return Answers.model_validate(raw)

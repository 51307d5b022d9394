"""Many sites in one run: the same work and one line of output for each."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from ohif_setup import terminal
from ohif_setup.answers.file.reading import parse_answers, read_answers_text
from ohif_setup.answers.keys import KEYS
from ohif_setup.errors import SetupError
from ohif_setup.network import bug_log
from ohif_setup.network.wire.parallel import side_by_side

KEY, VARIABLE = "output.directory", "OHIF_SETUP_OUTPUT__DIRECTORY"
# A bug outranks a site that could not be processed, which outranks one that needs attention.
WORST_FIRST = (3, 2, 1)
SIDE_BY_SIDE = 8
"""How many sites use the network at the same time."""


def each(
    files: Sequence[Path],
    work: Callable[[Path], tuple[int, str]],
    *,
    done: str,
    waits: bool = False,
    quiet: bool = False,
) -> int:
    """Runs `work` for every site and prints a line for each as soon as it is known, in the order of the files; then a summary.

    `work` returns an exit status and the text of the line; a SetupError becomes the line of that site and stops no other. `waits`:
    the work waits for the network, so several sites run at the same time. `done` is the word for status 0 in the summary. `quiet`
    prints the lines of the sites with another status only. Returns the worst status.
    """
    start = time.monotonic()
    counts = dict.fromkeys((0, *WORST_FIRST), 0)
    names = [terminal.in_one_line(str(file)) for file in files]
    width = max(map(len, names))
    for name, (status, words) in zip(names, _all(files, work, waits=waits), strict=True):
        counts[status] = counts.get(status, 0) + 1
        if quiet and status == 0:
            continue
        mark = terminal.sign("✓" if status == 0 else "✗", sys.stdout.encoding)
        print(f"{mark} {name:<{width}}  {words}", flush=waits)
    worst = next((status for status in WORST_FIRST if counts.get(status)), 0)
    if quiet and worst == 0:
        return worst
    titles = {3: "ended by a bug", 2: "could not be done", 1: "to look at", 0: done}
    summary = ", ".join(f"{counts[status]} {title}" for status, title in titles.items() if counts[status])
    sites = f"{len(files)} sites"
    if len(files) == 1:
        sites = "1 site"
    print(f"\n{sites}: {summary} in {time.monotonic() - start:.1f} s")
    return worst


def collected(files: Sequence[Path], work: Callable[[Path], tuple[int, str]]) -> tuple[int, dict[Path, str]]:
    """Runs `work` for every site without output: the worst status, and the error text of each site that failed."""
    results = list(zip(files, _all(files, work, waits=True), strict=True))
    statuses = {status for _, (status, _) in results}
    worst = next((status for status in WORST_FIRST if status in statuses), 0)
    return worst, {file: words for file, (status, words) in results if status >= 2}


def _all(files: Sequence[Path], work: Callable[[Path], tuple[int, str]], *, waits: bool) -> Iterator[tuple[int, str]]:
    if not waits:
        return (_safely(work, file) for file in files)

    # In batches, so that the first lines appear early and hundreds of sites do not start hundreds of threads.
    batches = (files[start : start + SIDE_BY_SIDE] for start in range(0, len(files), SIDE_BY_SIDE))
    return (result for few in batches for result in side_by_side([partial(_safely, work, file) for file in few]))


def _safely(work: Callable[[Path], tuple[int, str]], file: Path) -> tuple[int, str]:
    try:
        return work(file)
    except SetupError as error:
        # A message of several lines must fit into one: the first, and two examples where it introduces a list.
        first, *rest = (line.strip() for line in error.message.splitlines())
        words = f"{error.id}: {first}"
        if first.endswith(":"):
            words += f" {' '.join(rest[:2])}"
        if len(rest) > 2:
            words += " …"
        return 2, words
    except Exception as error:  # a bug at one site must not stop the others; the exit status reports it
        print(
            f"{terminal.in_one_line(str(file))}: please report it with this file, which holds no secrets: "
            f"{bug_log.write(error)}",
            file=sys.stderr,
        )
        return 3, f"a bug in ohif-setup ({type(error).__name__}): run it for this site alone"


def output_folder(file: Path, sets: Sequence[str], environ: Mapping[str, str]) -> Path:
    """The output folder that an answers file names, even if other answers are invalid. For comparing only: links are not
    checked."""
    return file.parent / output_directory(file, sets, environ)


def output_directory(file: Path, sets: Sequence[str], environ: Mapping[str, str]) -> str:
    """The same as text: the value of `output.directory`."""
    # Without validation: the folders of all sites are compared before any of them is read in full.
    named = [pair.partition("=")[2] for pair in sets if pair.startswith(f"{KEY}=")]
    given = named[-1] if named else environ.get(VARIABLE, "")
    if given:
        return given
    default = str(KEYS[KEY].default)
    try:
        directory = parse_answers(read_answers_text(file), where=str(file)).get("output", {}).get("directory")
    except (SetupError, AttributeError):
        return default
    if isinstance(directory, str):
        return directory or default
    return default


def refuse_same_place(places: Iterable[tuple[Path, Path]]) -> None:
    """Refuses sites that would overwrite each other in one folder. `places` pairs answers files and output folders.

    Raises SetupError (`sites-same-output`).
    """
    first: dict[Path, Path] = {}
    for file, place in places:
        other = first.setdefault(place.resolve(), file)
        if other != file:
            raise SetupError(
                "sites-same-output",
                f"writes to the same folder as {other}: {place}",
                where=str(file),
                hint="give each site its own output.directory, or keep each answers file in its own folder",
            )

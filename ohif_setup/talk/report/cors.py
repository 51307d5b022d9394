"""The CORS verdicts of services: a matrix of origins by kinds of request, then each distinct fault once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from ohif_setup.checks.cors.look import CorsCase
from ohif_setup.checks.cors.verdict import status_of
from ohif_setup.checks.finding import Finding
from ohif_setup.talk.report.text import body, console, hanging, sign_of


def print_json(schema: str, rows: Iterable[dict[str, object]]) -> None:
    """The whole report, each service as soon as it is there; its status, which only the end knows, comes last."""
    print(f'{{"schema": {json.dumps(schema)}, "services": [', end="")
    seen: set[object] = set()
    for number, row in enumerate(rows):
        requests = row["requests"]
        assert isinstance(requests, list)
        if "could_not_judge" in row:
            seen.add("fail")
        else:
            seen |= {request["status"] for request in requests}
        print("," if number else "", json.dumps(row, indent=2), sep="\n", end="", flush=True)
    status = next((worst for worst in ("fail", "warn") if worst in seen), "pass")
    print(f'\n], "status": {json.dumps(status)}}}')


def print_service(title: str, case: CorsCase, faults: Sequence[tuple[str, Finding]], notes: Sequence[str]) -> None:
    """`faults` has a viewer origin and a finding about one kind of request, its `aspect`; the same fault is shown once."""
    out = console()
    out.print(f"{title}\n")
    if case.looks:
        _print_matrix(case, out)
    for note in notes:
        out.print("  " + hanging(note, out.width, 2))
    distinct: dict[tuple[object, ...], list[tuple[str, Finding]]] = {}
    for origin, finding in faults:
        distinct.setdefault((finding.subject, finding.fix), []).append((origin, finding))
    for same in distinct.values():
        _print_fault(same, out)
    out.print("")


def _print_fault(same: Sequence[tuple[str, Finding]], out: Console) -> None:
    first = same[0][1]
    mark, style = sign_of(first.status, out)
    line = Text("\n  ")
    line.append(mark, style=style)
    line.append(f" {hanging(first.title, out.width, 3 + len(mark))}")
    out.print(line)
    where = ", ".join(dict.fromkeys(finding.aspect for _, finding in same))
    origins = list(dict.fromkeys(origin for origin, _ in same))
    if len(origins) > 1:
        where += f"; from {', '.join(origins)}"
    out.print(f"      Where    {hanging(where, out.width, 15)}")
    for text in body(first, out.width):
        out.print(text)


def _print_matrix(case: CorsCase, out: Console) -> None:
    kinds = list(dict.fromkeys(look.request.kind for look in case.looks))
    origins = list(dict.fromkeys(look.origin for look in case.looks))
    signs: dict[tuple[str, str], tuple[str, str]] = {
        (look.origin, look.request.kind): sign_of(status_of(look), out) for look in case.looks
    }
    column = max(map(len, origins)) + 2
    # Where the window is too narrow the origin gets a line of its own.
    apart = 2 + column + sum(len(kind) + 2 for kind in kinds) > out.width
    indent = 6 if apart else 2 + column
    out.print(" " * indent + "  ".join(kinds))
    for origin in origins:
        line = Text(f"  {origin:<{column}}")
        if apart:
            line = Text(f"  {origin}\n" + " " * indent)
        for text, style in _padded(signs, origin, kinds):
            line.append(text, style=style)
        line.rstrip()
        out.print(line)


def _padded(
    signs: dict[tuple[str, str], tuple[str, str]], origin: str, kinds: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for kind in kinds:
        sign, style = signs.get((origin, kind), (" ", ""))
        yield f"{sign:<{len(kind) + 2}}", style

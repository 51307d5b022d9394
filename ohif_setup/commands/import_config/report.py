"""What `import` reports of a configuration: its faults, what stays as a hand edit, and what changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.apply.reconcile import Decision
from ohif_setup.config_js.convert.graft import in_generated
from ohif_setup.config_js.convert.losses import Loss, losses
from ohif_setup.config_js.convert.to_answers import Draft
from ohif_setup.config_js.read.config import Code, ReadConfig, read_config, shown_path
from ohif_setup.config_js.read.roots import ROOTS, plain_origin, root
from ohif_setup.paste.urls import origin_of
from ohif_setup.routes import reach
from ohif_setup.talk.prompts import say
from ohif_setup.terminal import in_one_line
from ohif_setup.webservers import web_server_of

FILE = "app-config.js"


def report_wrong(read: ReadConfig, remarks: Sequence[Any], source: str) -> None:
    """Prints the version of the configuration, notes on reading it, and its faults."""
    version = "OHIF 3"
    if read.is_v2:
        version = "OHIF 2, whose configuration OHIF 3 does not read; it was converted where its meaning is clear"

    print(f"{in_one_line(source)}: a configuration of {version}\n")
    for note in read.notes:
        say(f"line {note.line}: {note.text}", rest=4)
    if remarks:
        print("What is wrong in it:\n")
    for remark in remarks:
        reference = f"  ({remark.fm})" if remark.fm else ""
        print(f"  {remark.level:<8} line {remark.line}  {in_one_line(remark.path)}{reference}")
        say(remark.wrong, first=11, rest=11)
        say(f"To do: {remark.do}", first=11, rest=11)
    if remarks:
        print()


def report_kept(kept: Sequence[str]) -> None:
    """Prints the paths of the values that stay in the generated file as hand edits."""
    if kept:
        print("No answer can express these; they stay in the generated file as hand edits:\n")
        for path in kept:
            print(f"  {in_one_line(path)}")
        print()


def report_roots(read: ReadConfig, draft: Draft, answers: Answers) -> None:
    """Prints each root that stays as a hand edit although the web server of the site does not pass its path on."""
    servers = {server.name: server for server in answers.servers}
    for kept in draft.kept:
        server = servers.get(str(kept.target[1])) if kept.target[-1] in ROOTS else None
        web_server = web_server_of(server) if server else None
        if server is None or web_server is None:
            continue
        found, public = root(read.get(kept.source)), reach.public_root(answers, server)
        here = found.relative or (found.text and plain_origin(found.text) == origin_of(public))
        if not here or found.path == server.path:
            continue
        file = web_server.file if reach.same_origin(server) else web_server.cors_file
        folder, key = answers.output.directory, kept.target[-1]
        effect = ""
        if key == "wadoRoot":
            effect = ": studies are listed, and no image is shown"
        say(
            f"{shown_path(kept.source)} has the path {found.path} and qidoRoot {server.path}, two paths of one host. The generated "
            f"{file} passes on {server.path} alone, so what OHIF asks of {key} does not reach the server{effect}.",
            rest=4,
        )
        say(
            f'To do: if the server answers below {server.path} too, write {key}: "{reach.viewer_root(answers, server)}" in '
            f"{folder}/{FILE}; else copy the part about {server.path} in {folder}/{file}, with {found.path} in its place.",
            first=4,
            rest=4,
        )
        print()


def by_hand(read: ReadConfig, draft: Draft, decisions: Sequence[Decision]) -> list[str]:
    """The paths of the original values that the new file keeps and that would not be generated."""
    generated = read_config(next(decision.row.new or "" for decision in decisions if decision.row.name == FILE))
    found = []
    for kept in draft.kept:
        target, value = in_generated(generated, kept.target), read.get(kept.source)
        there = None
        if target in generated.places:
            there = generated.get(target)
        # Code has positions in its file; only its text says whether it is the same.
        if isinstance(there, Code) and isinstance(value, Code):
            there, value = there.source, value.source
        if there != value:
            found.append(shown_path(kept.target))
    return found


def changed_values(read: ReadConfig, draft: Draft, decisions: Sequence[Decision]) -> Sequence[Loss]:
    """The values of the original that the new file lacks or has changed."""
    content = next(decision.content for decision in decisions if decision.row.name == FILE)
    # No text will be written, so there is nothing to compare with.
    if content is None:
        return ()
    return losses(read, read_config(content.decode("utf-8-sig")), draft)


def report_losses(lost: Sequence[Loss]) -> None:
    """Prints the values that were changed or dropped, with the reason for each."""
    if lost:
        print("What changes:\n")
    for loss in lost:
        now = f"now {loss.now}" if loss.now else "dropped"
        say(f"line {loss.line:<4} {loss.path}, {now}: {loss.why}", rest=4)
    if lost:
        print()

"""`import`: turns an existing app-config.js, on disk or served, into answers; what no answer can express stays as a hand edit."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from shlex import quote
from typing import Any

from ohif_setup.answers.checking import SIGN_IN, check_answer
from ohif_setup.answers.file.reading import parse_answers
from ohif_setup.answers.file.schema import schema_text
from ohif_setup.answers.file.writing import render_answers
from ohif_setup.answers.keys import KEYS, key_at
from ohif_setup.answers.model import Answers
from ohif_setup.answers.problems import AnswersError, example_line, problem
from ohif_setup.answers.sources import collect_from, variable
from ohif_setup.apply.lines import fingerprint_of
from ohif_setup.apply.reconcile import Decision, settle
from ohif_setup.apply.regenerate import Survey
from ohif_setup.apply.site_paths import SitePaths, site_paths
from ohif_setup.apply.transaction import Replacement
from ohif_setup.commands.import_config.report import (
    by_hand,
    changed_values,
    report_kept,
    report_losses,
    report_roots,
    report_wrong,
)
from ohif_setup.commands.import_config.source import content_of, parsed
from ohif_setup.commands.shared import options, permission, regeneration
from ohif_setup.commands.shared.warnings import say_warnings
from ohif_setup.config_js.convert.graft import graft
from ohif_setup.config_js.convert.parted import MissingAnswer
from ohif_setup.config_js.convert.to_answers import Draft, to_answers
from ohif_setup.config_js.lint.lint import lint
from ohif_setup.config_js.read.config import ReadConfig
from ohif_setup.disk.reading import is_there, read_regular
from ohif_setup.errors import SetupError
from ohif_setup.kinds import KINDS
from ohif_setup.paste.viewer_url import parse_viewer_url
from ohif_setup.talk import rows, saying
from ohif_setup.talk.prompts import ask_text, ask_yes

NAME = "import"
FILE = "app-config.js"


def run(arguments: Namespace) -> int:
    """Returns 0 when the files are written, 1 when one of them could not be, because a foreign file is in the way."""
    site = site_paths(arguments.answers)
    if is_there(site.answers):
        _refuse_answers(arguments.answers)
    given = _given(arguments.sets)
    content, viewer_url = content_of(arguments.source, arguments.timeout)
    read = parsed(content, arguments.source)
    viewer_url = given.get("viewer.url", viewer_url)
    # A first draft shows which answers are missing; their values may change the rest, so a second one may follow.
    draft = to_answers(
        read,
        viewer_url=viewer_url,
        server_url=given.get("server.url", ""),
        server_kind=given.get("server.kind", ""),
        ohif_version=given.get("viewer.ohif_version", ""),
    )
    report_wrong(read, lint(read, served_from=viewer_url or None), arguments.source)
    missing = [answer for answer in draft.missing if answer.key not in given]
    # Only after the report on the faults: it is useful even where the import cannot go on.
    if missing and not _at_terminal():
        _refuse_incomplete(missing, arguments)
    answers = _answers(draft.tables, [*arguments.sets, *_asked(missing, draft.tables)])
    # The viewer URL was asked for just now; relative roots of the data sources resolve against it.
    if viewer_url != answers.viewer.url:
        draft = to_answers(
            read,
            viewer_url=answers.viewer.url,
            server_url=answers.server.url,
            server_kind=given.get("server.kind", ""),
        )
    found, decisions, others = _planned(site, arguments, answers, read, draft)
    report_kept(by_hand(read, draft, decisions))
    report_roots(read, draft, answers)
    report_losses(changed_values(read, draft, decisions))
    _refuse_in_the_way(found, arguments)
    _write(found, decisions, others, arguments.sets)
    for row in _said(found, decisions, others) if not arguments.quiet else ():
        print(rows.line(row))
    return _ending(found, decisions, answers, arguments)


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _given(sets: Sequence[str]) -> dict[str, str]:
    """The answers of the environment and of the command line by key, with the viewer URL in full. Raises AnswersError where one of
    them cannot be read."""
    collected = collect_from({}, sets, os.environ, "")
    if collected.problems:
        raise AnswersError(collected.problems)
    given = {key: value.strip() for key, value in collected.texts().items() if value.strip()}
    where = collected.origins.get("viewer.url", "")
    try:
        # The address alone: what else it must be depends on answers that are read from the configuration.
        if "viewer.url" in given:
            given["viewer.url"] = parse_viewer_url(given["viewer.url"])
    except ValueError as error:
        example = example_line(KEYS["viewer.url"], where)
        wrong = problem("viewer.url", given["viewer.url"], str(error), example=example, where=where)
        raise AnswersError([wrong]) from None
    return given


def _asked(missing: Sequence[MissingAnswer], tables: dict[str, Any]) -> list[str]:
    """Asks at the terminal for the answers that the configuration lacks; returns them as KEY=VALUE."""
    servers = {"server": tables.get("server", {})}
    servers |= {f"servers.{number}": table for number, table in enumerate(tables.get("servers", ()), 1)}
    # The kind of a server decides which addresses are valid for it.
    others: dict[str, object] = {f"{name}.kind": table.get("kind", KINDS.first) for name, table in servers.items()}
    # Where users sign in, the viewer must be at https.
    others[SIGN_IN] = "sign_in" in tables
    given = []
    for answer in missing:
        known = key_at(answer.key)
        if known is None:
            continue

        # The key is bound as a default: a closure would see the key of the last iteration.
        def wrong(text: str, key: str = answer.key) -> str | None:
            try:
                check_answer(key, text, others)
            except ValueError as error:
                return str(error)
            return None

        hint = f"{answer.why[0].upper()}{answer.why[1:]}. {known.description}"
        given.append(f"{answer.key}={ask_text(f'{known.title}:', hint, answer.suggestion, wrong)}")
    return given


def _refuse_incomplete(missing: Sequence[MissingAnswer], arguments: Namespace) -> None:

    # The hint repeats the options that were given, so that it can be pasted as it is.
    sets = [f"--set {quote(pair)}" for pair in arguments.sets if not pair.endswith("=")]
    for answer in missing:
        given = f"{answer.key}=VALUE"
        if answer.suggestion:
            given = quote(f"{answer.key}={answer.suggestion}")
        sets.append(f"--set {given}")
    lines = [f"  {answer.key}: {answer.why}" for answer in missing]
    raise SetupError(
        "import-incomplete",
        "\n".join(["lacks some answers, and there is no terminal to ask for them:", *lines]),
        where=arguments.source,
        hint=" ".join([options.command(NAME, arguments.answers, arguments.source), *sets]),
    )


def _answers(tables: dict[str, Any], sets: Sequence[str]) -> Answers:
    answers = collect_from({"version": 1, **tables}, sets, os.environ, "").validated()
    # Read back from their text, because that fixes the order of the keys in [ohif], and with it the generated file.
    return collect_from(parse_answers(render_answers(answers), where=""), (), {}, "").validated()


def _planned(
    site: SitePaths, arguments: Namespace, answers: Answers, read: ReadConfig, draft: Draft
) -> tuple[Survey, list[Decision], list[Replacement]]:
    """What will be written: the artefacts (with the code of the original in `app-config.js`), the answers file and its schema."""
    folder = permission.output_of(site, answers.output.directory, arguments.sets, asks=_at_terminal())
    found = regeneration.surveyed(site, folder, answers)
    policy = regeneration.ConflictPolicy(force=arguments.force)
    decisions = [_with_original(decision, read, draft) for decision in regeneration.decided(found, policy)]
    others = [
        Replacement(site.answers, None, render_answers(answers).encode()),
        Replacement(site.schema, read_regular(site.schema), schema_text().encode()),
    ]
    return found, decisions, others


def _with_original(decision: Decision, read: ReadConfig, draft: Draft) -> Decision:
    """The decision about `app-config.js` with the values of the original that no answer can express; any other one as it is."""
    text = decision.row.new
    if decision.row.name != FILE or text is None:
        return decision
    if draft.kept:
        text = graft(text, read, draft)
    # Settled even without such values: `_refuse_in_the_way` decides whether a file on disk is replaced, not the merge.
    return settle(decision.row, text)


def _refuse_in_the_way(found: Survey, arguments: Namespace) -> None:
    """Refuses to overwrite an existing configuration that is not as it was generated, unless --force is given or the user at the
    terminal agrees. Raises SetupError (`import-in-the-way`)."""
    row, path = found.rows[FILE], found.folder / FILE
    if row.disk is None or arguments.force or (row.base and fingerprint_of(row.disk) == row.base.sha256):
        return
    if _at_terminal() and ask_yes(f"{path} already exists. Overwrite it? (undo restores it)", default=False):
        return
    sets = [word for pair in arguments.sets for word in ("--set", pair)]
    raise SetupError(
        "import-in-the-way",
        "already exists and is not as ohif-setup wrote it, so nothing was written",
        where=str(path),
        hint=f"move it away; or overwrite it (ohif-setup undo restores it): "
        f"{options.command(NAME, arguments.answers, arguments.source, *sets, '--force')}",
    )


def _write(found: Survey, decisions: Sequence[Decision], others: Sequence[Replacement], sets: Sequence[str]) -> None:
    permission.allow_named(found.site, sets)
    with regeneration.locked(found.site, NAME):
        regeneration.write(found, decisions, NAME, others)


def _said(found: Survey, decisions: Sequence[Decision], others: Sequence[Replacement]) -> list[list[str]]:
    return [*saying.rows_of_others(others), *saying.rows(found, decisions)]


def _ending(found: Survey, decisions: Sequence[Decision], answers: Answers, arguments: Namespace) -> int:
    left = [decision for decision in decisions if decision.word == "conflict"]
    for text in saying.conflict_help(found, left, options.command("generate", arguments.answers)):
        print(text)
    version = answers.viewer.ohif_version
    given = os.environ.get(variable("viewer.ohif_version"))
    if (
        not arguments.quiet
        and not given
        and not any(pair.startswith("viewer.ohif_version=") for pair in arguments.sets)
    ):
        change = options.command("set", arguments.answers, "viewer.ohif_version=VERSION")
        print(
            f"\nThe answers say OHIF {version}, because no configuration names its version. To change that:\n  {change}"
        )
    say_warnings(answers)
    back = options.command("undo", arguments.answers)
    if not arguments.quiet:
        print(f"\nNext: {options.command('check', arguments.answers)}\nTo undo all this: {back}")
    return 1 if left else 0


def _refuse_answers(path: object) -> None:
    raise SetupError(
        "answers-exist",
        "an answers file already exists, and import makes a new one",
        where=str(path),
        hint="name another with --answers FILE, or move this one away",
    )

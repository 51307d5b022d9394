"""`import`: an app-config.js that is there, on disk or served, to an answers file; what no answer can hold stays by hand."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from ohif_setup.steps import options, rows

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from ohif_setup.answers.model import Answers
    from ohif_setup.files.reconcile import Decision
    from ohif_setup.files.regenerate import Survey
    from ohif_setup.files.transaction import Replacement
    from ohif_setup.javascript.parted import Missing
    from ohif_setup.javascript.read import ReadConfig
    from ohif_setup.javascript.to_answers import Draft

NAME = "import"
HELP = "make an answers file from an app-config.js, on disk or of a running viewer, and say what is wrong in it"
ORDER = 21
FILE = "app-config.js"


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("source", metavar="PATH|URL", help="an app-config.js, or the address of a running viewer")
    options.add_answers(parser)
    options.add_timeout(parser, "for the answer of the viewer")
    parser.add_argument("--force", action="store_true", help="overwrite files that ohif-setup did not write")


def run(arguments: Namespace) -> int:
    """0 when the files are written; 1 when one of them could not be, because another was there before."""
    # Late, so that --help loads neither pydantic nor the parser.
    from ohif_setup.files.write import is_there
    from ohif_setup.javascript.lint import lint
    from ohif_setup.javascript.to_answers import to_answers
    from ohif_setup.steps.import_report import by_hand, report_kept, report_losses, report_wrong

    if is_there(arguments.answers):
        _refuse_answers(arguments.answers)
    content, viewer_url = _content(arguments.source, arguments.timeout)
    read = _read(content, arguments.source)
    given = dict(pair.partition("=")[::2] for pair in arguments.sets)
    viewer_url = given.get("viewer.url", viewer_url)
    draft = to_answers(
        read,
        viewer_url=viewer_url,
        server_url=given.get("server.url", ""),
        ohif_version=given.get("viewer.ohif_version", ""),
    )
    report_wrong(read, lint(read, served_from=viewer_url or None), arguments.source)
    missing = [one for one in draft.missing if one.key not in given]
    if missing and not (sys.stdin.isatty() and sys.stdout.isatty()):
        _refuse_incomplete(missing, arguments)
    sets = [*arguments.sets, *_asked(missing, draft.tables)]
    answers = _answers(draft.tables, sets)
    if viewer_url != answers.viewer.url:
        draft = to_answers(read, viewer_url=answers.viewer.url, server_url=answers.server.url)
    found, decisions, others = _planned(arguments, answers, read, draft, content)
    _write(found, decisions, others)
    report_kept(by_hand(read, draft, decisions))
    report_losses(read, draft, decisions)
    for row in _said(found, decisions, others):
        print(rows.line(row))
    return _ending(found, decisions, arguments)


def _content(source: str, timeout: float) -> tuple[bytes, str]:
    """The file's bytes, and the viewer URL where it was asked for there. Raises SetupError."""
    from pathlib import Path

    from ohif_setup.errors import SetupError
    from ohif_setup.files.staging import read_regular

    if not source.startswith(("http://", "https://")):
        content = read_regular(Path(source))
        if content is None:
            raise SetupError(
                "import-not-found",
                "there is no such file",
                where=source,
                hint="name an app-config.js, or a viewer's address",
            )
        return content, ""
    from ohif_setup.checks.trouble_words import explain_trouble
    from ohif_setup.network.http import Http

    plain = source.partition("?")[0].partition("#")[0]
    base = plain.removesuffix(f"/{FILE}").removesuffix("/index.html").rstrip("/")
    url = f"{base}/{FILE}"
    exchange = Http(timeout).send("GET", url)
    if exchange.received is None:
        title, cause, _ = explain_trouble(exchange)
        raise SetupError(
            "import-not-found", f"{title}. {cause}", where=url, hint="is that where people open the viewer?"
        )
    if exchange.received.status != 200 or exchange.received.is_html():
        what = "a web page" if exchange.received.is_html() else f"status {exchange.received.status}"
        raise SetupError(
            "import-not-found",
            f"no configuration is served there, but {what}",
            where=url,
            hint="give the address where people open the viewer, with its path",
        )
    return exchange.received.body, base


def _read(content: bytes, source: str) -> ReadConfig:
    from ohif_setup.errors import SetupError
    from ohif_setup.javascript.read import read_config
    from ohif_setup.javascript.source import UnreadableError

    try:
        return read_config(content.decode("utf-8-sig"))
    except UnreadableError as error:
        raise SetupError(error.id, error.message, where=f"{source}, {error.where}", hint=error.hint) from None
    except UnicodeDecodeError:
        raise SetupError(
            "import-not-text",
            "it is not UTF-8 text",
            where=source,
            hint="is it the right file? Save it as UTF-8, then try again",
        ) from None


def _asked(missing: Sequence[Missing], tables: dict[str, Any]) -> list[str]:
    """What the file does not tell, asked at a terminal, as KEY=VALUE."""
    from ohif_setup.answers.checking import check_answer
    from ohif_setup.answers.keys import KEYS
    from ohif_setup.wizard.prompts import ask_text

    others = {"server.kind": tables.get("server", {}).get("kind", "azure-dicom")}
    given = []
    for one in missing:
        known = KEYS.get(one.key)
        if known is None:
            continue

        def wrong(text: str, key: str = one.key) -> str | None:
            try:
                check_answer(key, text, others)
            except ValueError as error:
                return str(error)
            return None

        hint = f"{one.why[0].upper()}{one.why[1:]}. {known.description}"
        given.append(f"{one.key}={ask_text(f'{known.title}:', hint, one.suggestion, wrong)}")
    return given


def _refuse_incomplete(missing: Sequence[Missing], arguments: Namespace) -> None:
    from shlex import quote

    from ohif_setup.errors import SetupError

    sets = [f"--set {quote(one)}" for one in arguments.sets]
    sets += [
        f"--set {quote(f'{one.key}={one.suggestion}') if one.suggestion else f'{one.key}=VALUE'}" for one in missing
    ]
    lines = [f"  {one.key}: {one.why}" for one in missing]
    raise SetupError(
        "import-incomplete",
        "\n".join(["does not say everything, and there is no terminal to ask at:", *lines]),
        where=arguments.source,
        hint=" ".join([options.command(NAME, arguments.answers, arguments.source), *sets]),
    )


def _answers(tables: dict[str, Any], sets: Sequence[str]) -> Answers:
    from ohif_setup.answers.file import parse_answers
    from ohif_setup.answers.sources import collect_from, validate
    from ohif_setup.answers.writing import render_answers

    answers = validate(collect_from({"version": 1, **tables}, sets, {}, ""))
    # As they are read back from the file: the order of further keys is that of the file from now on.
    return validate(collect_from(parse_answers(render_answers(answers), where=""), (), {}, ""))


def _planned(
    arguments: Namespace, answers: Answers, read: ReadConfig, draft: Draft, content: bytes
) -> tuple[Survey, list[Decision], list[Replacement]]:
    """What is to be written: the artefacts, with the code of the original in `app-config.js`, the answers file, its schema."""
    from ohif_setup.answers.schema import FILE_NAME, schema_text
    from ohif_setup.answers.writing import render_answers
    from ohif_setup.files.reconcile import settle
    from ohif_setup.files.staging import read_regular
    from ohif_setup.files.transaction import Replacement
    from ohif_setup.javascript.graft import graft
    from ohif_setup.steps import regeneration

    folder = arguments.answers.parent / answers.output.directory
    found = regeneration.surveyed(folder, answers, arguments.answers)
    decisions = list(regeneration.decided(found, regeneration.Manner(force=arguments.force)))
    for number, one in enumerate(decisions):
        if one.row.name != FILE or one.row.new is None:
            continue
        free = one.word != "conflict" or (one.row.disk == content and _may_replace(found.folder / FILE, arguments))
        if free and (draft.kept or one.word == "conflict"):
            decisions[number] = settle(one.row, graft(one.row.new, read, draft))
    schema = arguments.answers.parent / FILE_NAME
    others = [
        Replacement(arguments.answers, None, render_answers(answers).encode()),
        Replacement(schema, read_regular(schema), schema_text().encode()),
    ]
    return found, decisions, others


def _may_replace(path: Path, arguments: Namespace) -> bool:
    """Whether the imported file itself may become the generated one: with --force, or when the person at the terminal says so."""
    if arguments.force:
        return True
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    from ohif_setup.wizard.prompts import ask_yes

    return ask_yes(
        f"{path} is the file that was read. Write the new one in its place? (undo brings it back)", default=True
    )


def _write(found: Survey, decisions: Sequence[Decision], others: Sequence[Replacement]) -> None:
    from ohif_setup.steps import regeneration

    with regeneration.locked(found.folder, NAME, others[0].path):
        regeneration.write(found, decisions, NAME, others)


def _said(found: Survey, decisions: Sequence[Decision], others: Sequence[Replacement]) -> list[list[str]]:
    from ohif_setup.steps import regeneration

    return [*regeneration.rows_of_others(others), *regeneration.rows(found, decisions)]


def _ending(found: Survey, decisions: Sequence[Decision], arguments: Namespace) -> int:
    from ohif_setup.steps import regeneration

    left = [one for one in decisions if one.word == "conflict"]
    for text in regeneration.conflict_help(found, left, options.command("generate", arguments.answers)):
        print(text)
    back = options.command("undo", arguments.answers)
    print(f"\nNext: {options.command('check', arguments.answers)}   (all this is taken back by: {back})")
    return 1 if left else 0


def _refuse_answers(path: object) -> None:
    from ohif_setup.errors import SetupError

    raise SetupError(
        "answers-exist",
        "there is an answers file already, and import makes a new one",
        where=str(path),
        hint="name another with --answers FILE, or move this one away",
    )

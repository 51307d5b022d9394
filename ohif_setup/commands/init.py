"""`init`: from questions, or from what is given, to files and a check. Also the bare command."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from ohif_setup.commands import check as check_command
from ohif_setup.commands import options

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ohif_setup.answers.model import Answers
    from ohif_setup.answers.sources import Collected
    from ohif_setup.files.compare import Change
    from ohif_setup.network.sign_in import Method

NAME = "init"
HELP = "ask for the answers, write the files, check them (also without a command)"
ORDER = 10
INTERRUPTED = 130


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    options.add_answers(parser)
    parser.add_argument(
        "--timeout",
        type=check_command.seconds,
        default=check_command.TIMEOUT,
        metavar="SECONDS",
        help="for each answer of the network",
    )
    parser.add_argument(
        "--sign-in", choices=check_command.METHODS, help="how the check at the end signs in; see check --help"
    )


def run(arguments: Namespace) -> int:
    """0 when the files are written and nothing failed; 1 when a check failed."""
    # Late, so that --help loads neither pydantic nor questionary.
    from ohif_setup.answers.sources import collect
    from ohif_setup.checks.finding import worst
    from ohif_setup.files.write import is_there, write_all

    path: Path = arguments.answers
    collected = collect(path if is_there(path) else None, arguments.sets, os.environ)
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    try:
        answers = _asked(collected, arguments) if at_terminal else _given(collected, arguments)
        changes = changes_of(path, answers)
        agreed = not at_terminal or _agreed(answers, changes)
    except KeyboardInterrupt:
        print("\nInterrupted. No file was changed.", file=sys.stderr)
        return INTERRUPTED
    if not agreed:
        print("Nothing was written. The same answers again:\n")
        print(_command(answers, path))
        return 0
    write_all([(one.path, one.new) for one in changes if one.word != "identical"])
    if not at_terminal or any(one.word != "identical" for one in changes):
        for one in changes:
            print(f"{one.word:<10} {one.path}")
    print()
    try:
        method = arguments.sign_in or (_chosen_method() if at_terminal else check_command.default_method())
        findings = check_command.check(answers, method, arguments.timeout, only=[], skip=[], as_json=False)
    except KeyboardInterrupt:
        print("\nInterrupted. The files are complete; the check was left out: ohif-setup check", file=sys.stderr)
        return INTERRUPTED
    finally:
        _say_next(answers, path)
    return 1 if worst(findings) == "fail" else 0


def _given(collected: Collected, arguments: Namespace) -> Answers:
    """The answers without a terminal. The tenant may be missing: the service's own challenge names it."""
    from dataclasses import replace

    from ohif_setup.answers.questions import check_answer
    from ohif_setup.answers.sources import validate
    from ohif_setup.commands.tenant import with_tenant_id
    from ohif_setup.files.write import is_there
    from ohif_setup.network.http import Http
    from ohif_setup.servers.recognise import recognise
    from ohif_setup.viewer.requests import JSON

    known = _texts(collected.raw)
    raw = collected.raw
    if "server.url" in known and "sign_in.tenant_id" not in known and isinstance(raw.get("sign_in", {}), dict):
        try:
            url = check_answer("server.url", known["server.url"])
        except ValueError:
            url = None  # said below, with everything else that is wrong
        if url:
            received = Http(arguments.timeout).send("GET", f"{url}/studies?limit=1", (("Accept", JSON),)).received
            tenant_id = recognise(received).tenant_id if received else ""
            if tenant_id:
                raw = raw | {"sign_in": raw.get("sign_in", {}) | {"tenant_id": tenant_id}}
                print(f"The DICOM service names its tenant: {tenant_id}", file=sys.stderr)
    answers = validate(
        replace(collected, raw={"version": 1, **raw}), file=str(arguments.answers), exists=is_there(arguments.answers)
    )
    return with_tenant_id(answers, arguments.answers, arguments.sets, arguments.timeout)[0]


def _asked(collected: Collected, arguments: Namespace) -> Answers:
    from ohif_setup.answers.sources import Collected, validate
    from ohif_setup.network.http import Http
    from ohif_setup.wizard.interview import interview

    _refuse_what_no_question_mends(collected, str(arguments.answers))
    last = _texts(collected.raw)
    set_now = {key for key, origin in collected.origins.items() if origin != str(arguments.answers)}
    print("Setting up the OHIF viewer. Enter takes the answer that is shown; Ctrl-C leaves without a trace.")
    answered = interview(Http(arguments.timeout), last, {key: last[key] for key in set_now if key in last})
    raw: dict[str, object] = {
        name: dict(group) if isinstance(group, dict) else group for name, group in collected.raw.items()
    }
    for key, value in answered.items():
        group, name = key.split(".")
        table = raw.setdefault(group, {})
        assert isinstance(table, dict)
        table[name] = value
    if answered["fhir.url"] is None:
        raw.pop("fhir", None)
    return validate(Collected({"version": 1, **raw}, collected.origins), file=str(arguments.answers))


def _refuse_what_no_question_mends(collected: Collected, file: str) -> None:
    """Raises AnswersError for what would only come out later: unknown keys, keys that are not asked, wrong flags."""
    from ohif_setup.answers.problems import AnswersError
    from ohif_setup.answers.questions import ASKED
    from ohif_setup.answers.sources import Collected, validate

    try:
        validate(Collected({"version": 1, **collected.raw}, collected.origins, collected.problems), file=file)
    except AnswersError as error:
        rest = [one for one in error.problems if one.key not in ASKED or (one.kind == "wrong" and one.where != file)]
        if rest:
            raise AnswersError(rest, where=file) from None


def _texts(raw: Mapping[str, object]) -> dict[str, str]:
    """The answers that are single values, as text, by dotted key."""
    texts: dict[str, str] = {}
    for group, table in raw.items():
        if isinstance(table, dict) and group != "ohif":
            for name, value in table.items():
                if isinstance(value, bool):
                    texts[f"{group}.{name}"] = "yes" if value else "no"
                elif isinstance(value, str):
                    texts[f"{group}.{name}"] = value
    return texts


def changes_of(path: Path, answers: Answers) -> list[Change]:
    """What happens to the answers file at `path`, its schema and the artefacts."""
    import json

    from ohif_setup.answers.file import read_answers_text
    from ohif_setup.answers.schema import FILE_NAME, answers_schema
    from ohif_setup.answers.writing import render_answers, updated_answers
    from ohif_setup.files.compare import change, compare
    from ohif_setup.files.plan import plan
    from ohif_setup.files.write import is_there

    text = updated_answers(read_answers_text(path), answers) if is_there(path) else render_answers(answers)
    schema = json.dumps(answers_schema(), indent=2, ensure_ascii=False) + "\n"
    return [
        change(path, path.name, text),
        change(path.parent / FILE_NAME, FILE_NAME, schema),
        *compare(path.parent / answers.output.directory, plan(answers)),
    ]


def _agreed(answers: Answers, changes: list[Change]) -> bool:
    """Shows what changes in files that are there, then the answers, then which files are written, and asks."""
    from ohif_setup.files.compare import diff
    from ohif_setup.wizard.prompts import ask_yes

    for one in changes:
        if one.word == "update":
            print("\n" + "\n".join(f"  {line}" for line in diff(one).splitlines()))
    print("\nThe answers\n")
    for prompt, text in _summary(answers):
        print(f"  {prompt:<24}{text}")
    print("\nThe files\n")
    for one in changes:
        print(f"  {one.word:<10} {one.path}")
    print()
    if all(one.word == "identical" for one in changes):
        print("Nothing changes.")
        return True
    return ask_yes("Write them?", default=True)


def _summary(answers: Answers) -> list[tuple[str, str]]:
    """Each question with its answer, in the words of the prompts."""
    from ohif_setup.answers.questions import QUESTIONS

    rows = []
    for question in QUESTIONS:
        group, name = question.key.split(".")
        value = getattr(getattr(answers, group), name, None)
        text = {True: "yes", False: "no", None: "none"}.get(value) if not isinstance(value, str) else value
        rows.append((question.prompt, str(text)))
    return rows


def _chosen_method() -> Method:
    from ohif_setup.wizard.prompts import ask_choice

    default = check_command.default_method()
    if default == "service-principal":
        return default
    titles: dict[str, Method] = {
        "browser: in the system browser of this machine": "browser",
        "device code: in a browser anywhere (the app must allow public client flows)": "device-code",
        "not now: check everything else": "none",
    }
    hint = "The check signs in once, as a person would, and forgets the token."
    chosen = ask_choice("How do you want to sign in for the check?", hint, list(titles.items()), default)
    return next(method for method in titles.values() if method == chosen)


def _say_next(answers: Answers, path: Path) -> None:
    from ohif_setup.viewer import configuration

    directory = path.parent / answers.output.directory
    print("\nNext\n")
    print(
        "  1. These redirect URIs must be registered: App registrations › your app › Authentication › Single-page application"
    )
    for uri in configuration.redirect_uris(answers):
        print(f"       {uri}")
    print(f"  2. Put {directory / 'app-config.js'} in the place of the viewer's own app-config.js")
    print(f"  3. {directory / 'NEXT-STEPS.md'} has all steps with their values, CORS and roles too")
    print("\nThe same without a terminal\n")
    print(_command(answers, path))
    file = _file_option(path)
    print(f"\nFrom the answers file that is there now\n\n  ohif-setup generate{file} && ohif-setup check{file}")


def _command(answers: Answers, path: Path) -> str:
    """The command that gives these answers from nothing, without a terminal."""
    import shlex

    sets = [f"--set {key}={shlex.quote(value)}" for key, value in _decided(answers)]
    return "  " + " \\\n    ".join([f"ohif-setup init{_file_option(path)}", *sets, "< /dev/null"])


def _file_option(path: Path) -> str:
    import shlex

    return "" if str(path) == options.ANSWERS else f" --answers {shlex.quote(str(path))}"


def _decided(answers: Answers) -> list[tuple[str, str]]:
    """The answers that differ from their defaults, as text for `--set`; `[ohif]` stays in the file."""
    from ohif_setup.answers.keys import KEYS
    from ohif_setup.answers.writing import answers_as_written

    decided = []
    for group, values in answers_as_written(answers).items():
        for name, value in values.items():
            key = f"{group}.{name}"
            if value != KEYS[key].default and key != "server.kind":
                text = ",".join(value) if isinstance(value, list) else str(value)
                decided.append((key, text.lower() if isinstance(value, bool) else text))
    return decided

"""`init`: asks for the answers (or takes them from options), writes the files, runs a check. Also the program without a command."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from ohif_setup.answers.model import Answers
from ohif_setup.answers.partial import PartialAnswers, first_server
from ohif_setup.answers.problems import AnswersError
from ohif_setup.answers.questions import ASKED
from ohif_setup.answers.sources import collect
from ohif_setup.apply.compare import difference
from ohif_setup.apply.regenerate import diff
from ohif_setup.apply.site_paths import SitePaths, site_paths
from ohif_setup.checks.outcome import Outcome
from ohif_setup.commands.check.memory import remember
from ohif_setup.commands.check.site import check_site, default_method, print_closing, unattended_method
from ohif_setup.commands.init import after as init_after
from ohif_setup.commands.init import seen as init_seen
from ohif_setup.commands.init.after import say_something_else, summary
from ohif_setup.commands.init.raw import has_answers, last_answers, with_likely_tenant, without_outdated
from ohif_setup.commands.init.server import completed_by_server
from ohif_setup.commands.shared import options, permission, regeneration
from ohif_setup.commands.shared.generated import generated_config
from ohif_setup.commands.shared.tenant import with_tenant_id
from ohif_setup.commands.shared.warnings import say_warnings
from ohif_setup.disk.reading import answers_at, is_there, read_regular
from ohif_setup.disk.safe_path import SafePath
from ohif_setup.kinds import kind_of
from ohif_setup.network.look.find import ServerSeen
from ohif_setup.network.sign_in.sign_in import Method
from ohif_setup.network.wire.exchange import Exchange
from ohif_setup.network.wire.http import Http
from ohif_setup.talk import rows, saying
from ohif_setup.talk.prompts import ask_choice, ask_yes, say
from ohif_setup.talk.wizard.interview import interview

NAME = "init"
INTERRUPTED = 130


def run(arguments: Namespace) -> int:
    """Returns 0 when the files are written and nothing failed, 1 when a check failed or a conflict is left, 130 after Ctrl-C."""
    path: Path = arguments.answers
    site = site_paths(path)
    old = None
    if is_there(site.answers):
        old = read_regular(site.answers)
    collected = collect(path if has_answers(path) else None, arguments.sets, os.environ)
    at_terminal = permission.is_at_terminal() and not arguments.no_input
    try:
        answers = _asked(collected, arguments) if at_terminal else _given(collected, arguments)
        folder = permission.output_of(site, answers.output.directory, arguments.sets, asks=at_terminal)
        other_site = None
        # Only before the first run: later, what answers there is most likely this viewer.
        if generated_config(answers, site, arguments.sets).written is None:
            other_site = init_seen.something_else_at(answers, arguments.timeout)
        agreed = not at_terminal or arguments.yes or _agreed(site, folder, answers, old, other_site=other_site)
    except KeyboardInterrupt:
        print("\nInterrupted. No file was changed.", file=sys.stderr)
        return INTERRUPTED
    if not agreed:
        print("Nothing was written. To give the same answers again:\n")
        print(init_after.command(answers, path))
        return 0
    if other_site and (arguments.yes or not at_terminal):
        init_after.say_something_else(answers, other_site)
    permission.allow_named(site, arguments.sets)
    anything_new, left = _write(
        site, folder, answers, old, asks=at_terminal and not arguments.yes, quiet=arguments.quiet
    )
    # The files are complete from here on, so Ctrl-C only skips the check, and the steps are printed in any case.
    seen: tuple[ServerSeen, ...] = ()
    outcome: Outcome | None = None
    try:
        seen = init_seen.look_at_servers(answers, arguments.timeout)
        # After a run that changed nothing, the files may be installed already, and the check is what the user wants.
        if anything_new and init_after.nothing_served(answers, arguments.timeout):
            if not arguments.quiet:
                init_after.say_nothing_served(answers)
            # No check says them.
            say_warnings(answers)
            return int(left)
        method = _method(answers, arguments, at_terminal=at_terminal)
        generated = generated_config(answers, site, arguments.sets)
        _, outcome = check_site(answers, method, arguments.timeout, generated=generated, only_wrong=arguments.quiet)
        remember(site, answers, outcome)
    except KeyboardInterrupt:
        again = options.command("check", path)
        print(f"\nInterrupted. The files are complete; the check was skipped: {again}", file=sys.stderr)
        return INTERRUPTED
    finally:
        # What is shown to work needs no steps any more.
        if not arguments.quiet:
            init_after.say_next(answers, path, seen, done=outcome is not None and outcome.status in ("pass", "warn"))
    if not arguments.quiet or outcome.status != "pass":
        print_closing(outcome, options.command("check", path), answers.viewer.url)
    return int(left or outcome.exit_status())


def _write(
    site: SitePaths, folder: SafePath, answers: Answers, old: bytes | None, *, asks: bool, quiet: bool
) -> tuple[bool, bool]:
    """Writes everything and prints a line for each file. `old` are the bytes of the answers file as it was read. Returns whether
    anything changed, and whether a conflict is left. `asks`: the user has seen the changes, and is asked about conflicts."""
    others = regeneration.answers_files(site, answers, old)
    policy = regeneration.ConflictPolicy(asks=asks)
    found, decisions = regeneration.regenerate(site, folder, answers, policy, title=NAME, others=others)
    shown_rows = [*saying.rows_of_others(others), *saying.rows(found, decisions)]
    anything_new = any(row[0] not in ("identical", "kept") for row in shown_rows)
    # A run that changes nothing has said so already where it asked.
    if not quiet and (not asks or anything_new):
        for row in shown_rows:
            print(rows.line(row))
    for text in saying.conflict_help(found, decisions, options.command("generate", site.answers.shown)):
        print(text)
    if not quiet:
        print()
    return anything_new, any(decision.word == "conflict" for decision in decisions)


def _given(collected: PartialAnswers, arguments: Namespace) -> Answers:
    """The answers without a terminal. Kind, root and tenant may be missing where the server itself names them."""
    file = str(arguments.answers)
    left, gone = without_outdated(collected, last_answers(arguments.answers), collected.keys_set_outside(file))
    if gone:
        say(
            f"! the address of the web server has changed, so these answers are dropped: {', '.join(gone)}",
            out=sys.stderr,
        )
    completed = completed_by_server(left, arguments.timeout).with_version()
    answers = completed.validated(file=file, exists=is_there(answers_at(arguments.answers)))
    if answers.sign_in is None:
        return answers
    return with_tenant_id(answers, arguments.answers, arguments.timeout)[0]


def _asked(collected: PartialAnswers, arguments: Namespace) -> Answers:
    file = str(arguments.answers)
    _refuse_uncorrectable(collected, file)
    known, before = collected.texts(), last_answers(arguments.answers)
    # A key that --set emptied in this run is no default any more.
    last = {key: text for key, text in before.items() if key in known}
    given = {key: known[key] for key in collected.keys_set_outside(file) if key in known}
    say(
        "Setting up the OHIF viewer. Enter accepts the answer shown; Ctrl-C quits and changes nothing.",
        first=0,
        rest=0,
    )
    servers = collected.tables.get("servers")
    if isinstance(servers, list) and len(servers) > 1:
        note = f"This site has {len(servers)} servers. The questions are about the first; the others stay as they are in the file."
        say(note, first=0, rest=0)
    answered = interview(Http(arguments.timeout), last, given)
    left, _ = without_outdated(collected.merged(answered), before, {*answered, *given})
    # The questions have covered what was wrong in the sources.
    return replace(left.with_version(), problems=()).validated(file=file)


def _refuse_uncorrectable(collected: PartialAnswers, file: str) -> None:
    """Raises AnswersError for faults that no question would correct: unknown keys, keys that are not asked, wrong options."""
    asked = {*ASKED, "server", "sign_in"}
    try:
        with_likely_tenant(collected.with_version()).validated(file=file)
    except AnswersError as error:
        rest = [
            problem
            for problem in error.problems
            # A wrong value in the file is no reason to stop: it becomes the default of a question, which asks for a
            # better one.
            if first_server(problem.key) not in asked or (problem.kind == "wrong" and problem.where != file)
        ]
        if rest:
            raise AnswersError(rest, where=file) from None


def _agreed(
    site: SitePaths, folder: SafePath, answers: Answers, old: bytes | None, *, other_site: Exchange | None
) -> bool:
    """Shows the changes to existing files, the answers and the list of files, and asks for agreement. `other_site` is the answer of
    another site at the viewer URL."""
    others = regeneration.answers_files(site, answers, old)
    found = regeneration.surveyed(site, folder, answers)
    decisions = regeneration.decided(found, regeneration.ConflictPolicy())
    texts = [difference(file.path.name, file.before, file.after) for file in others if file.before is not None]
    texts += [diff(decision) for decision in decisions if decision.word in ("update", "merged")]
    for text in filter(None, texts):
        print("\n" + "\n".join(f"  {line}" for line in text.splitlines()))
    print("\nThe answers\n")
    shown = summary(answers)
    width = max(len(prompt) for prompt, _ in shown) + 2
    for prompt, text in shown:
        print(f"  {prompt:<{width}}{text}")
    print("\nThe files\n")
    shown_rows = [*saying.rows_of_others(others), *saying.rows(found, decisions)]
    for row in shown_rows:
        print(f"  {rows.line(row)}")
    print()
    if all(row[0] in ("identical", "kept") for row in shown_rows):
        print("Nothing changes.")
        return True
    if other_site:
        say_something_else(answers, other_site)
    return ask_yes("Write them?", default=True)


def _method(answers: Answers, arguments: Namespace, *, at_terminal: bool) -> Method:
    """How the check signs in. The user is asked only where the server requires a token."""
    if arguments.sign_in:
        method: Method = arguments.sign_in
        return method

    if kind_of(answers.server).token is None:
        return "none"
    if at_terminal:
        return _chosen_method()
    if arguments.no_input:
        return unattended_method()
    return default_method()


def _chosen_method() -> Method:
    default = default_method()
    # A credential in the environment is a choice already.
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

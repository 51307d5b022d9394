"""`demo --server orthanc`: a full setup and check with the Orthanc and nginx of this machine, on loopback."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from ohif_setup.answers.model import Answers
from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.answers.sources import load
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.checks.check import all_checks
from ohif_setup.checks.dicomweb.capability_values import capabilities_of
from ohif_setup.checks.look import Look
from ohif_setup.checks.outcome import Outcome, outcome_of
from ohif_setup.checks.run import run as run_checks
from ohif_setup.commands.check.site import check_site, left_out, print_closing, print_report
from ohif_setup.commands.demo.files import write_files
from ohif_setup.commands.init.after import summary
from ohif_setup.commands.shared import options, permission
from ohif_setup.commands.shared.generated import generated_config
from ohif_setup.demo.orthanc import OrthancFault, OrthancSite, ProgramError, missing_packages
from ohif_setup.errors import SetupError
from ohif_setup.network.look.capabilities import look_at_capabilities
from ohif_setup.network.wire.http import Http
from ohif_setup.ohif import versions
from ohif_setup.ohif.install.folder import APP_CONFIG, install_viewer
from ohif_setup.talk.report import text
from ohif_setup.talk.report.progress import Progress

WHERE = "demo --server orthanc"
CONFIGURATION = "nginx.conf"
VIEWER_CHECKS = "viewer-"
NO_VIEWER = "the demo serves no viewer"
"""The prefix of the IDs of checks that need a served viewer."""
ENDS = ("SIGTERM", "SIGHUP")
"""Signals that end the demo as Ctrl-C does, so that Orthanc and nginx do not outlive it."""
WATCH_SECONDS = 0.5


def run(arguments: Namespace, fault: OrthancFault | None) -> int:
    """Returns 0 when no check failed, else 1. Raises SetupError (`demo-programs-missing`, `demo-program-failed`,
    `demo-build-needed`)."""
    missing = missing_packages()
    if missing:
        _not_installed(missing)
    if fault and fault.needs_viewer and arguments.build is None:
        _build_needed(fault.name)
    # The demo runs inside the tests too, so the environment is restored afterwards.
    before = dict(os.environ)
    kept: Path | None = arguments.folder
    try:
        # A proxy of the company would be asked for 127.0.0.1, and fail.
        os.environ.update(NO_PROXY="127.0.0.1,localhost", no_proxy="127.0.0.1,localhost")
        with _signals_interrupt(), tempfile.TemporaryDirectory(prefix="ohif-setup-demo-") as temporary:
            folder = Path(temporary)
            if kept:
                # The viewer goes to the kept folder too; the data of Orthanc is always temporary.
                folder = kept.resolve()
            viewer = folder / "viewer"
            with OrthancSite(Path(temporary), viewer, fault=fault) as site:
                status = _job(site, kept or Path(temporary) / "site", arguments)
                if arguments.serve:
                    _serve(site, arguments)
                return status
    except ProgramError as error:
        hint = "run it again; the message above is the program's own"
        raise SetupError("demo-program-failed", str(error), where=WHERE, hint=hint) from None
    finally:
        os.environ.clear()
        os.environ.update(before)


def _job(site: OrthancSite, folder: Path, arguments: Namespace) -> int:
    print("Orthanc and nginx of this machine run on loopback; Orthanc holds a CT and a PDF. The answers:\n")
    # Loaded as a site without a file would be: from KEY=VALUE alone.
    answers = _with_capabilities(load(None, [f"{key}={value}" for key, value in site.answers.items()], {}))
    for prompt, answer in summary(answers):
        print(f"  {prompt:<28}{answer}")
    kept = arguments.folder is not None
    where = "" if kept else " (in a temporary folder; --folder DIR keeps them)"
    print(f"\nThe files{where}:\n")
    write_files(answers, folder)
    if arguments.build is not None:
        print("\nThe viewer:\n")
        answers = _install(arguments.build, answers, folder)
    # Only now: nginx reads the generated file, whose `root` has to exist.
    site.start_nginx(folder / answers.output.directory / CONFIGURATION)
    print("\nThe checks:\n")
    generated = generated_config(answers, site_paths(folder / options.ANSWERS))
    if arguments.build is not None:
        _, outcome = check_site(answers, "none", options.TIMEOUT, quiet=True, generated=generated)
    else:
        outcome = _checked_without_viewer(answers)
    print_closing(outcome, "ohif-setup demo --server orthanc")
    if kept and not arguments.serve:
        print(f"\nThe files are in {folder}. Orthanc and nginx have stopped, so a check there will fail.")
    return outcome.exit_status()


def _checked_without_viewer(answers: Answers) -> Outcome:
    """Runs all checks except those that need a served viewer, and prints the findings."""
    every = all_checks()
    checks = [check for check in every if not check.id.startswith(VIEWER_CHECKS)]
    start = time.monotonic()
    with Progress(text.console(error=True), [check.id for check in checks], quiet=True) as progress:
        site = Look(answers, Http(options.TIMEOUT), "none", progress)
        found = run_checks(checks, every, site, lambda check: progress.finished(check.id))
    # `run_checks` reports a failed check in the name of the viewer where another check was skipped because of it: left out too.
    findings = [finding for finding in found if not finding.check.startswith(VIEWER_CHECKS)]
    outcome = outcome_of(findings, left_out(checks, every), NO_VIEWER)
    print_report(answers, outcome, time.monotonic() - start)
    left = len(every) - len(checks)
    print(
        f"\nNo build of the viewer was given, so the viewer itself was not checked ({left} checks). To run all checks:\n"
    )
    print(f"  build=$(npm pack --silent @ohif/app@{answers.viewer.ohif_version})")
    print('  ohif-setup demo --server orthanc --build "$build"')
    return outcome


def _with_capabilities(answers: Answers) -> Answers:
    """The answers with the capabilities that Orthanc shows, as `init` keeps them."""
    can = capabilities_of(look_at_capabilities(Http(options.TIMEOUT), answers.server.url))
    raw = answers.model_dump(mode="python", by_alias=True, exclude_unset=True)
    return PartialAnswers(raw).merged({"server.capabilities": can}).validated()


def _install(build: Path, answers: Answers, folder: Path) -> Answers:
    """Installs the viewer. Returns the answers with the version of OHIF that the build names."""

    def install(answers: Answers) -> str | None:
        config = (folder / answers.output.directory / APP_CONFIG).read_bytes()
        site = site_paths(folder / options.ANSWERS)
        viewer = permission.whole(permission.folder_named(Path(answers.viewer.folder), site))
        source = permission.folder_named(build)
        done = install_viewer(source, viewer, app_config=config, base_path=answers.viewer.base_path)
        print(f"  {done.word:<10} {viewer}: OHIF {done.ohif_version or 'of unknown version'}, {done.files} files")
        return done.ohif_version

    found = install(answers)
    # The configuration depends on the version, so it is generated and installed once more.
    if found and versions.parse(found) != versions.parse(answers.viewer.ohif_version):
        raw = answers.model_dump(mode="python", by_alias=True, exclude_unset=True)
        answers = PartialAnswers(raw).merged({"viewer.ohif_version": ".".join(found.split(".")[:2])}).validated()
        write_files(answers, folder)
        install(answers)
    return answers


def _serve(site: OrthancSite, arguments: Namespace) -> None:
    """Waits until Ctrl-C. Raises ProgramError where Orthanc or nginx ends by itself."""
    answers = site.answers
    try:
        print("\nOrthanc and nginx are running until Ctrl-C.\n")
        if arguments.build:
            print(f"  Open       {answers['viewer.url']}")
        print(f"  Orthanc    {answers['server.url'].rpartition('/')[0]}")
        print(f"  DICOMweb   {answers['viewer.url']}/dicom-web\n", flush=True)
        while True:
            time.sleep(WATCH_SECONDS)
            site.raise_if_ended()
    except KeyboardInterrupt:
        print("\nOrthanc and nginx have stopped.")


@contextlib.contextmanager
def _signals_interrupt() -> Iterator[None]:
    """Makes SIGTERM and a closed terminal raise KeyboardInterrupt, so that the programs that were started are ended."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # Python sets signal handlers in the main thread only; tests run the demo in another one.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Windows has no SIGHUP.
    numbers = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _not_installed(packages: tuple[str, ...]) -> None:
    raise SetupError(
        "demo-programs-missing",
        f"needs a real Orthanc and nginx, and this machine lacks: {', '.join(packages)}",
        where=WHERE,
        hint=f"on Debian or Ubuntu: sudo apt install {' '.join(packages)}",
    )


def _build_needed(fault: str) -> None:
    raise SetupError(
        "demo-build-needed",
        "this fault shows in the viewer's own pages, but no build of the viewer was given",
        where=f"--break {fault}",
        hint=f"npm pack @ohif/app, then: ohif-setup {WHERE} --break {fault} --build FILE",
    )

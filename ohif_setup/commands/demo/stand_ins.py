"""`demo` against the stand-ins of Entra ID and the Azure DICOM service. Needs the extra `demo`."""

from __future__ import annotations

import os
import tempfile
import time
from argparse import Namespace
from pathlib import Path

from ohif_setup.answers.questions import asked
from ohif_setup.answers.sources import load
from ohif_setup.checks.check import all_checks
from ohif_setup.commands.check.site import check_site, print_closing
from ohif_setup.commands.demo.files import write_files
from ohif_setup.commands.demo.orthanc import NO_VIEWER, VIEWER_CHECKS
from ohif_setup.commands.shared import options
from ohif_setup.demo.faults import FAULTS
from ohif_setup.demo.site import DemoSite

__all__ = ["FAULTS", "run"]

PERSON_SECONDS = 4.0
"""How long the simulated user of `--serve` takes to enter a device code."""


def run(arguments: Namespace) -> int:
    """Returns 0 when no check failed, else 1."""
    # The tests call this in their own process, so the environment is restored afterwards.
    before = dict(os.environ)
    try:
        with tempfile.TemporaryDirectory(prefix="ohif-setup-") as temporary, DemoSite(fault=arguments.fault) as site:
            # REQUESTS_CA_BUNDLE: the stand-ins speak https with an authority that was made for this run.
            os.environ.update(site.environment)
            os.environ.update(NO_PROXY="127.0.0.1,localhost", no_proxy="127.0.0.1,localhost")
            if arguments.serve:
                return _serve(site)
            return _job(site, arguments.folder or Path(temporary), kept=arguments.folder is not None)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _job(site: DemoSite, folder: Path, *, kept: bool) -> int:
    print("Stand-ins of Entra ID and of the Azure DICOM service run on this machine. The answers:\n")
    for question in asked({}):
        answer = site.answers.get(question.key, question.default or "(none)")
        print(f"  {question.prompt:<28}{answer}")
    answers = load(None, [f"{key}={value}" for key, value in site.answers.items()], {})
    where = "" if kept else " (in a temporary folder; --folder DIR keeps them)"
    print(f"\nThe files{where}:\n")
    write_files(answers, folder)
    print("\nThe checks (the demo user signs in automatically):\n")
    # No viewer is served here; nothing listens at its address.
    skip = [check.id for check in all_checks() if check.id.startswith(VIEWER_CHECKS)]
    _, outcome = check_site(answers, "device-code", options.TIMEOUT, skip=skip, quiet=True, because=NO_VIEWER)
    print_closing(outcome, "ohif-setup demo")
    if kept:
        print(f"\nThe files are in {folder}. The stand-ins have stopped, so a check there will fail.")
    return outcome.exit_status()


def _serve(site: DemoSite) -> int:
    # `init` in the other terminal shows a device code, which no real person can enter at a stand-in.
    site.entra.approve_after = PERSON_SECONDS
    answers = site.answers
    print("The stand-ins are running until Ctrl-C. In another terminal, in an empty folder:\n")
    print(f"  export REQUESTS_CA_BUNDLE={os.environ['REQUESTS_CA_BUNDLE']}")
    print(f"  ohif-setup init --set sign_in.authority={answers['sign_in.authority']}\n")
    print("and answer (Enter for the rest):\n")
    print(f"  DICOM service URL   {answers['server.url']}")
    print(f"  Client ID           {answers['sign_in.client_id']}")
    print(f"  Viewer URL          {answers['viewer.url']}\n")
    print(
        f"A device code is approved automatically after {PERSON_SECONDS:.0f} s. "
        "A browser on this machine warns of the certificate first.",
        flush=True,
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("\nThe stand-ins have stopped.")
        return 0

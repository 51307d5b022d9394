"""`demo`: the whole job on this machine, against stand-ins of Entra ID and the Azure DICOM service, or a real Orthanc."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser, Namespace

from ohif_setup.demo import INSTALLED, SERVERS, STAND_INS
from ohif_setup.steps import options

TYPE_CHECKING = False  # typing itself takes a third of the time of --help
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import NoReturn

    from ohif_setup.demo.site import DemoSite

NAME = "demo"
HELP = "run the whole job on this machine, against stand-ins or a real Orthanc; --break shows what a fault looks like"
ORDER = 60
PERSON_SECONDS = 4.0
"""How long the person of `--serve` takes until she has typed in a device code."""
EXTRA = ("jwt", "trustme")
"""The packages of the extra `demo`, as they are imported."""


def add_arguments(parser: ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "--server",
        choices=SERVERS,
        default=STAND_INS,
        help="stand-ins of Azure (default), or Orthanc and nginx as they are installed here",
    )
    parser.add_argument("--break", dest="fault", metavar="NAME", help="break one thing first (list: --break list)")
    parser.add_argument("--serve", action="store_true", help="keep all of it up until Ctrl-C, and say what to type")
    parser.add_argument(
        "--folder", type=options.path, metavar="DIR", help="write there and keep it (default: a temporary folder)"
    )
    parser.add_argument(
        "--build",
        type=options.path,
        metavar="BUILD",
        help=f"with --server {INSTALLED}: a build of OHIF, as for install-viewer",
    )


def run(arguments: Namespace) -> int:
    """0 when no check failed, else 1."""
    # Late, so that --help loads neither msal nor the stand-ins.
    from ohif_setup.demo import orthanc
    from ohif_setup.disk.reading import answers_at, is_there
    from ohif_setup.steps import demo_orthanc

    installed = arguments.server == INSTALLED
    fault = arguments.fault
    known: Mapping[str, object] = orthanc.FAULTS if installed else _faults_of_stand_ins()
    if fault == "list":
        for name, fault in known.items():
            print(f"{name:<20}{getattr(fault, 'summary', '')}")
        return 0
    if fault is not None and fault not in known:
        _unknown(fault, list(known), arguments.server)
    if arguments.folder is not None and is_there(answers_at(arguments.folder / options.ANSWERS)):
        _occupied(arguments.folder)
    if installed:
        return demo_orthanc.run(arguments, orthanc.FAULTS.get(fault or ""))
    return _with_stand_ins(arguments)


def _faults_of_stand_ins() -> Mapping[str, object]:
    try:
        from ohif_setup.demo.faults import FAULTS
    except ModuleNotFoundError as error:
        if error.name not in EXTRA:
            raise
        _not_installed(error.name)
    return FAULTS


def _with_stand_ins(arguments: Namespace) -> int:
    import tempfile
    from pathlib import Path

    from ohif_setup.demo.site import DemoSite

    before = dict(os.environ)
    try:
        with tempfile.TemporaryDirectory(prefix="ohif-setup-") as temporary, DemoSite(fault=arguments.fault) as site:
            os.environ.update(site.environment)
            os.environ.update(NO_PROXY="127.0.0.1,localhost", no_proxy="127.0.0.1,localhost")
            if arguments.serve:
                return _serve(site)
            return _job(site, arguments.folder or Path(temporary), kept=arguments.folder is not None)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _job(site: DemoSite, folder: Path, *, kept: bool) -> int:
    from ohif_setup.answers.questions import asked
    from ohif_setup.answers.sources import load
    from ohif_setup.checks.check import all_checks
    from ohif_setup.checks.finding import worst
    from ohif_setup.steps.check_site import check_site
    from ohif_setup.steps.demo_files import write_files
    from ohif_setup.steps.demo_orthanc import VIEWER_CHECKS

    print("Stand-ins of Entra ID and of the Azure DICOM service run on this machine. The answers:\n")
    for question in asked({}):
        answer = site.answers.get(question.key, question.default or "(none)")
        print(f"  {question.prompt:<28}{answer}")
    answers = load(None, [f"{key}={value}" for key, value in site.answers.items()], {})
    where = "" if kept else " (in a temporary folder; --folder DIR keeps them)"
    print(f"\nThe files{where}:\n")
    write_files(answers, folder)
    print("\nThe checks (the person of the demo signs in by herself):\n")
    # No viewer is served here, and its address is nobody's.
    skip = [check.id for check in all_checks() if check.id.startswith(VIEWER_CHECKS)]
    _, findings = check_site(answers, "device-code", options.TIMEOUT, skip=skip, quiet=True)
    if kept:
        print(f"\nThe files are in {folder}. The stand-ins are gone: a check there finds nobody now.")
    return int(worst(findings) == "fail")


def _serve(site: DemoSite) -> int:
    site.entra.approve_after = PERSON_SECONDS
    answers = site.answers
    print("The stand-ins are up until Ctrl-C. In another terminal, in an empty folder:\n")
    print(f"  export REQUESTS_CA_BUNDLE={os.environ['REQUESTS_CA_BUNDLE']}")
    print(f"  ohif-setup init --set sign_in.authority={answers['sign_in.authority']}\n")
    print("and answer (Enter for all the rest):\n")
    print(f"  DICOM service URL   {answers['server.url']}")
    print(f"  Client ID           {answers['sign_in.client_id']}")
    print(f"  Viewer URL          {answers['viewer.url']}\n")
    print(
        f"A device code is approved by itself after {PERSON_SECONDS:.0f} s. "
        "A browser on this machine warns of the certificate first.",
        flush=True,
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("\nThe stand-ins are gone.")
        return 0


def _not_installed(package: str) -> NoReturn:
    import shlex
    import sys
    from pathlib import Path

    from ohif_setup.errors import SetupError

    # `pipx inject` would replace by the extra's name the folder that `pipx upgrade` installs from.
    by_pipx = Path(sys.prefix, "pipx_metadata.json").exists()
    pip = f"{shlex.quote(sys.executable)} -m pip"
    if by_pipx:
        pip = "pipx runpip ohif-setup"
    raise SetupError(
        "demo-extra-missing",
        f"the stand-ins need the extra 'demo' of ohif-setup, which is not installed (no package {package})",
        where="demo",
        hint=f"{pip} install 'ohif-setup[demo]'",
    )


def _occupied(folder: Path) -> None:
    from ohif_setup.errors import SetupError

    raise SetupError(
        "demo-folder-occupied",
        f"the folder has an {options.ANSWERS}, which the demo would overwrite",
        where=str(folder),
        hint="ohif-setup demo --folder NEW-FOLDER",
    )


def _unknown(fault: str, known: list[str], server: str) -> None:
    from difflib import get_close_matches

    from ohif_setup.errors import SetupError

    near = get_close_matches(fault, known, 1)
    message = "there is no fault of that name"
    if near:
        message += f"; did you mean {near[0]}?"
    command = "ohif-setup demo"
    if server != STAND_INS:
        command += f" --server {server}"
    raise SetupError("fault-unknown", message, where=fault, hint=f"{command} --break list")

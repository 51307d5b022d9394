"""`demo`: a full setup and check on this machine, against stand-ins of Entra ID and the Azure DICOM service, or a real Orthanc."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from ohif_setup.commands.demo import orthanc as demo_orthanc
from ohif_setup.commands.shared import options
from ohif_setup.demo import INSTALLED, STAND_INS, orthanc
from ohif_setup.disk.reading import answers_at, is_there
from ohif_setup.errors import SetupError

EXTRA = ("jwt", "trustme")
"""The packages of the extra `demo`, by their import names."""


def run(arguments: Namespace) -> int:
    """Returns 0 when no check failed, else 1."""
    installed = arguments.server == INSTALLED
    fault = arguments.fault
    known: Mapping[str, object] = orthanc.FAULTS
    if not installed:
        # The faults of Orthanc are listed without the extra `demo`; those of the stand-ins need it.
        known = _stand_ins().FAULTS
    if fault == "list":
        for name, fault in known.items():
            print(f"{name:<20}{getattr(fault, 'summary', '')}")
        return 0
    if fault is not None and fault not in known:
        _unknown(fault, list(known), arguments.server)
    # An answers file there may be the user's own site.
    if arguments.folder is not None and is_there(answers_at(arguments.folder / options.ANSWERS)):
        _occupied(arguments.folder)
    if installed:
        return demo_orthanc.run(arguments, orthanc.FAULTS.get(fault or ""))
    status: int = _stand_ins().run(arguments)
    return status


def _stand_ins() -> ModuleType:
    """The module `stand_ins`. Raises SetupError (`demo-extra-missing`) where the extra is not installed."""
    try:
        # Late: its packages may be missing, and the demo with Orthanc works without them.
        from ohif_setup.commands.demo import stand_ins
    except ModuleNotFoundError as error:
        # Any other missing module is a bug.
        if error.name not in EXTRA:
            raise
        _not_installed(error.name)
    return stand_ins


def _not_installed(package: str) -> NoReturn:
    # `runpip` rather than `pipx inject`: that would record the extra's name in place of the folder that `pipx upgrade` needs.
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
    raise SetupError(
        "demo-folder-occupied",
        f"the folder contains an {options.ANSWERS}, which the demo would overwrite",
        where=str(folder),
        hint="ohif-setup demo --folder NEW-FOLDER",
    )


def _unknown(fault: str, known: list[str], server: str) -> None:
    near = get_close_matches(fault, known, 1)
    message = "there is no fault with that name"
    if near:
        message += f"; did you mean {near[0]}?"
    command = "ohif-setup demo"
    if server != STAND_INS:
        command += f" --server {server}"
    raise SetupError("fault-unknown", message, where=fault, hint=f"{command} --break list")

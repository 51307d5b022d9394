"""Writes the log of a bug in this tool: what a developer needs to fix it, without secrets."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
import traceback

from ohif_setup import __version__
from ohif_setup.network.sign_in import credentials
from ohif_setup.network.wire import hiding

# A login in an address. The limit keeps the time linear for a long text without blanks.
_LOGIN = re.compile(r"//\S{0,300}@")
# JWTs begin with `eyJ`, which is `{"` in base64.
_TOKEN = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*)*")
_written: dict[str, str] = {}
_lock = threading.Lock()


def write(error: Exception) -> str:
    """The path of a new file with the traceback, readable by this user only. All checks that meet the same bug get the same path.
    Empty if no file can be created."""
    text = clean("".join(traceback.format_exception(error)))
    # Checks run in threads: without the lock, two of them would write two files about the same bug.
    with _lock:
        if text not in _written:
            _written[text] = _new_file(f"ohif-setup {__version__}, Python {sys.version}\n{text}")
        return _written[text]


def clean(text: str) -> str:
    """The text without the secrets sent or received in this run, the secret in the environment, logins in addresses, and tokens."""
    for known in hiding.all_in_use():
        text = known.redact(text)
    # A bug may strike before any request has added the client secret to a Hiding.
    environment = hiding.Hiding()
    environment.add(os.environ.get(credentials.SECRET, "").strip())
    text = environment.redact(text)
    return _TOKEN.sub(hiding.HIDDEN, _LOGIN.sub(f"//{hiding.HIDDEN}@", text))


def _new_file(text: str) -> str:
    try:
        # NamedTemporaryFile creates the file with mode 0600 and a name that others cannot guess.
        with tempfile.NamedTemporaryFile(
            "w", prefix="ohif-setup-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(text)
    except OSError:
        return ""
    return log.name

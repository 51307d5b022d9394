"""The log of a bug in this tool: what is needed to fix it, without secrets."""

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

_LOGIN = re.compile(r"//\S{0,300}@")
_TOKEN = re.compile(r"\beyJ[\w-]{8,}(?:\.[\w-]*)*")
_written: dict[str, str] = {}
_lock = threading.Lock()


def write(error: Exception) -> str:
    """The path of a new file with the traceback, which this user alone may read; the same path for the same bug, however many meet
    it. Empty where no file can be made."""
    text = _clean("".join(traceback.format_exception(error)))
    with _lock:
        if text not in _written:
            _written[text] = _new_file(f"ohif-setup {__version__}, Python {sys.version}\n{text}")
        return _written[text]


def _clean(text: str) -> str:
    """Without what was sent or received as a secret in this run, the secret of the environment, logins in addresses, and tokens."""
    for known in hiding.every():
        text = known.out_of(text)
    environment = hiding.Hiding()
    environment.add(os.environ.get(credentials.SECRET, "").strip())
    text = environment.out_of(text)
    return _TOKEN.sub(hiding.HIDDEN, _LOGIN.sub(f"//{hiding.HIDDEN}@", text))


def _new_file(text: str) -> str:
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="ohif-setup-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(text)
    except OSError:
        return ""
    return log.name

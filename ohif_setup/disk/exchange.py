"""Swaps two files or folders in one step, so that neither is ever missing."""

from __future__ import annotations

import ctypes
import errno
import os

from ohif_setup.disk.safe_path import SafePath, opened

_SWAP = 2
"""`RENAME_EXCHANGE` of Linux (renameat2(2)) and `RENAME_SWAP` of macOS (renameatx_np(2))."""
# An old kernel (ENOSYS), a file system without the flag (EINVAL, ENOTSUP), or a sandbox that
# filters the call (EPERM).
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)


def exchange(one: SafePath, other: SafePath) -> bool:
    """Swaps two entries of one folder; False where the system or the file system cannot do that. Raises OSError."""
    library = None
    if os.name == "posix":
        library = ctypes.CDLL(None, use_errno=True)
    # Python wraps neither call, and not every C library has one of them.
    function = getattr(library, "renameat2", None) or getattr(library, "renameatx_np", None)
    if function is None:
        return False
    with opened(one) as (folder, name):
        if function(folder, os.fsencode(name), folder, os.fsencode(other.name), _SWAP) == 0:
            return True
    code = ctypes.get_errno()
    if code in _NOT_HERE:
        return False
    raise OSError(code, os.strerror(code), str(other))

"""Moves a published build of OHIF under a path, such as `/ohif/`.

The build has `PUBLIC_URL` `/` baked into its page, its bundles and its style sheets; `routerBasename` moves only the
addresses of the router. So the files themselves are changed, as a person would change them in a copy of `dist` before
serving it. Serving the untouched build at `/` as well would do too, but takes the root of the host.
"""

from __future__ import annotations

import re


def moved(name: str, content: bytes, base: str) -> bytes:
    """The content that file `name` of an untouched build needs to be served under `base` (`/ohif/`, both slashes)."""
    if name == "index.html":
        return _page(content.decode(), base).encode()
    if name == "manifest.json":
        return content.replace(b'"/assets/', f'"{base}assets/'.encode())
    if name.endswith(".css"):
        return content.replace(b"url(/", f"url({base}".encode())
    if name.endswith(".js"):
        return _script(content, base.encode())
    return content


def _page(page: str, base: str) -> str:
    page = re.sub(r'(href|src|content)="/', rf'\g<1>="{base}', page)
    # 3.11 writes it with blanks and single quotes, 3.13 minified.
    return re.sub(r"""PUBLIC_URL\s*=\s*(['"])/\1""", f'PUBLIC_URL="{base}"', page)


def _script(script: bytes, base: bytes) -> bytes:
    # Every entry has its own copy: without those of the workers a CT draws and a JPEG 2000 image does not.
    script = script.replace(b'__webpack_require__.p = "/"', b'__webpack_require__.p = "' + base + b'"')
    return script.replace(b"browserImportFunction('/", b"browserImportFunction('" + base)

"""What OHIF needs of a Content Security Policy. Measured with the published builds in Chromium and Firefox ESR.

`docs/reference/checks/viewer-policy.md` has the versions, and what was left out of a policy without harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RENEWAL = "people have to sign in again after an hour, in the middle of their work"
NO_SIGN_IN = "the viewer stays blank, and no sign-in page appears"


@dataclass(frozen=True)
class PolicyNeed:
    """`response` is the one whose policy decides: `page` (index.html), or `script` (the JavaScript of the build, which its workers
    run under). `source` has to be in force for `directive`, where `'self'` means the files of the build; `breaks` is what people
    see without it, and `optional` says that the list and every image show all the same."""

    response: Literal["page", "script"]
    directive: str
    source: str
    breaks: str
    optional: bool = False


NEEDS = (
    PolicyNeed("page", "worker-src", "'self'", "the list shows, every image stays black"),
    PolicyNeed("page", "style-src-elem", "'self'", "the page stays blank"),
    PolicyNeed(
        "page",
        "style-src-elem",
        "'unsafe-inline'",
        "parts of the viewer that bring their own style sheet show without it",
        optional=True,
    ),
    PolicyNeed("page", "img-src", "data:", "thumbnails stay blank", optional=True),
    PolicyNeed("page", "object-src", "blob:", "PDF documents stay blank", optional=True),
    PolicyNeed("page", "frame-src", "blob:", "PDF documents stay blank in Chromium and Edge", optional=True),
    PolicyNeed("script", "script-src", "'unsafe-eval'", "JPEG 2000 and JPEG-LS images stay black"),
    PolicyNeed("script", "connect-src", "'self'", "JPEG 2000 and JPEG-LS images stay black"),
)
"""The decoders run in workers, and a worker has the policy of the response that brought its script. They fetch WebAssembly of the
build, and make functions of text, which `'wasm-unsafe-eval'` does not allow."""

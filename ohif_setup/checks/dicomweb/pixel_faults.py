"""What is wrong with the bytes of a frame that came with status 200 and in parts. Pure."""

from __future__ import annotations

from ohif_setup.answers.tables.tables import Server
from ohif_setup.checks import web_server
from ohif_setup.checks.dicomweb.server_fault import name_of
from ohif_setup.checks.fault import Fault
from ohif_setup.checks.finding import Fix
from ohif_setup.network.look import pixels
from ohif_setup.network.look.opening import Frame
from ohif_setup.network.wire.exchange import Received
from ohif_setup.webservers import front_of

BLACK = "the study list shows, images stay black"


def of_frame(server: Server, frame: Frame, received: Received) -> Fault | None:
    """The fault of a frame without pixels, with fewer than its metadata promise, or in another form than its part says."""
    content = pixels.content_of(received)
    if content is None:
        return _broken(
            server, "no part", "The body has no part that begins with a boundary, so OHIF finds no pixels in it."
        )
    if not content:
        return _broken(server, "an empty part", "The answer has status 200, and its part has no bytes.")
    if frame.is_read_whole and not pixels.is_whole(received):
        return _broken(server, "no end", "The body ends before its last boundary: something on the way cut it off.")
    kind = pixels.part_type(received)
    form = pixels.form_of(kind)
    if form is not None:
        if form.is_in(content):
            return None
        came = pixels.looks_like(content) or f"bytes that begin with {content[:4].hex(' ')}"
        return _broken(server, came, f"Its part says {form.name} ({kind}), and {came} came.", other=True)
    promised = pixels.bytes_of_frame(frame.dataset)
    if not pixels.is_uncompressed(kind) or promised is None:
        return None
    came = pixels.looks_like(content)
    bytes_here = _size(frame, received, content)
    # An odd number of bytes may be padded to an even one, never the other way round.
    if bytes_here is None or bytes_here >= promised:
        return None
    if came:
        return _broken(
            server, came, f"Its part says uncompressed pixels ({kind or 'no type'}), and {came} came.", other=True
        )
    return _broken(
        server,
        f"{bytes_here} of {promised} bytes",
        f"The metadata promise {promised} bytes (Rows × Columns × SamplesPerPixel × BitsAllocated / 8), and {bytes_here} came.",
    )


def _size(frame: Frame, received: Received, content: bytes) -> int | None:
    """How many bytes the frame has; None if only its beginning was read, and nothing says how long the rest is."""
    if frame.is_read_whole:
        return len(content)
    declared = received.header("Content-Length")
    # Of a compressed transfer the header counts other bytes.
    if not declared.isascii() or not declared.isdigit() or len(declared) > 12 or received.header("Content-Encoding"):
        return None
    return int(declared)


def _broken(server: Server, came: str, cause: str, *, other: bool = False) -> Fault:
    title = f"a frame comes with {came}"
    symptom = BLACK
    if other:
        title, symptom = f"a frame is not what it says: {came}", f"{BLACK}, or show noise"
    log = (
        f"the file of the image may be damaged: look for it in the log of {name_of(server)}, and store the image again"
    )
    fixes = [Fix("Server", log)]
    if front_of(server):
        fixes.append(web_server.regenerate(server))
    return Fault("no-pixels", title, symptom, cause, tuple(fixes))

"""What a person does and sees in OHIF, for the versions of `builds.py`, whose pages differ."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chromium import PATIENCE_SECONDS
from tests.parts.samples import STUDIES, Study

# `img` elements show the thumbnails; the only canvas is that of the viewport.
CANVAS = "canvas.cornerstone-canvas"
SHADES_OF_AN_IMAGE = 50
"""More than a spinner, a border or a line of text has, less than any of the sample images."""

_COUNT_PIXELS = """canvas => {
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d");
    context.drawImage(canvas, 0, 0);
    const data = context.getImageData(0, 0, copy.width, copy.height).data;
    const counts = new Map();
    for (let at = 0; at < data.length; at += 4) {
        const shade = data[at] + data[at + 1] + data[at + 2];
        counts.set(shade, (counts.get(shade) || 0) + 1);
    }
    return [counts.size, Math.max(...counts.values()) / (data.length / 4)];
}"""


LEAST_SHARE_OF_RED = 0.02
_SHARE_OF_RED = """async png => {
    const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, image.width, image.height).data;
    let red = 0;
    for (let at = 0; at < data.length; at += 4) {
        red += data[at] > 180 && data[at + 1] < 60 && data[at + 2] < 60;
    }
    return red / (data.length / 4);
}"""


@dataclass(frozen=True)
class Picture:
    """The pixels of a canvas: how many different shades, and which share of it the most frequent one covers."""

    shades: int
    largest_share: float


def sign_in(page: Page) -> None:
    """Press the button of the sign-in page, on the sign-in host."""
    page.get_by_role("button", name=re.compile("^Sign in as ")).click()


def expect_patients(page: Page, studies: Collection[Study]) -> None:
    """The list shows these studies and none of the other `STUDIES`."""
    for study in dict.fromkeys((*STUDIES, *studies)):
        row = page.get_by_text(study.shown, exact=True)
        if study in studies:
            expect(row.first).to_be_visible()
        else:
            expect(row).to_have_count(0)


def search_patient_name(page: Page, text: str) -> None:
    """Type into the box above the names, and wait for the search that OHIF does by itself after a moment.

    From 3.13 on it also sifts what it has already, so that the list alone says nothing about the search.
    """
    with page.expect_response(re.compile(r"/studies\?.*PatientName=")):
        page.locator("[data-cy=input-patientName], table input").first.fill(text)


def open_study(page: Page, study: Study) -> None:
    """Choose a study of the list, then the viewer to open it with."""
    page.get_by_text(study.shown, exact=True).first.click()
    page.get_by_role("button", name="Basic Viewer").first.click()


def picture(page: Page) -> Picture:
    """The picture in the viewport, as soon as it is more than a spinner; the last one seen when it never is."""
    canvas = page.locator(CANVAS).first
    canvas.wait_for()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        seen = Picture(*canvas.evaluate(_COUNT_PIXELS))
        if seen.shades >= SHADES_OF_AN_IMAGE or time.monotonic() > deadline:
            return seen
        page.wait_for_timeout(100)


def is_black(page: Page) -> bool:
    """Whether the viewport shows no picture now; also where there is no viewport."""
    canvases = page.locator(CANVAS)
    return canvases.count() == 0 or Picture(*canvases.first.evaluate(_COUNT_PIXELS)).shades < SHADES_OF_AN_IMAGE


def expect_next_frames(page: Page) -> None:
    """Turning the mouse wheel leads from the frame that is shown to other pictures."""
    first = picture(page)
    page.locator(CANVAS).first.hover()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while picture(page) == first:
        assert time.monotonic() < deadline, "always the same picture"
        page.mouse.wheel(0, 100)
        page.wait_for_timeout(100)


def expect_pdf(page: Page) -> None:
    """The browser's PDF viewer shows the red rectangle of `tests.parts.samples.PDF`."""
    document = page.locator("object[type='application/pdf'][data]")
    document.wait_for()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        shot = base64.b64encode(document.screenshot()).decode()
        if page.evaluate(_SHARE_OF_RED, shot) > LEAST_SHARE_OF_RED:
            return
        assert time.monotonic() < deadline, "the page of the PDF is not shown"
        page.wait_for_timeout(100)


def store(page: Page, file: Path) -> None:
    """Upload a file of one instance through the dialog of the list, until it says that this is done."""
    page.get_by_text("Upload", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").first.set_input_files(file)
    expect(dialog.get_by_text("1 file completed.")).to_be_visible()


def sign_out(page: Page) -> None:
    """Choose *Logout* from the menu behind the gear."""
    page.locator("button:has(#icon-settings), [aria-label='Open settings']").first.click()
    page.get_by_text("Logout", exact=True).click()

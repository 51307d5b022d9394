"""The system browser of a test: Ada, who signs in by herself."""

from __future__ import annotations

import threading
import webbrowser

from ohif_setup.demo.person import Person


class AdasBrowser(webbrowser.BaseBrowser):
    """Opens what it is given in a thread, as a real browser would. `person` None looks at nothing. `opened` is what it got."""

    def __init__(self) -> None:
        super().__init__("ada")
        self.person: Person | None = None
        self.opened: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:  # noqa: ARG002 - the base class's
        self.opened.append(url)
        if self.person:
            threading.Thread(target=self.person.open, args=(url,), daemon=True).start()
        return True

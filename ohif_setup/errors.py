"""The one error family of the tool. `cli.py` alone turns it into text and an exit status."""


class SetupError(Exception):
    """The tool could not do it, for a reason outside it (exit status 2).

    Every error says what happened (`message`), on what (`where`: a file, a key, a URL) and what to do next (`hint`, something
    that can be typed). `id` names its section in `docs/reference/errors.md`, which `ohif-setup explain ID` prints.
    """

    def __init__(self, id: str, message: str, *, where: str, hint: str) -> None:
        super().__init__(message)
        self.id = id
        self.message = message
        self.where = where
        self.hint = hint

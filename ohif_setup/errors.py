"""The error that every part of the tool raises. Only `cli.py` turns it into text and an exit status."""


class SetupError(Exception):
    """The tool could not do what was asked, for a reason outside of it (exit status 2).

    Every error says what happened (`message`), on what (`where`: a file, a key, a URL) and what to do next (`hint`,
    preferably a command to type). `id` names its section in `docs/reference/errors.md`, which `ohif-setup explain ID` prints.
    """

    def __init__(self, id: str, message: str, *, where: str, hint: str) -> None:
        super().__init__(message)
        self.id = id
        self.message = message
        self.where = where
        self.hint = hint

"""Prompts at a terminal. The only module that imports questionary."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import TextIO

import questionary

from ohif_setup.terminal import fitting, in_one_line

_STYLE = questionary.Style([("qmark", "bold"), ("question", "bold"), ("instruction", "fg:ansibrightblack")])


def say(text: str, *, first: int = 2, rest: int = 2, out: TextIO | None = None) -> None:
    """Prints a sentence, wrapped at blanks only, so that an address or a command stays whole. `first` and `rest` are the indents in
    columns; `out` is None for stdout."""
    # One column less than the terminal has: some terminals wrap after the last one by themselves.
    width = min(100, shutil.get_terminal_size((100, 24)).columns - 1)
    print(
        textwrap.fill(
            # Before wrapping: a replaced character, such as "..." for "…", may be wider.
            fitting(text, (out or sys.stdout).encoding),
            width,
            initial_indent=" " * first,
            subsequent_indent=" " * rest,
            break_long_words=False,
            break_on_hyphens=False,
        ),
        file=out,
    )


def ask_text(message: str, hint: str, default: str, check: Callable[[str], str | None], *, none: str = "") -> str:
    """Asks for a line of text. The line starts empty; Enter accepts `default`, which is shown in brackets. `check` returns what is
    wrong with an answer, or None. Where the answer may be empty, `none` says what that means: Enter gives it, or `-` where there
    is a default. Raises KeyboardInterrupt on Ctrl-C and Ctrl-D.

    The fault is printed below the prompt: questionary's own line for it cuts a sentence off at the terminal's width.
    """
    print()
    say(hint[:1].upper() + hint[1:])
    prompt = message.removesuffix(":")
    if default:
        prompt += f" [{default}]"
    if none:
        prompt += f" ({'-' if default else 'Enter'} for {none})"
    while True:
        # The default is not put into the line: to replace it, people would have to delete it first.
        typed = str(_answer(questionary.text(f"{in_one_line(prompt)}:", style=_STYLE)))
        text = typed
        if not typed.strip():
            text = default
        elif none and typed.strip() == "-":
            text = ""
        wrong = check(text)
        if wrong is None:
            return text
        say(f"✗ {wrong}", rest=4)


def ask_choice(message: str, hint: str, choices: Sequence[tuple[str, str]], default: str) -> str:
    """Asks for one of `choices`, which are pairs of the text shown and the value returned."""
    print()
    say(hint)
    options = [questionary.Choice(in_one_line(title), value) for title, value in choices]
    question = questionary.select(
        in_one_line(message), options, default=default, style=_STYLE, instruction="(arrow keys, Enter)"
    )
    return str(_answer(question))


def ask_yes(message: str, *, default: bool, hint: str = "") -> bool:
    """Asks yes or no; the answer needs Enter. questionary's default (auto_enter) accepts `y` at once, and the Enter that many
    people type after it would answer the next question."""
    if hint:
        print()
        say(hint)
    return bool(_answer(questionary.confirm(in_one_line(message), default=default, style=_STYLE, auto_enter=False)))


def _answer(question: questionary.Question) -> object:
    try:
        return question.unsafe_ask()
    except EOFError:  # Ctrl-D
        raise KeyboardInterrupt from None

"""Prompts at a terminal. The one place that knows questionary."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

import questionary

_STYLE = questionary.Style([("qmark", "bold"), ("question", "bold"), ("instruction", "fg:ansibrightblack")])


def ask_text(message: str, hint: str, default: str, check: Callable[[str], str | None]) -> str:
    """A line of text. `check` returns what is wrong with it, or None. Raises KeyboardInterrupt on Ctrl-C and Ctrl-D.

    What is wrong is printed below the prompt, whole: questionary's own line for it cuts a sentence at the terminal's width.
    """
    print(f"\n  {hint}")
    while True:
        text = str(_answer(questionary.text(message, default=default, style=_STYLE)))
        wrong = check(text)
        if wrong is None:
            return text
        print(textwrap.fill(f"✗ {wrong}", 100, initial_indent="  ", subsequent_indent="    "))
        default = text


def ask_choice(message: str, hint: str, choices: Sequence[tuple[str, str]], default: str) -> str:
    """One of several: pairs of what is shown and what it stands for."""
    print(f"\n  {hint}")
    options = [questionary.Choice(title, value) for title, value in choices]
    question = questionary.select(message, options, default=default, style=_STYLE, instruction="(arrow keys, Enter)")
    return str(_answer(question))


def ask_yes(message: str, *, default: bool, hint: str = "") -> bool:
    """Yes or no, with Enter. questionary's default takes `y` at once, and the Enter after it would answer the next question."""
    if hint:
        print(f"\n  {hint}")
    return bool(_answer(questionary.confirm(message, default=default, style=_STYLE, auto_enter=False)))


def _answer(question: questionary.Question) -> object:
    try:
        return question.unsafe_ask()
    except EOFError:
        raise KeyboardInterrupt from None

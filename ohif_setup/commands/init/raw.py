"""Answers of the previous and of this run, before they are validated: what `init` drops, and what it has to assume."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from ohif_setup.answers.file.reading import parse_answers, read_answers_file, read_answers_text
from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.answers.questions import has_moved, public_url, route_so_far
from ohif_setup.disk.reading import answers_at, is_there
from ohif_setup.kinds import KINDS
from ohif_setup.providers import PROVIDERS


def has_answers(file: Path) -> bool:
    """Whether the file exists and holds an answer: one that is empty, or only comments, is as good as none. Raises SetupError."""
    return is_there(answers_at(file)) and bool(parse_answers(read_answers_text(file), where=str(file)))


def last_answers(file: Path) -> dict[str, str]:
    """The answers of the file alone as text; empty where there is no file."""
    if not has_answers(file):
        return {}
    return PartialAnswers(read_answers_file(file)).texts()


def with_likely_tenant(given: PartialAnswers) -> PartialAnswers:
    """The answers, with a made-up tenant where the server probably requires a token and none is given yet.

    The model checks a client ID by the provider, which follows from the tenant. Without one, a malformed client ID of the command
    line would be noticed only after all questions.
    """
    sign_in, known = given.tables.get("sign_in"), given.texts()
    kind, url = KINDS.get(known.get("server.kind", KINDS.first)), known.get("server.url")
    if kind is None or kind.token is None or not isinstance(sign_in, dict):
        return given
    elsewhere = url is not None and not kind.addresses.may_be(url)
    if elsewhere or any(sign_in.get(provider.key) for provider in PROVIDERS.values()):
        return given
    provider = PROVIDERS[kind.token.provider]
    return given.with_tables(given.tables | {"sign_in": sign_in | {provider.key: provider.made_up[provider.key]}})


def without_outdated(
    given: PartialAnswers, before: Mapping[str, str], answered: Collection[str]
) -> tuple[PartialAnswers, list[str]]:
    """The answers without those that followed from the previous address of the web server, and the dotted keys that were removed:
    the port, and the certificate where the new address is not https. `before` holds the previous answers as text, `answered` the
    keys that were answered again, which stay."""
    now = given.texts()
    # `texts` knows the first server only: where that is asked directly, the web server belongs to others, and is left alone.
    if route_so_far(now).direct or "viewer.url" not in before or not has_moved(before, now):
        return given, []
    secure = (public_url(now) or now.get("viewer.url", "")).startswith("https://")
    files = () if secure else ("proxy.tls_certificate", "proxy.tls_key")
    gone = [key for key in ("proxy.listen", *files) if key in now and key not in answered]
    return given.without(gone), gone

"""Answers of last time and of this run, before they are validated: what `init` drops, and what it has to assume."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from ohif_setup.answers.file.reading import read_answers_file
from ohif_setup.answers.partial import PartialAnswers
from ohif_setup.answers.questions import has_moved, public_url, route_so_far
from ohif_setup.disk.reading import answers_at, is_there
from ohif_setup.kinds import KINDS
from ohif_setup.providers import PROVIDERS


def last_answers(file: Path) -> dict[str, str]:
    """The texts of the answers file alone; empty where there is none."""
    if not is_there(answers_at(file)):
        return {}
    return PartialAnswers(read_answers_file(file)).texts()


def with_likely_tenant(given: PartialAnswers) -> PartialAnswers:
    """With some tenant in them where the server will probably want a token, whose provider is known later only: so that a client
    ID that cannot be one of that provider is refused by itself."""
    sign_in, known = given.tables.get("sign_in"), given.texts()
    kind, url = KINDS.get(known.get("server.kind", KINDS.first)), known.get("server.url")
    if kind is None or kind.token is None or not isinstance(sign_in, dict):
        return given
    elsewhere = url is not None and not kind.addresses.may_be(url)
    if elsewhere or any(sign_in.get(provider.key) for provider in PROVIDERS.values()):
        return given
    provider = PROVIDERS[kind.token.provider]
    return given.with_tables(given.tables | {"sign_in": sign_in | {provider.key: provider.made_up[provider.key]}})


def without_left_over(
    given: PartialAnswers, before: Mapping[str, str], answered: Collection[str]
) -> tuple[PartialAnswers, list[str]]:
    """Without what followed from an address that the web server has no more, and the dotted keys that were taken out: its port,
    and its certificate where it is https no longer. `before` holds the answers of last time as text, `answered` the keys that
    were answered again, which stay."""
    now = given.texts()
    # Where browsers ask the first server directly, the route of the others is not among the texts.
    if route_so_far(now).direct or "viewer.url" not in before or not has_moved(before, now):
        return given, []
    secure = (public_url(now) or now.get("viewer.url", "")).startswith("https://")
    files = () if secure else ("proxy.tls_certificate", "proxy.tls_key")
    gone = [key for key in ("proxy.listen", *files) if key in now and key not in answered]
    return given.without(gone), gone

"""Replaces a tenant given as a domain name by its ID, which the identity provider is asked for once; the file then has the ID."""

from __future__ import annotations

import sys
from pathlib import Path

from ohif_setup.answers.file.reading import read_answers_text
from ohif_setup.answers.file.tenant_id import with_tenant_id as text_with_tenant_id
from ohif_setup.answers.model import Answers
from ohif_setup.answers.tables.tables import SignIn
from ohif_setup.apply import tenant_ids
from ohif_setup.apply.site_paths import site_paths
from ohif_setup.commands.shared import options
from ohif_setup.disk.reading import answers_at, is_there
from ohif_setup.errors import SetupError
from ohif_setup.network.look.discovery import discover, tenant_of
from ohif_setup.network.wire.http import Http
from ohif_setup.providers import provider_of


def with_tenant_id(
    answers: Answers, path: Path, timeout: float = 10, *, looks: bool = False
) -> tuple[Answers, str | None]:
    """The answers with the tenant's ID, and the new text of the answers file (None when it stays as it is).

    Uses the network only where the tenant is a domain name, and says so; `looks`: the run writes nothing, so an ID that was looked
    up before will do. Raises SetupError (`tenant-unknown`) when it cannot be looked up.
    """
    # A tenant ID is a GUID, which has no dot; a domain name always has one.
    if answers.sign_in is None or "." not in answers.sign_in.tenant_id:
        return answers, None

    site = site_paths(path)
    tenant_id = tenant_ids.recall(site, answers.sign_in) if looks else ""
    if not tenant_id:
        tenant_id = _looked_up(answers.sign_in, path, timeout)
        tenant_ids.remember(site, answers.sign_in, tenant_id)
    known = answers.with_tenant_id(tenant_id)
    if not is_there(answers_at(path)):
        return known, None
    # Only this answer is replaced, and only where the file has it: values of the environment and of --set stay out of the file.
    return known, text_with_tenant_id(read_answers_text(path), answers.sign_in.tenant_id, tenant_id)


def _looked_up(sign_in: SignIn, path: Path, timeout: float) -> str:
    print(f"Looking up the ID of the tenant {sign_in.tenant_id}, which needs the network.", file=sys.stderr)
    found = discover(Http(timeout), provider_of(sign_in).issuer(sign_in.authority))
    tenant_id = tenant_of(found)
    if not tenant_id:
        trouble = found.exchange.trouble
        reason = found.error or f"status {found.exchange.status}"
        if trouble:
            reason = trouble.kind
        raise SetupError(
            "tenant-unknown",
            f"the ID of the tenant {sign_in.tenant_id} could not be looked up ({reason})",
            where="sign_in.tenant_id",
            hint=f"{options.command('check', path)}   (shows the cause); or copy the Tenant ID from Microsoft Entra ID › Overview",
        )
    return tenant_id

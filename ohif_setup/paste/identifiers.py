"""Tenant IDs and client IDs, as people paste them from the portal. Pure; every fault is a ValueError that says what
was given instead and where the right one is found."""

from __future__ import annotations

import re

from ohif_setup.paste import pasted
from ohif_setup.paste.showing import looks_secret
from ohif_setup.paste.urls import parse_address

NOT_A_TENANT = {
    word: f"which stands for {meaning}. The DICOM service trusts one tenant only, so give that tenant"
    for word, meaning in {
        "common": "accounts of any organisation and personal ones",
        "organizations": "accounts of any organisation",
        "organisations": "accounts of any organisation",
        "consumers": "personal Microsoft accounts",
    }.items()
}
"""Words that Microsoft accepts instead of a tenant, and why they cannot serve here."""

# Lower case only: the callers have lowered the text.
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Not inside a longer run of letters, digits and hyphens, where it would be a part of something else.
_ANYWHERE = re.compile(rf"(?<![0-9a-z-]){_GUID.pattern}(?![0-9a-z-])")
# Word processors and chat programs replace a hyphen-minus with one of these.
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
# What the portal, and configuration files, print before the ID in question, in lower case.
_LABELS = {
    "tenant": re.compile(r"tenant|directory|login\.|microsoftonline"),
    "client": re.compile(r"client|application|app ?id|api://"),
}
# Labels of the IDs that stand beside it on the same page of the portal and are easily copied by mistake.
_OTHER_LABELS = {
    "tenant": re.compile(r"client|application|app ?id|object|subscription|secret"),
    "client": re.compile(r"tenant|directory|object|subscription|secret"),
}
# Client IDs of Microsoft's own applications, which appear in the portal and in guides beside the user's own.
_MICROSOFT_APPS = {
    "75e725bf-66ce-4cea-9b9a-5c4caae57f33": "Azure API for DICOM",
    "4f6778d8-5aef-43dc-a1ff-b073724b9495": "Azure Healthcare APIs",
    "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Azure CLI",
}
_DOMAIN_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_WHERE = {
    "tenant": "Copy the Directory (tenant) ID from the Overview page of the app registration",
    "client": "Copy the Application (client) ID from the Overview page of the app registration",
}


def is_guid(text: str) -> bool:
    """True for a GUID in its normal form: lower case, hyphens, nothing around it."""
    return bool(_GUID.fullmatch(text))


def parse_client_id(text: str) -> str:
    """A client ID as a lower-case GUID."""
    guid = _parse_guid(text, "client")
    if guid is None:
        if "://" in text:
            raise ValueError(f"is an address, not an ID. {_WHERE['client']}")
        raise ValueError(f"is not a client ID, which is 32 hexadecimal digits in five groups. {_WHERE['client']}")
    if guid in _MICROSOFT_APPS:
        raise ValueError(f"is {_MICROSOFT_APPS[guid]}, an application of Microsoft, not your own. {_WHERE['client']}")
    return guid


def parse_tenant(text: str) -> str:
    """A tenant ID as a lower-case GUID, or a domain name of the tenant in lower case (`contoso.onmicrosoft.com`)."""
    bare = pasted.unwrapped(pasted.bounded(text))
    if re.match(r"https?://", bare, re.IGNORECASE):
        return _tenant_of_url(bare)
    word = bare.lower().strip("/")
    if word in NOT_A_TENANT:
        raise ValueError(f"is a word that Microsoft accepts instead of a tenant, {NOT_A_TENANT[word]}")
    guid = _parse_guid(text, "tenant")
    if guid is None:
        return _parse_domain(bare)
    return guid


def _parse_guid(text: str, kind: str) -> str | None:
    if not pasted.trimmed(pasted.bounded(text)):
        raise ValueError(f"is empty. {_WHERE[kind]}")
    if looks_secret(text):
        raise ValueError(f"looks like a secret, not an ID. Do not put secrets in the answers. {_WHERE[kind]}")
    bare = pasted.unwrapped(text).lower().translate(_DASHES)
    if kind == "client":
        # The portal shows the Application ID URI as api://CLIENT-ID, which contains the right value.
        bare = bare.removeprefix("api://")
    if pasted.is_placeholder(bare):
        raise ValueError(f"is a placeholder. {_WHERE[kind]}")
    whole: str | None = bare
    if not is_guid(bare):
        whole = _compact_guid(bare) or _labelled_guid(bare, kind)
    # Asked again of the whole text: the brackets of <client-id> were removed above.
    if whole is None and pasted.is_placeholder(text):
        raise ValueError(f"is still a placeholder. {_WHERE[kind]}")
    return whole


def _compact_guid(text: str) -> str | None:
    text = text.lower()
    if not re.fullmatch(r"[0-9a-f]{32}", text):
        return None
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _labelled_guid(text: str, kind: str) -> str | None:
    """The GUID of a pasted piece of the portal, such as `Application (client) ID : …`, if it is clear which one is
    meant."""
    if "://" in text:
        return None
    lines = [line for line in re.split(r"[\r\n]+", text) if _ANYWHERE.search(line)]
    # A line such as "Object ID of the application" has the right word in it and the wrong ID.
    meant = [line for line in lines if _LABELS[kind].search(line) and not re.search(r"object|secret", line)]
    if not meant and any(_OTHER_LABELS[kind].search(line) for line in lines):
        label = re.sub(r"[\s:=]+", " ", _ANYWHERE.sub(" ", lines[0])).strip()[:40]
        raise ValueError(f'is another ID of the portal ("{label}"). {_WHERE[kind]}')
    # A set, because the same ID may be on several of the lines.
    found = {match for line in meant or lines for match in _ANYWHERE.findall(line)}
    if len(found) > 1:
        raise ValueError(f"holds more than one ID. {_WHERE[kind]}")
    guid = found.pop() if found else None
    if guid is not None and pasted.is_placeholder(guid):
        raise ValueError(f"is a placeholder. {_WHERE[kind]}")
    return guid


def _tenant_of_url(text: str) -> str:
    if pasted.is_portal_page(text):
        raise ValueError(f"is a page of the Azure portal. {_WHERE['tenant']}")
    address = parse_address(text)
    # A doubled slash is a typing error without effect here.
    segments = [segment for segment in address.segments if segment]
    if "azurehealthcareapis" in address.host or not segments:
        raise ValueError(f"is an address that names no tenant. {_WHERE['tenant']}")
    return parse_tenant(segments[0])


def _parse_domain(text: str) -> str:
    if "@" in text:
        raise ValueError(
            "is the name of a user. A tenant is given by its ID, or by a domain such as the part after the @"
        )
    problem = (
        f"is neither a tenant ID (32 hexadecimal digits in five groups) nor a domain of the tenant. {_WHERE['tenant']}"
    )
    if "." not in text or re.search(r"[/:\[\]*]", text):
        raise ValueError(problem)
    try:
        domain = parse_address(f"https://{text}").host
    except ValueError:
        raise ValueError(problem) from None
    # A domain whose last label is digits would be an IPv4 address.
    if not all(_DOMAIN_LABEL.fullmatch(label) for label in domain.split(".")) or domain.rpartition(".")[2].isdigit():
        raise ValueError(problem)
    # These have the form of a domain and are pasted instead of one, but name no tenant.
    if domain.startswith(("login.", "sts.", "portal.")) or "azurehealthcareapis" in domain:
        raise ValueError(f"is the address of a Microsoft service, not of your tenant. {_WHERE['tenant']}")
    return domain

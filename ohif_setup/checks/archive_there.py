"""Whether an archive can be looked into at all, and why not: the same words for every check that needs an image."""

from __future__ import annotations

from ohif_setup.network.archive import Archive
from ohif_setup.servers.recognise import is_dicomweb_list


def nothing_to_see(archive: Archive, *, signs_in: bool, image: bool = False) -> str:
    """Why it cannot, as a skipped check says it; empty where it can. `image`: one with pixels is needed."""
    status = archive.search.status
    if status == 401 and signs_in:
        return "the server asks for a sign-in, and this tool has none for it"
    received = archive.search.received
    if received is None or status not in (200, 204) or (status == 200 and not is_dicomweb_list(received)):
        return "no search is answered, see dicomweb-reachable"
    if not archive.studies:
        return "the archive is empty, so there is nothing to ask for; store an image and check again"
    if not archive.samples:
        return "the archive hands out no series or instances to look at, see dicomweb-reachable"
    if image and archive.image is None:
        return "the archive holds no image among its first studies"
    return ""

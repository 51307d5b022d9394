"""The stand-in of the Azure DICOM service: version, partition, Accept, search rules and role."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal
from urllib.parse import unquote

from ohif_setup.demo.azure_service import AzureService
from ohif_setup.demo.certificates import CertificateAuthority
from ohif_setup.demo.cors import StandInCors
from ohif_setup.demo.dicom.accept import MediaType, accepts_json, frame_form, object_form, rendered_form
from ohif_setup.demo.dicom.archive import BuiltInArchive, DicomArchive, Judged
from ohif_setup.demo.dicom.query import Query, QueryError, parse_query
from ohif_setup.demo.dicom.routes import DicomRoute, find_route
from ohif_setup.demo.entra import DICOM_AUDIENCES, Entra
from ohif_setup.demo.exchange import Reply, Request

Role = Literal["owner", "reader"]

STORABLE = {"multipart/related", "application/dicom"}
PARTITIONS_OFF = "Data partitions feature is disabled."
PARTITION_MISSING = "PartitionName value is missing in the route segment."


class DicomService(AzureService):
    """A stand-in of the Azure DICOM service.

    To be set while it runs: `versions` (path segments served), `partitions` (their names; empty: the feature is off),
    `role` of the caller (None: no role on the data, as opposed to the Azure resource), `archive`, and `unsearchable`, parameters of
    a search that it refuses although the service has them.
    """

    def __init__(
        self,
        authority: CertificateAuthority,
        entra: Entra,
        *,
        archive: DicomArchive | None = None,
        cors: StandInCors | None = None,
        public_url: str | None = None,
        hosts: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        super().__init__(authority, entra, cors=cors, public_url=public_url, hosts=hosts, port=port)
        self.archive: DicomArchive = archive or BuiltInArchive()
        self.versions: tuple[str, ...] = ("v1", "v2")
        self.partitions: tuple[str, ...] = ()
        self.role: Role | None = "owner"
        self.unsearchable: tuple[str, ...] = ()

    @property
    def audiences(self) -> Collection[str]:
        """The audiences of every DICOM service in the public cloud."""
        return DICOM_AUDIENCES

    def anonymous(self, request: Request) -> Reply | None:
        """Health and API description, which are public in the source; whether they are in the hosted service is not known."""
        if request.method != "GET":
            return None
        if request.path == "/health/check":
            return Reply.json(200, {"overallStatus": "Healthy", "details": []})
        if request.path in {f"/{version}/api.yaml" for version in self.versions}:
            return Reply(200, (("Content-Type", "application/yaml"),), b"openapi: 3.0.4\n")
        return None

    def authorized(self, request: Request) -> Reply:
        """Checks the route first, because the Accept filter depends on it; then Accept, search rules, role; then asks the
        archive."""
        version, *rest = request.path.strip("/").split("/")
        if version not in self.versions:
            return Reply(404)
        # The header by which ASP.NET API versioning names the versions; only on routes that exist.
        served = ("api-supported-versions", ", ".join(version.removeprefix("v") for version in self.versions))
        reply = self._partitioned(request, version, tuple(map(unquote, rest)))
        if reply is None:
            return Reply(404)
        return reply.adding(served)

    def _partitioned(self, request: Request, version: str, segments: tuple[str, ...]) -> Reply | None:
        if segments[:1] != ("partitions",):
            # With the feature on, a path without a partition names no data; the service answers 400, not 404.
            if self.partitions and find_route(request.method, segments):
                return Reply.text(400, PARTITION_MISSING)
            return self._routed(request, version, segments)
        if not self.partitions:
            return Reply.text(400, PARTITIONS_OFF)
        if len(segments) == 1:
            return Reply.json(200, [{"partitionName": name} for name in self.partitions])
        if segments[1] not in self.partitions:
            # A POST to an unknown partition creates it.
            if request.method != "POST":
                return Reply.text(400, f"Partition '{segments[1]}' does not exist.")
            self.partitions = (*self.partitions, segments[1])
        return self._routed(request, version, segments[2:])

    def _routed(self, request: Request, version: str, segments: tuple[str, ...]) -> Reply | None:
        route = find_route(request.method, segments)
        if route is None:
            return None
        accepted, media = _accepted(route, request.header("Accept"), version)
        if not accepted:
            return Reply(406)
        query: Query | None = None
        if route.kind == "search":
            try:
                query = parse_query(route.level, request.query, self.unsearchable)
            except QueryError as error:
                return Reply.text(400, str(error))
        # After Accept and query, in the order of the source: a caller without a role gets 406 or 400 for a bad request.
        if self.role is None or (route.kind == "store" and self.role != "owner"):
            return Reply.text(403, "Authorization failed.")
        content_type = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
        if route.kind == "store" and content_type not in STORABLE:
            return Reply.text(415, "The specified Content-Type is not supported.")
        return self.archive.answer(Judged(request, route, version, query, media))


def _accepted(route: DicomRoute, header: str | None, version: str) -> tuple[bool, MediaType | None]:
    """Whether the Accept header is acceptable, and the chosen form where there are several."""
    if route.kind in {"search", "metadata", "store"}:
        return accepts_json(header), None
    if route.kind == "frames":
        media = frame_form(header, single_part=version != "v1" and len(route.frames) == 1)
    elif route.kind == "rendered":
        media = rendered_form(header)
    else:
        media = object_form(header, single_part=route.level == "instances")
    return media is not None, media

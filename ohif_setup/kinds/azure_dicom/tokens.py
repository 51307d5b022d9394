"""The tokens that the Azure DICOM service accepts."""

from __future__ import annotations

AUDIENCE = "https://dicom.healthcareapis.azure.com"
APP_ID = "75e725bf-66ce-4cea-9b9a-5c4caae57f33"
"""The resource application "Azure API for DICOM"; a token may have it as its audience."""
# ARM lists the URL with and without a trailing slash; tokens of version 2 have the application's ID.
AUDIENCES = (AUDIENCE, f"{AUDIENCE}/", APP_ID)
SCOPE = f"{AUDIENCE}/Dicom.ReadWrite"
"""The only delegated scope. There are no application permissions: for an application only Azure roles decide."""
DEFAULT_SCOPE = f"{AUDIENCE}/.default"

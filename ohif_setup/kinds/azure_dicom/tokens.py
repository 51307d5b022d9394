"""The tokens that the Azure DICOM service takes."""

from __future__ import annotations

AUDIENCE = "https://dicom.healthcareapis.azure.com"
APP_ID = "75e725bf-66ce-4cea-9b9a-5c4caae57f33"
"""The resource application "Azure API for DICOM"; a token may carry it as its audience."""
AUDIENCES = (AUDIENCE, f"{AUDIENCE}/", APP_ID)
SCOPE = f"{AUDIENCE}/Dicom.ReadWrite"
"""The only delegated scope. An application has none: Azure roles alone decide about it."""
DEFAULT_SCOPE = f"{AUDIENCE}/.default"

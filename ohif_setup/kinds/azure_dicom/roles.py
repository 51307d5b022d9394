"""The Azure roles that give users and pipelines access to the DICOM service."""

from __future__ import annotations

# Names and IDs of Azure's built-in roles. The IDs are the same in every tenant.
READER = "DICOM Data Reader"
READER_ID = "e89c7a3c-2f64-4fa1-a847-3e4c9ba4283a"
OWNER = "DICOM Data Owner"
OWNER_ID = "58a3b984-7adf-4c20-983a-32417c86fbc8"


def assign_role(role_id: str, principal: str = "User") -> str:
    """Commands that give a role on the service to the user who is signed in to az, or (`principal`) to a `ServicePrincipal`."""
    note, who = (
        "# RG, WS, DICOM: your resource group, workspace and service",
        "az ad sp show --id CLIENT_ID_OF_THE_PIPELINE",
    )
    if principal == "User":
        note, who = f"{note}; another person: az ad user show --id NAME", "az ad signed-in-user show"
    return "\n".join(
        (
            note,
            "ID=$(az healthcareapis workspace dicom-service show -g RG --workspace-name WS -n DICOM --query id -o tsv)",
            f"WHO=$({who} --query id -o tsv)",
            f'az role assignment create --assignee-object-id "$WHO" --assignee-principal-type {principal} \\',
            f'  --role {role_id} --scope "$ID"',
        )
    )

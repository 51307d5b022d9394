"""A stand-in of Entra ID: discovery, sign-in, tokens and errors of one tenant."""

from ohif_setup.demo.entra.registration import AppRegistration
from ohif_setup.demo.entra.scopes import DICOM_APP_ID, DICOM_AUDIENCES, DICOM_URL, Resource
from ohif_setup.demo.entra.server import Entra
from ohif_setup.demo.entra.tenant import TENANT_DOMAIN, TENANT_ID, User

__all__ = [
    "DICOM_APP_ID",
    "DICOM_AUDIENCES",
    "DICOM_URL",
    "TENANT_DOMAIN",
    "TENANT_ID",
    "AppRegistration",
    "Entra",
    "Resource",
    "User",
]

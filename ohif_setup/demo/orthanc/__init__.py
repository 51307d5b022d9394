"""A real Orthanc and a real nginx of this machine on loopback, with a few images, with the files that the tool generates."""

from ohif_setup.demo.orthanc.faults import FAULTS, OrthancFault
from ohif_setup.demo.orthanc.programs import ProgramError, missing_packages
from ohif_setup.demo.orthanc.site import OrthancSite

__all__ = ["FAULTS", "OrthancFault", "OrthancSite", "ProgramError", "missing_packages"]

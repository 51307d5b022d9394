"""Keys of OHIF's `window.config` that have no effect where people put them, and the names that OHIF knows.

From the bundles of OHIF 3.11.1 to 3.14.0-beta.6 and its migration guides.
"""

from __future__ import annotations

DICOMWEB = "@ohif/extension-default.dataSourcesModule.dicomweb"
"""The data source module for any DICOMweb server (OHIF `extensions/default`)."""

NAMESPACES = (
    DICOMWEB,
    "@ohif/extension-default.dataSourcesModule.dicomjson",
    "@ohif/extension-default.dataSourcesModule.dicomlocal",
    "@ohif/extension-default.dataSourcesModule.dicomwebproxy",
    "@ohif/extension-default.dataSourcesModule.merge",
)
"""The data source modules that come with OHIF; extensions may add more."""

READ_AT_TOP = (
    "extensions", "modes", "modesConfiguration", "dataSources", "defaultDataSourceName", "routerBasename", "oidc",
    "showStudyList", "showLoadingIndicator", "customizationService", "customizationUrlPrefixes", "genericViewports",
    "useNextViewports", "whiteLabeling", "httpErrorHandler", "investigationalUseDialog", "groupEnabledModesFirst",
    "maxNumRequests", "maxNumberOfWebWorkers", "measurementTrackingMode", "disableConfirmationPrompts", "showPatientInfo",
    "allowMultiSelectExport", "studyPrefetcher", "strictZSpacingForVolumeViewport", "useCPURendering", "useCursors",
    "showCPUFallbackMessage", "autoPlayCine", "activateViewportBeforeInteraction", "multimonitor", "peerImport",
    "segmentation", "dangerouslyUseDynamicConfig",
)  # fmt: skip
"""What OHIF 3.13 reads at the top of the configuration (`segmentation` up to 3.12)."""

DEAD_KEYS = {
    "showWarningMessageForCrossOrigin": "no OHIF from 3.11 on reads it",
    "useSharedArrayBuffer": "no OHIF from 3.9 on reads it",
    # Spread by the README of github.com/microsoft/dicom-ohif.
    "useSharedAccessBuffer": "it is a misspelling that never worked",
    "enableGoogleCloudAdapter": "only OHIF 2 read it",
    "filterQueryParam": "only OHIF 2 read it",
    # The next five are real keys at the wrong level: they belong in `configuration` of a data source.
    "acceptHeader": "it is read only inside a data source",
    "requestTransferSyntaxUID": "it is read only inside a data source",
    "omitQuotationForMultipartRequest": "it is read only inside a data source",
    "supportsWildcard": "it is read only inside a data source",
    "onConfiguration": "it is read only inside a data source",
}
"""Keys that do nothing at the top of the configuration, and why: the end of "At that place …"."""

DEAD_IN_SOURCE = {
    "qidoSupportsIncludeField": "includefield is always sent",
    "supportsNativeDICOMModel": "no OHIF reads it",
    "enableRequestTag": "no OHIF reads it",
    "useBulkDataURI": "no OHIF from 3.9 on reads it; bulkDataURI took its place",
    "requestOptions": "OHIF 2 read it, and no request of OHIF 3 carries what it says",
    "headers": "no request of OHIF carries them",
}
"""Keys that do nothing inside the configuration of a data source, and why."""

LOGIN_IN_SOURCE = ("requestOptions", "headers")
"""Those of them by which people mean to sign in. OHIF 3 sends the token of oidc, or of a link with ?token=, and no other login."""

DEAD_IN_OIDC = {
    "useAuthorizationCodeFlow": "the flow follows from response_type alone",
    "accessTokenOnly": "no OHIF reads it",
    "grantType": "the flow follows from response_type alone",
    "revoke_uri": "no OHIF reads it",
}
"""Keys that do nothing inside an entry of oidc, and why."""

NOT_READ = {
    "oauth": "OHIF does not read it, and the viewer would have no sign-in",
    "servers": "OHIF 2 read it, OHIF 3 does not",
}
"""Keys that look like the server or the sign-in, but are not read by OHIF 3."""

DEMO_HOSTS = (
    "d14fa38qiwhyfd.cloudfront.net",
    "d33do7qe4w26qo.cloudfront.net",
    "d28o5kq0jsoob5.cloudfront.net",
    "d3t6nz73ql33tx.cloudfront.net",
    "server.dcmjs.org",
)
"""Public demonstration servers of the configurations that OHIF ships."""

"""Configurations as people write them, and the generated one."""

from __future__ import annotations

from typing import Any

from ohif_setup.answers.model import Answers
from ohif_setup.output.plan import plan

VIEWER = "https://viewer.example.org"
DICOM = "https://ws-dicom.dicom.azurehealthcareapis.com/v2"
TENANT = "11111111-2222-4333-8444-555555555555"
CLIENT = "66666666-7777-4888-9999-aaaaaaaaaaaa"
DICOMWEB = "@ohif/extension-default.dataSourcesModule.dicomweb"
AZURE: dict[str, Any] = {
    "viewer": {"url": VIEWER},
    "server": {"kind": "azure-dicom", "url": DICOM},
    "sign_in": {"tenant_id": TENANT, "client_id": CLIENT},
}
SMALL = f"""window.config = {{
  extensions: [],
  modes: [],
  showStudyList: true,
  httpErrorHandler: () => {{}},
  defaultDataSourceName: 'pacs',
  dataSources: [
    {{
      namespace: '{DICOMWEB}',
      sourceName: 'pacs',
      configuration: {{
        qidoRoot: '/dicom-web',
        wadoRoot: '/dicom-web',
        imageRendering: 'wadors',
        bulkDataURI: {{ enabled: true }},
      }},
    }},
  ],
}};
"""
CLINIC = f"""/** @type {{AppTypes.Config}} */
const ROOT = '/pacs/dicom-web';
function brand(React) {{
  return React.createElement('a', {{ href: HOME }}, 'x');
}}
const HOME = 'https://clinic.example.org';
window.config = function ({{ servicesManager }}) {{
  const warn = error => servicesManager.services.x.show(error);
  return {{
    routerBasename: '/ohif/',
    extensions: [],
    modes: ['@ohif/mode-test'],
    showStudyList: true,
    whiteLabeling: {{
      // the clinic's own sign
      createLogoComponentFn: React => brand(React),
      other: HOME + '/x',
    }},
    multimonitor: [{{ id: 'a', screen: null, test: ({{ multimonitor }}) => multimonitor === 'a' }}],
    httpErrorHandler(error) {{
      warn(error);
    }},
    defaultDataSourceName: 'pacs',
    dataSources: [
      {{
        namespace: '{DICOMWEB}',
        sourceName: 'pacs',
        configuration: {{
          friendlyName: 'Our Orthanc',
          name: 'orthanc',
          qidoRoot: ROOT,
          wadoRoot: window.location.origin + ROOT,
          imageRendering: 'wadors',
          supportsReject: true,
          requestOptions: {{ auth: 'orthanc:sesame99', headers: {{ 'X-Y': 'z' }} }},
          singlepart: 'bulkdata,video,pdf',
          bulkDataURI: {{ enabled: true, transform: url => url.replace('a', 'b') }},
        }},
      }},
      {{
        namespace: '@ohif/extension-default.dataSourcesModule.dicomlocal',
        sourceName: 'local',
        configuration: {{ friendlyName: 'files' }},
      }},
    ],
    oidc: [
      {{
        authority: 'https://keycloak.example.org/realms/imaging',
        client_id: 'ohif',
        redirect_uri: 'https://viewer.example.org/ohif/callback',
        response_type: 'code',
        scope: 'openid email',
        client_secret: 'not-for-browsers-4711',
        post_logout_redirect_uri: '/',
      }},
      {{ authority: 'https://other.example.org', client_id: 'x' }},
    ],
    customizationService: {{ dicomUploadComponent: 'x', y: [1, 2] }},
  }};
}};
"""
SECRETS = ("sesame99", "not-for-browsers-4711")
V2 = """window.config = {
  routerBasename: '/ohif',
  servers: {
    dicomWeb: [
      {
        name: 'Our PACS',
        wadoUriRoot: window.location.origin + '/pacs/wado',
        qidoRoot: window.location.origin + '/pacs/dicom-web',
        wadoRoot: window.location.origin + '/pacs/dicom-web',
        imageRendering: 'wadors',
      },
    ],
  },
  studyListFunctionsEnabled: true,
};
"""


def answers(**groups: Any) -> Answers:
    """The answers of an Azure site with other tables in the place of its own; None takes one out."""
    tables = AZURE | groups
    return Answers.model_validate({key: value for key, value in tables.items() if value is not None})


def generated(given: Answers) -> str:
    """The `app-config.js` of these answers."""
    return next(one.text for one in plan(given) if one.name == "app-config.js")

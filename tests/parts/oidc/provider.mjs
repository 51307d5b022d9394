// A certified OpenID Connect provider on loopback, over TLS. Its only argument is a JSON object:
// module (the path of oidc-provider), issuer, port, certificate and key (files), clients, origins (whose pages may ask for tokens),
// lifetime (of an access token, in seconds), requests (a file that gets method and path of each request).
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { pathToFileURL } from 'node:url';

const told = JSON.parse(process.argv[2]);
const { Provider } = await import(pathToFileURL(told.module).href);

// The pages that people see are of our own, because those of the package load a font from another host.
const page = (title, form) => `<!DOCTYPE html><title>${title}</title>
<link rel="icon" href="data:,">${form}`;

const provider = new Provider(told.issuer, {
  clients: told.clients,
  clientBasedCORS: (_, origin) => told.origins.includes(origin),
  scopes: ['openid', 'offline_access', 'profile'],
  claims: { openid: ['sub'], profile: ['name'] },
  ttl: { AccessToken: told.lifetime, Grant: 3600, IdToken: 3600, Interaction: 600, Session: 3600 },
  interactions: { url: (_, { uid }) => `/person/${uid}` },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.body = page('Sign out', `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`);
      },
    },
  },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: id }) }),
  cookies: { keys: ['only for tests'] },
});
provider.on('server_error', (_, error) => console.error(error));

async function person(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page('Sign in', '<form method="post"><button>Sign in as Ada</button></form>'));
    return;
  }
  const grant = new provider.Grant({ accountId: 'ada', clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { login: { accountId: 'ada' }, consent });
}

const answer = provider.callback();
createServer({ cert: readFileSync(told.certificate), key: readFileSync(told.key) }, (request, response) => {
  appendFileSync(told.requests, `${request.method} ${request.url}\n`);
  const done = request.url.startsWith('/person/') ? person(request, response) : answer(request, response);
  done.catch((error) => response.writeHead(500).end(String(error)));
}).listen(told.port, '127.0.0.1');

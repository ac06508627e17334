// An OpenID Connect provider for the tests: npm oidc-provider as it is, with fresh keys at each start. PORT, CLIENT, SECRET, REDIRECT, ALG in the
// environment; NODE_MODULES names the folder that has the package. Prints "ready" when it listens.
import { createRequire } from 'node:module';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const { PORT, CLIENT, SECRET, REDIRECT, ALG, NODE_MODULES } = process.env;
const entry = createRequire(`${NODE_MODULES}/`).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(entry).href);

const pair = { RS256: ['rsa', { modulusLength: 2048 }], PS256: ['rsa', { modulusLength: 2048 }], ES256: ['ec', { namedCurve: 'P-256' }], EdDSA: ['ed25519', {}] }[ALG];
const key = { ...generateKeyPairSync(...pair).privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig' };
const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [{
    client_id: CLIENT, redirect_uris: [REDIRECT], grant_types: ['authorization_code'], response_types: ['code'], id_token_signed_response_alg: ALG,
    ...(SECRET ? { client_secret: SECRET } : { token_endpoint_auth_method: 'none' }),
  }],
  cookies: { keys: [randomUUID()] },
  jwks: { keys: [key] },
});
provider.listen(Number(PORT), '127.0.0.1', () => console.log('ready'));

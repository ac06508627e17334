import { afterEach, describe, expect, it, vi } from 'vitest';
import { placesOf } from '../app/nav.tsx';
import { Problem, api, configure } from './client.ts';
import type { Duty } from './types.ts';

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
const stepUp = answer(403, { code: 'session.step_up_needed', title: 'x' });

afterEach(() => vi.unstubAllGlobals());

describe('client', () => {
  it('asks for the second factor once and sends the same request again under the same key', async () => {
    const sent = vi.fn().mockResolvedValueOnce(stepUp.clone()).mockResolvedValueOnce(answer(200, { ok: 1 }));
    vi.stubGlobal('fetch', sent);
    configure.csrf('token');
    configure.onStepUp(() => Promise.resolve(true));
    await expect(api.post('/applications/ap_1/vote', { approve: true })).resolves.toEqual({ ok: 1 });
    const headers = sent.mock.calls.map((c) => (c[1] as { headers: Headers }).headers);
    expect(headers[0]!.get('Idempotency-Key')).toBe(headers[1]!.get('Idempotency-Key'));
    expect(headers[0]!.get('X-CSRF-Token')).toBe('token');
  });
  it('gives up when the person declines, with the problem of the node', async () => {
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue(stepUp.clone()));
    configure.onStepUp(() => Promise.resolve(false));
    await expect(api.post('/x')).rejects.toMatchObject({ status: 403, code: 'session.step_up_needed' });
  });
  it('waits for the same person to sign in again, and then sends what was written, with the new token', async () => {
    const seen: (string | null)[][] = [];
    vi.stubGlobal('fetch', (_: string, { headers, body }: { headers: Headers; body: string }) => {
      seen.push([headers.get('X-CSRF-Token'), headers.get('Idempotency-Key'), body]);
      return Promise.resolve(seen.length === 1 ? answer(401, { code: 'session.expired', title: 'x' }) : answer(200, { ok: 1 }));
    });
    configure.csrf('old');
    configure.onExpired(() => { configure.csrf('new'); return Promise.resolve(true); });
    await expect(api.post('/contracts', { words: 'long text' })).resolves.toEqual({ ok: 1 });
    expect(seen.map(([token]) => token)).toEqual(['old', 'new']);
    expect(seen[1]!.slice(1)).toEqual(seen[0]!.slice(1));
  });
  it('says that nobody is signed in when the person does not sign in again, and asks only once', async () => {
    vi.stubGlobal('fetch', vi.fn().mockImplementation(() => Promise.resolve(answer(401, { code: 'session.expired', title: 'x' }))));
    const ask = vi.fn().mockResolvedValue(true), out = vi.fn();
    configure.onExpired(ask);
    configure.onSignedOut(out);
    await expect(api.get('/inbox')).rejects.toMatchObject({ status: 401 });
    expect([ask.mock.calls.length, out.mock.calls.length]).toEqual([1, 1]);
    configure.onExpired(() => Promise.resolve(false));
  });
  it('asks nobody to sign in again for a code, a passphrase or a token that is wrong', async () => {
    const asked = vi.fn().mockResolvedValue(true), out = vi.fn();
    configure.onExpired(asked);
    configure.onSignedOut(out);
    for (const code of ['totp.wrong_code', 'shares.wrong_passphrase', 'source.sign_in_refused']) {
      vi.stubGlobal('fetch', vi.fn().mockResolvedValue(answer(401, { code, title: 'x' })));
      await expect(api.post('/x')).rejects.toMatchObject({ code });
    }
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue(answer(401, { code: 'session.expired', title: 'x' })));
    await expect(api.getBy('sls_x', '/my')).rejects.toMatchObject({ status: 401 });
    expect(asked).not.toHaveBeenCalled();
    expect(out).not.toHaveBeenCalled();
  });

  it('a wrong password is an answer, not the end of a session', async () => {
    vi.stubGlobal('fetch', vi.fn().mockResolvedValue(answer(401, { code: 'sign_in.failed', title: 'x' })));
    const ask = vi.fn().mockResolvedValue(false);
    configure.onExpired(ask);
    await expect(api.post('/session', {})).rejects.toMatchObject({ code: 'sign_in.failed' });
    expect(ask).not.toHaveBeenCalled();
  });
  it('turns a node that is away into a problem', async () => {
    vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('refused')));
    await expect(api.get('/x')).rejects.toBeInstanceOf(Problem);
  });
});

describe('navigation', () => {
  it('has at most six entries for any duties, the inbox first', () => {
    const all: Duty[] = ['system_admin', 'security_admin', 'audit_admin', 'data_manager', 'security_officer', 'registrar', 'pi_officer', 'committee_member', 'contract_signer', 'data_user', 'supervisor', 'broker'];
    for (const duties of [...all.map((d) => [d]), all, []]) {
      const places = placesOf(duties);
      expect(places.length).toBeLessThanOrEqual(6);
      expect(places[0]).toBe('inbox');
    }
  });
});

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

// The one way to the node: same origin, cookies, CSRF header, an Idempotency-Key for each POST, problem+json as errors.
// A request that needs the second factor asks for it through `onStepUp` and is then sent again under the same key; so is one whose
// session is over, once the same person has signed in again (`onExpired`): what stands in a form is not lost.

import type { Job } from './schema.ts';

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly nextStep: string,
    readonly detail: string,
  ) {
    super(title);
  }
}

type Ask = () => Promise<boolean>;

const refused: Ask = () => Promise.resolve(false);
let csrf = '';
let stepUp = refused;
let signInAgain = refused;
let freshToken = refused;
let signedOut: () => void = () => undefined;
let language = 'zh-CN';

export const configure = {
  csrf: (token: string): void => { csrf = token; },
  onStepUp: (ask: Ask): void => { stepUp = ask; },
  /** The session is over: true when the same person has signed in again. */
  onExpired: (ask: Ask): void => { signInAgain = ask; },
  /** The token is of an older session: true when the one in force is the same person's. */
  onStaleToken: (ask: Ask): void => { freshToken = ask; },
  onSignedOut: (act: () => void): void => { signedOut = act; },
  language: (tag: string): void => { language = tag; },
};

const BASE = '/api/v1';

async function problemOf(response: Response): Promise<Problem> {
  try {
    return problemFrom(response.status, (await response.json()) as Record<string, unknown>);
  } catch {
    return problemFrom(response.status, {});
  }
}

function problemFrom(status: number, body: Record<string, unknown>): Problem {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const params = (body['params'] ?? {}) as Record<string, unknown>;
  return new Problem(status, text(body['code']) || `http.${status}`, text(body['title']), text(body['nextStep']), text(params['detail']));
}

async function once(method: string, path: string, headers: Headers, body: BodyInit | null): Promise<Response> {
  try {
    return await fetch(BASE + path, { method, headers, body, credentials: 'same-origin', cache: 'no-store' });
  } catch {
    throw new Problem(0, 'network.unreachable', '', '', '');
  }
}

/** Not every 401 is the session's: a wrong code, a share's wrong passphrase, a source that refuses its password are answers to what was asked. */
const isOver = (problem: Problem): boolean => problem.status === 401 && /^(session\.|person\.unknown$)/.test(problem.code);

/** What can be done about a refusal, so that the request may be sent again; each remedy is tried once. */
function remedyOf(problem: Problem, path: string, tried: Set<Ask>): Ask | null {
  const remedy = problem.code === 'session.step_up_needed' ? stepUp : problem.code === 'session.csrf' ? freshToken : isOver(problem) && path !== '/session' ? signInAgain : null;
  return remedy && !tried.has(remedy) ? remedy : null;
}

async function send(method: string, path: string, body?: unknown, extra: Record<string, string> = {}): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json, application/problem+json', 'Accept-Language': language, ...extra });
  if (method !== 'GET' && csrf) headers.set('X-CSRF-Token', csrf);
  if (method === 'POST') headers.set('Idempotency-Key', crypto.randomUUID());
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  const payload = body === undefined ? null : JSON.stringify(body);
  const tried = new Set<Ask>();
  for (;;) {
    const response = await once(method, path, headers, payload);
    if (response.ok) return response;
    const problem = await problemOf(response);
    const remedy = 'Authorization' in extra ? null : remedyOf(problem, path, tried);
    if (remedy && (await remedy())) {
      tried.add(remedy);
      if (method !== 'GET' && csrf) headers.set('X-CSRF-Token', csrf);
      continue;
    }
    if (!('Authorization' in extra) && isOver(problem) && path !== '/session') signedOut();
    throw problem;
  }
}

async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as T;
}

const POLL_MS = [150, 300, 600, 1000];

export interface Working {
  /** What the worker reports, e.g. rows done of a total. */
  onProgress?: (progress: Record<string, unknown>) => void;
  /** Aborted: the job is cancelled on the node. */
  signal?: AbortSignal;
}

/** Long work: started as a job, followed until it ends; a failure is what the direct answer would have said. */
async function work<T>(path: string, body: unknown, { onProgress, signal }: Working = {}): Promise<T> {
  const started = await send('POST', path, body, { Prefer: 'respond-async' });
  if (started.status !== 202) return json<T>(started);
  const { id } = await json<Job>(started);
  for (let turn = 0; ; turn++) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS[Math.min(turn, POLL_MS.length - 1)]));
    if (signal?.aborted) await send('DELETE', `/jobs/${id}`).catch(() => undefined);
    const job = await json<Job>(await send('GET', `/jobs/${id}`));
    if (job.state === 'failed') throw problemFrom(job.problem?.status ?? 500, (job.problem ?? { code: job.code }) as Record<string, unknown>);
    if (job.state === 'done') return job.result as T;
    if (job.progress) onProgress?.(job.progress);
  }
}

/** With the token of somebody who has no account here: no session is touched, and none is asked for. */
const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

export const api = {
  work,
  getBy: async <T>(token: string, path: string): Promise<T> => json<T>(await send('GET', path, undefined, bearer(token))),
  postBy: async <T>(token: string, path: string): Promise<T> => json<T>(await send('POST', path, {}, bearer(token))),
  get: async <T>(path: string): Promise<T> => json<T>(await send('GET', path)),
  post: async <T>(path: string, body: unknown = {}): Promise<T> => json<T>(await send('POST', path, body)),
  remove: async <T>(path: string): Promise<T> => json<T>(await send('DELETE', path)),
  text: async (path: string): Promise<string> => (await send('GET', path)).text(),
  blob: async (path: string): Promise<Blob> => (await send('GET', path)).blob(),
};

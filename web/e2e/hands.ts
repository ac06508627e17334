// What people do over the API where a walk is about something else: one session a person, the second factor shown when it is asked for.
import { type APIRequestContext, type BrowserContextOptions, request } from '@playwright/test';
import type { Account, Demo } from './demo.ts';
import type { Desk } from './desk.ts';

const PASSWORD = 'a long enough password of ';

export class Hand {
  private csrf = '';
  private constructor(private readonly http: APIRequestContext, private readonly demo: Demo, readonly account: string, private readonly known: Account) {}

  /** Signs in and shows the second factor; an account at its first sign-in gets a password and an authenticator of its own. */
  static async of(demo: Demo, account: string, firstPassword?: string): Promise<Hand> {
    const http = await request.newContext({ baseURL: demo.url, ignoreHTTPSErrors: true });
    const hand = new Hand(http, demo, account, demo.accounts.get(account) ?? { password: firstPassword!, secret: '' });
    hand.csrf = (await hand.send<{ csrf: string }>('POST', '/session', { account, password: hand.known.password })).csrf;
    if (demo.accounts.has(account)) {
      await hand.stepUp();
      return hand;
    }
    await hand.send('POST', '/session/password', { old: hand.known.password, new: PASSWORD + account });
    hand.known.password = PASSWORD + account;
    hand.known.secret = (await hand.send<{ secret: string }>('POST', '/session/totp/enrol', {})).secret;
    demo.accounts.set(account, hand.known);
    await hand.send('POST', '/session/totp/confirm', { code: await demo.code(account) });
    return hand;
  }

  private stepUp = async (): Promise<unknown> => this.send('POST', '/session/step-up', { code: await this.demo.code(this.account) });

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (let tries = 0; ; tries++) {
      const answer = await this.http.fetch(`/api/v1${path}`, { method, headers: { 'X-CSRF-Token': this.csrf, 'Idempotency-Key': crypto.randomUUID() }, ...(body === undefined ? {} : { data: body }), timeout: 60_000 });
      const text = await answer.text();
      if (answer.ok()) return (text === '' ? {} : JSON.parse(text)) as T;
      const code = text.startsWith('{') ? (JSON.parse(text) as { code?: string }).code : '';
      if (tries === 0 && code === 'session.step_up_needed') {
        await this.stepUp();
        continue;
      }
      throw new Error(`${this.account} ${method} ${path}: ${answer.status()} ${text.slice(0, 300)}`);
    }
  }

  get = <T>(path: string): Promise<T> => this.send<T>('GET', path);
  post = <T = { id: string }>(path: string, body: unknown = {}): Promise<T> => this.send<T>('POST', path, body);
  file = async (path: string): Promise<Buffer> => (await this.http.get(`/api/v1${path}`)).body();
  /** This session, for a browser. */
  session = async (): Promise<BrowserContextOptions> => ({ storageState: await this.http.storageState() });
  close = (): Promise<void> => this.http.dispose();
}

/** Hands that were asked for once are kept. */
export class Hands {
  private readonly all = new Map<string, Promise<Hand>>();
  constructor(private readonly demo: Demo, private readonly desk: Desk) {}

  of(account: string, firstPassword?: string): Promise<Hand> {
    const known = this.all.get(account) ?? Hand.of(this.demo, account, firstPassword);
    this.all.set(account, known);
    return known;
  }

  private async enrolled(party: string, account: string, name: string, duty: string): Promise<void> {
    const person = await (await this.of('sysadmin')).post<{ id: string; password: string }>('/people', { party, account, display_name: name });
    await (await this.of('secadmin')).post(`/people/${person.id}/duties`, { duty });
    await this.of(account, person.password);
  }

  /** Somebody more at the agency, with one duty. */
  async colleague(account: string, name: string, duty: string): Promise<void> {
    const { party } = await (await this.of('manager')).get<{ party: { id: string } }>('/session');
    await this.enrolled(party.id, account, name, duty);
  }

  /** A party that uses data, with somebody who applies, somebody who signs, and its key; accounts NAME.user and NAME.signer. */
  async recipient(name: string, title: string, uscc: string): Promise<{ party: string; key: string }> {
    const [system, security] = [await this.of('sysadmin'), await this.of('secadmin')];
    const { id: party } = await system.post('/parties', { name: title, uscc, role: 'data_user', evidence: '营业执照' });
    await security.post(`/parties/${party}/verify`, { evidence: '公示系统一致' });
    for (const [account, duty] of [[`${name}.user`, 'data_user'], [`${name}.signer`, 'contract_signer']] as const) await this.enrolled(party, account, `${title}·${account}`, duty);
    const key = this.desk.path(`${name}.key`);
    const shown = Buffer.from((JSON.parse(this.desk.run(['key', 'new', '--out', key, '--name', name, '--no-passphrase', '--json'])) as { public_key: string }).public_key, 'hex').toString('base64');
    const proposed = await security.post(`/parties/${party}/key`, { public_key: shown, proof: this.desk.sign(key, `sluice/party-key/v1\n${JSON.stringify({ party, public_key: shown })}`) }) as unknown as { proposed_key: { key_id: string } };
    await system.post(`/parties/${party}/key/decide`, { key_id: proposed.proposed_key.key_id, approve: true });
    return { party, key };
  }

  /** A broker organisation with somebody who acts for others. */
  async broker(account: string, title: string, uscc: string): Promise<void> {
    const [system, security] = [await this.of('sysadmin'), await this.of('secadmin')];
    const { id: party } = await system.post('/parties', { name: title, uscc, role: 'broker', evidence: '营业执照' });
    await security.post(`/parties/${party}/verify`, { evidence: '公示系统一致' });
    await this.enrolled(party, account, `${title}·经纪人`, 'broker');
  }

  async close(): Promise<void> {
    for (const hand of this.all.values()) await (await hand).close();
  }
}

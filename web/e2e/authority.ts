// A certification authority of SM2 made with openssl, for tests: it issues for requests and keeps a revocation list.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIGNED_WITH = ['-sigopt', 'distid:1234567812345678'];
const CONFIG = `[ca]
default_ca = own
[own]
database = index.txt
serial = serial
crlnumber = crlnumber
default_md = sm3
default_crl_days = 30
certificate = ca.pem
private_key = ca.key
policy = any
[any]
commonName = supplied
[person]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[req]
distinguished_name = dn
[dn]
`;

/** As openssl writes times in its register: YYMMDDHHMMSSZ. */
const stamp = (ms: number): string => `${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`;

export class Authority {
  readonly certificate: string;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of [['ca.cnf', CONFIG], ['index.txt', ''], ['serial', '1001\n'], ['crlnumber', '01\n']] as const) writeFileSync(join(folder, name), text);
    this.certificate = join(folder, 'ca.pem');
    this.openssl('ecparam', '-genkey', '-name', 'SM2', '-out', 'ca.key');
    this.openssl('req', '-x509', '-new', '-key', 'ca.key', '-sm3', ...SIGNED_WITH, '-days', '365', '-subj', '/O=示例签发机构/CN=ca', '-utf8', '-config', 'ca.cnf', '-extensions', 'root', '-out', 'ca.pem');
  }

  private openssl(...args: string[]): string {
    const done = spawnSync('openssl', args, { cwd: this.folder, encoding: 'utf8', timeout: 60_000 });
    if (done.status !== 0) throw new Error(`openssl ${args[0]!}: ${done.stderr}`);
    return done.stdout;
  }

  /** The certificate for a request file, for thirty days. */
  issue(request: string, name: string): string {
    const out = join(this.folder, `${name}.pem`);
    this.openssl('x509', '-req', '-in', request, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-sm3', ...SIGNED_WITH, '-vfyopt', 'distid:1234567812345678', '-extfile', 'ca.cnf', '-extensions', 'person', '-days', '30', '-out', out);
    return out;
  }

  /** The list in force, with these certificates on it. */
  list(name: string, revoked: string[]): string {
    const line = (pem: string): string => `R\t${stamp(Date.now() + 20 * 86_400_000)}\t${stamp(Date.now())}\t${this.openssl('x509', '-in', pem, '-noout', '-serial').trim().split('=')[1]!}\tunknown\t/CN=x\n`;
    writeFileSync(join(this.folder, 'index.txt'), revoked.map(line).join(''));
    const out = join(this.folder, `${name}.crl`);
    this.openssl('ca', '-config', 'ca.cnf', '-gencrl', ...SIGNED_WITH, '-out', out);
    return out;
  }
}

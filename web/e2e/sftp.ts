// An SFTP server of this user alone, on loopback: OpenSSH's own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find(existsSync);

const freePort = (): Promise<number> => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number };
    server.close(() => resolve(port));
  });
});
const answers = (port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
});

export class Sftp {
  private constructor(private readonly child: ChildProcess, readonly port: number, readonly folder: string) {}
  readonly user = userInfo().username;

  static present = (): boolean => SSHD !== undefined;

  /** Its own keys, made in this folder; who may come in is told with `admit`. */
  static async start(folder: string): Promise<Sftp> {
    mkdirSync(join(folder, 'drop'), { recursive: true });
    const made = spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, 'host')]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${String(made.stderr)}`);
    const port = await freePort();
    writeFileSync(join(folder, 'allowed'), '');
    writeFileSync(join(folder, 'config'), `Port ${port}
ListenAddress 127.0.0.1
HostKey ${join(folder, 'host')}
PidFile none
AuthorizedKeysFile ${join(folder, 'allowed')}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
ForceCommand internal-sftp
`);
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
    const child = spawn(SSHD!, ['-D', '-e', '-f', join(folder, 'config')], { stdio: 'ignore' });
    const until = Date.now() + 20_000;
    while (!(await answers(port))) {
      if (Date.now() > until || child.exitCode !== null) throw new Error('no SSH server could be started');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return new Sftp(child, port, folder);
  }

  get hostKey(): string {
    return readFileSync(join(this.folder, 'host.pub'), 'utf8').trim();
  }

  get drop(): string {
    return join(this.folder, 'drop');
  }

  admit(publicKey: string): void {
    appendFileSync(join(this.folder, 'allowed'), `${publicKey.trim()}\n`);
  }

  stop(): void {
    this.child.kill('SIGTERM');
  }
}

// What is done on the machine of the node: the command line beside the running server. And a source that hands over files of its own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Demo, program } from './demo.ts';

const SOURCE_USCC = '12449801MX0000019J';
const DIAGNOSES = ['高血压', '糖尿病', '肺炎', '胃炎'];

export class Desk {
  constructor(private readonly demo: Demo) {}

  get space(): string {
    return join(this.demo.dir, 'space');
  }

  /** What the program prints; another exit code than these is an error with what it said. */
  run(args: string[], codes = [0]): string {
    const done = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 });
    if (!codes.includes(done.status ?? -1)) throw new Error(`sluice ${args.slice(0, 3).join(' ')}: ${String(done.status)}\n${done.stdout.slice(-400)}\n${done.stderr.slice(-600)}`);
    return done.stdout;
  }

  /** A host on which sources may be registered from browsers: allowed at the machine, by a system administrator. */
  async allowHost(host: string): Promise<void> {
    const word = this.path('sysadmin.word');
    writeFileSync(word, `${this.demo.accounts.get('sysadmin')!.password}\n`);
    this.run(['sources', 'allow-host', host, '--reason', '来源所在主机', '--space', this.space, '--as', 'sysadmin', '--password-file', word, '--code', await this.demo.code('sysadmin')]);
  }

  /** A table of the demo's source, a record for each line; its cells hold no commas. */
  table(name: string): Record<string, string>[] {
    const [header, ...lines] = readFileSync(join(this.demo.dir, 'source', `${name}.csv`), 'utf8').replace('\ufeff', '').trim().split('\n').map((line) => line.trim().split(','));
    return lines.map((line) => Object.fromEntries(header!.map((column, n) => [column, line[n] ?? ''])));
  }

  path(...parts: string[]): string {
    const folder = join(this.demo.dir, 'hospital');
    mkdirSync(folder, { recursive: true });
    return join(folder, ...parts);
  }

  /** A plan of a hospital's own tables, with its key; five columns, two of them about a person. */
  plan(name: string, title: string): string {
    const path = this.path(`${name}.yaml`);
    writeFileSync(path, `format: sluice-plan/1
id: ${name}.v1
dataset: ${title}
table: ${name}
source: {name: 示例医院, uscc: "${SOURCE_USCC}"}
file_format: csv
encoding: auto
header: true
purpose: 基金监管
legal_basis: 法定职责
frequency: 每日增量
unknown_fields: refuse
fields:
  - {name: id, title: 流水号, type: text, key: true, required: true, max_length: 20, necessity: 唯一指向}
  - {name: ward, title: 病区, type: text, max_length: 40, necessity: 核对}
  - {name: diag, title: 诊断名称, type: text, max_length: 40, necessity: 核对}
  - {name: contact, title: 联系方式, type: text, max_length: 40, necessity: 核对}
  - {name: fee, title: 费用, type: decimal, scale: 2, required: true, necessity: 监管}
`);
    return path;
  }

  /** The detached signature of `sluice sign` over a text, base64. */
  sign(key: string, text: string): string {
    const path = this.path('to_sign');
    writeFileSync(path, text);
    return (JSON.parse(this.run(['sign', '--key', key, '--json', path])) as { signature: string }).signature;
  }

  key(): string {
    const path = this.path('source.key');
    this.run(['key', 'new', '--out', path, '--name', 'source', '--no-passphrase', '--json']);
    return path;
  }

  /** A batch of 300 rows with its signed manifest; where `broken`, one row has no amount. The phones belong to nobody. */
  batch(plan: string, key: string, folder: string, number: number, broken: 'whole' | 'broken'): string {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `batch${number}.csv`);
    const rows = Array.from({ length: 300 }, (_, n) => [`V${number}${String(n).padStart(6, '0')}`, `${(n % 12) + 1}病区`, DIAGNOSES[n % 4], `100${String(n * 31 + number).padStart(8, '0')}`, broken === 'broken' && n === 41 ? '' : `${n % 90}.50`]);
    writeFileSync(path, ['id,ward,diag,contact,fee', ...rows.map((r) => r.join(','))].join('\n') + '\n');
    this.run(['manifest', '--plan', plan, '--key', key, '--batch', `B${number}`, path]);
    return path;
  }

  /** The dataset and version that a file became. */
  collect(plan: string, key: string, file: string): { dataset: string; version: string } {
    const [one] = JSON.parse(this.run(['collect', '--space', this.space, '--plan', plan, '--source-key', `${key}.pub`, '--json', file])) as { dataset: string; version: string }[];
    return one!;
  }
}

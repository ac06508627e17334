// Files that came and are no batch: what, when, why, and what became of it since. A file is named by its digest: names of files may name people.
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useList } from '../api/hooks.ts';
import type { RefusedFileObject as Refused } from '../api/schema.ts';
import { bytesText, timeText } from '../i18n/format.ts';
import { Digest } from './bits.tsx';
import { Chip } from './chips.tsx';
import { ListTable } from './list_table.tsx';

/** A reason in words where there are some, with its id. */
export function RefusedWhy({ file }: { file: Refused }) {
  const { t } = useTranslation();
  const words = (id: string): string => t(`sourceMore.why.${id.replace('.', '_')}`, '');
  return (
    <div style={{ maxWidth: 320, whiteSpace: 'normal' }}>
      {words(file.reason)} <span className="mono">{file.reason}</span>
      {file.file_problem ? <div><small>{t('sourceMore.unreadable')} {words(file.file_problem)} <span className="mono">{file.file_problem}</span></small></div> : null}
    </div>
  );
}

function Since({ file }: { file: Refused }) {
  const { t } = useTranslation();
  if (file.batch) return <Link to={`/batches/${file.batch}`}><Chip tone="good" icon="✓" word={t('sourceMore.cameSince')} /></Link>;
  if (file.version) return <Chip tone="good" icon="✓" word={t('sourceMore.deletedSince')} />;
  return <Chip tone="bad" icon="✕" word={t('sourceMore.stillRefused')} />;
}

const columnsOf = (t: (key: string) => string) => [
  { title: t('sourceMore.file'), render: (_: unknown, f: Refused) => <>{f.file ? <><span className="mono">{f.file}</span><br /></> : null}<Digest value={f.file_digest} /><br /><small>{bytesText(f.bytes)}</small></> },
  { title: t('common.reason'), render: (_: unknown, f: Refused) => <RefusedWhy file={f} /> }, { title: t('common.time'), render: (_: unknown, f: Refused) => timeText(f.at_ms) }, { title: t('sourceMore.since'), render: (_: unknown, f: Refused) => <Since file={f} /> },
];

/** Those of one source. */
export function RefusedOf({ files }: { files: Refused[] }) {
  const { t } = useTranslation();
  return <Table<Refused> size="small" rowKey="file_digest" pagination={false} dataSource={files} title={() => t('sourceMore.refused')} columns={columnsOf(t)} />;
}

export function RefusedFiles() {
  const { t } = useTranslation();
  const list = useList<Refused>('/refused-files?status=rows');
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <p style={{ margin: 0, color: 'var(--soft)', maxWidth: 860 }}>{t('sourceMore.refusedText')}</p>
      <ListTable<Refused>
        query={list} rowKey={(f) => `${f.plan}:${f.file_digest}`} empty={{ title: t('sourceMore.noRefused'), text: '' }}
        columns={[{ title: t('sources.source'), render: (_, f) => <><strong>{f.source_name ?? t('sourceMore.byHand')}</strong><br /><small>{f.plan_title} · {f.source_party}</small></> }, ...columnsOf(t)]}
      />
    </div>
  );
}

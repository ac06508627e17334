// The whole flow of a batch, dataset or release: drawn, and every delivery with its recipient as a table beside it.
import { Alert, Card, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOne } from '../api/hooks.ts';
import type { FlowNode, FlowObject } from '../api/schema.ts';
import { countText, dayText } from '../i18n/format.ts';
import { type FlowThing, drawFlow } from '../pictures/flow.ts';
import { LineageGraph } from '../pictures/lineage_graph.tsx';
import { Digest, Name } from './bits.tsx';
import { Loaded } from './page.tsx';

const pageOf: Partial<Record<FlowNode['kind'], string>> = { batch: '/batches/', product: '/products/', release: '/releases/' };

export function WholeFlow({ of, title, drawn = true }: { of: string; title?: string; drawn?: boolean }) {
  const query = useOne<FlowObject>(`/flow/${of}`);
  return <Loaded query={query}>{(flow) => <Shown flow={flow} title={title} drawn={drawn} />}</Loaded>;
}

function Shown({ flow, title, drawn }: { flow: FlowObject; title: string | undefined; drawn: boolean }) {
  const { t } = useTranslation();
  const name = (n: FlowNode): string => (n.kind === 'copy' ? t(`wholeFlow.copy.${n.title}`, n.title) : n.kind === 'batch' ? `${t('wholeFlow.kind.batch')} ${n.title.replace(/^bt_(.{8}).*$/, '$1')}` : n.title);
  const note = (n: FlowNode): string => [n.kind === 'source' ? n.note : t(`wholeFlow.kind.${n.kind}`), n.rows === undefined ? '' : `${countText(n.rows)} ${t('common.rows')}`, n.destroyed ? t(`wholeFlow.gone.${n.destroyed}`) : n.at_ms > 0 ? dayText(n.at_ms) : ''].filter((x) => x).join(' · ');
  const things: FlowThing[] = flow.nodes.map((n) => ({ id: n.id, kind: n.kind, title: name(n), note: note(n), ...(pageOf[n.kind] && n.id !== flow.root ? { to: `${pageOf[n.kind]}${n.id}` } : {}) }));
  const picture = drawFlow(things, flow.edges.map((e) => [e.from, e.to]), (n) => t('wholeFlow.more', { n: countText(n) }));
  const out = flow.nodes.filter((n) => n.kind === 'release' || n.kind === 'provision' || n.kind === 'copy');
  return (
    <Card title={title ?? t('wholeFlow.title')}>
      {flow.hidden ? <Alert type="info" showIcon title={t('wholeFlow.hidden')} style={{ marginBottom: 12 }} /> : null}
      {flow.left_out > 0 ? <Alert type="warning" showIcon title={t('wholeFlow.leftOut', { n: countText(flow.left_out) })} style={{ marginBottom: 12 }} /> : null}
      {drawn ? <LineageGraph drawn={picture} chosen={flow.root} title={title ?? t('wholeFlow.title')} text={t('wholeFlow.text')} /> : null}
      <h3 style={{ margin: '16px 0 8px' }}>{t('wholeFlow.recipients')} ({out.length})</h3>
      {out.length === 0 ? <p>{t('wholeFlow.none')}</p> : (
        <Table<FlowNode>
          size="small" rowKey="id" dataSource={[...out].reverse()} pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }} scroll={{ x: 'max-content' }}
          columns={[
            { title: t('wholeFlow.who'), render: (_, n) => (n.recipient ? <Name id={n.recipient} names={flow.names} /> : n.kind === 'provision' ? n.title : n.person ? <><Name id={n.person} names={flow.names} /> ({t('wholeFlow.copyBy')})</> : '—') },
            { title: t('wholeFlow.what'), render: (_, n) => (n.kind === 'release' ? <Link to={`/releases/${n.id}`}>{n.title || n.id}{n.form ? ` · ${t(`form.${n.form}`)}` : ''}</Link> : `${t(`wholeFlow.kind.${n.kind}`)}${n.kind === 'copy' ? ` · ${name(n)}` : n.document ? ` · ${n.document}` : ''}`) },
            { title: t('common.status'), render: (_, n) => t(`status.${n.status}`, n.status ?? '') },
            { title: t('wholeFlow.rows'), align: 'right', render: (_, n) => <>{countText(n.rows ?? 0)}{n.form === 'api' ? <> · {t('wholeFlow.calls', { n: countText(n.calls ?? 0) })}</> : null}</> },
            { title: t('wholeFlow.marks'), render: (_, n) => (n.marked === undefined ? '—' : t(n.marked ? 'wholeFlow.marked' : 'wholeFlow.unmarked')) },
            { title: t('wholeFlow.proof'), render: (_, n) => (n.digest ? <Digest value={n.digest} /> : '—') },
            { title: t('wholeFlow.end'), render: (_, n) => (n.destruction ? <>{t(`wholeFlow.state.${n.destruction}`, n.destruction)}{n.destruction_seq ? ` · ${t('wholeFlow.entry')} ${n.destruction_seq}` : ''}</> : '—') },
            { title: t('common.time'), render: (_, n) => dayText(n.at_ms) },
          ]}
        />
      )}
    </Card>
  );
}

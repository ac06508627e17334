// A strategy in words, for somebody who did not write it.
import { Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts, Wide } from './bits.tsx';
import type { StrategyText } from './strategy.ts';
import { useStrategySaid } from './strategy_said.tsx';

export function StrategyWords({ strategy }: { strategy: StrategyText }) {
  const { t } = useTranslation();
  const { facts, rules } = useStrategySaid()(strategy);
  return (
    <div style={{ display: 'grid', gap: 12 }}>
      <Facts items={facts.map((f) => [f.of, f.text])} />
      <Wide label={t('deident.columns')} height={400}><Table size="small" rowKey="key" pagination={false} dataSource={rules} columns={[{ title: t('deident.column'), render: (_, r) => <span className="mono">{r.of}</span> }, { title: t('deident.technique'), render: (_, r) => r.text }]} /></Wide>
    </div>
  );
}

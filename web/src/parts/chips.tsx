// Grade chip and status: always icon + word + colour, never colour alone.
import {
  CheckCircleFilled, ClockCircleFilled, CloseCircleFilled, ExclamationCircleFilled, EyeOutlined, GlobalOutlined, LockFilled, MinusCircleFilled,
  PauseCircleFilled, SafetyCertificateFilled, TeamOutlined, WarningFilled,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { levelTone } from '../app/theme.ts';

const levelIcon: Record<number, ReactNode> = {
  1: <GlobalOutlined />, 2: <TeamOutlined />, 3: <EyeOutlined />, 4: <WarningFilled />, 5: <LockFilled />,
};

export function GradeChip({ level }: { level: number }) {
  const { t } = useTranslation();
  if (level < 1 || level > 5) return <Chip tone="idle" icon={<MinusCircleFilled />} word={t('grade.unset')} />;
  const { ink, ground } = levelTone(level);
  return (
    <span className="chip" style={{ color: ink, background: ground }}>
      {levelIcon[level]} {t('grade.level', { n: level })} · {t(`grade.word.${level}`)}
    </span>
  );
}

type ToneName = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

const states: Record<string, [ToneName, ReactNode]> = {
  good: ['good', <CheckCircleFilled key="i" />], busy: ['busy', <ClockCircleFilled key="i" />], warn: ['warn', <ExclamationCircleFilled key="i" />],
  bad: ['bad', <CloseCircleFilled key="i" />], idle: ['idle', <MinusCircleFilled key="i" />], paused: ['warn', <PauseCircleFilled key="i" />],
  sealed: ['good', <SafetyCertificateFilled key="i" />],
};

const lookOf: Record<string, keyof typeof states> = {
  drafted: 'idle', checked: 'busy', reviewed: 'busy', registered: 'good', rejected: 'bad', withdrawn: 'idle', voting: 'busy', approved: 'good', active: 'good',
  suspended: 'paused', terminated: 'idle', expired: 'idle', prepared: 'busy', delivered: 'good', open: 'good', failed: 'bad', revoked: 'bad', valid: 'sealed', pending: 'busy',
  raised: 'bad', acknowledged: 'busy', cleared: 'good', closed: 'idle', requested: 'busy', granted: 'good', done: 'good', started: 'busy',
  verified: 'good', sealed: 'sealed', held: 'warn', receipted: 'warn', replaced: 'idle', proposed: 'warn', confirmed: 'good', corrected: 'good', running: 'busy', ok: 'good', bad: 'bad', up: 'good', down: 'bad',
};

export function Chip({ tone, icon, word }: { tone: ToneName; icon: ReactNode; word: string }) {
  return (
    <span className="chip" style={{ color: `var(--${tone})`, background: `var(--${tone}-ground)` }}>
      {icon} {word}
    </span>
  );
}

export function Status({ value }: { value: string }) {
  const { t } = useTranslation();
  const [tone, icon] = states[lookOf[value] ?? 'idle']!;
  return <Chip tone={tone} icon={icon} word={t(`status.${value}`, value)} />;
}

// A drawing with its words: title and description for those who hear it, and the same figures as a table for everyone.
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';

export interface Rows {
  head: string[];
  body: (string | number)[][];
}

export function Figure({ title, text, width, height, rows, children }: { title: string; text: string; width: number; height: number; rows: Rows; children: ReactNode }) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <figure className="picture">
      <figcaption><strong>{title}</strong><span>{text}</span></figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={`${id}t ${id}d`} style={{ maxWidth: width }}>
        <title id={`${id}t`}>{title}</title>
        <desc id={`${id}d`}>{text}</desc>
        {children}
      </svg>
      <details>
        <summary>{t('common.table')}</summary>
        <div style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={`${title} ${t('common.table')}`}>
          <table className="plain">
            <thead><tr>{rows.head.map((h) => <th key={h} scope="col">{h}</th>)}</tr></thead>
            <tbody>{rows.body.map((row) => <tr key={row.join('|')}>{row.map((cell, i) => <td key={rows.head[i]}>{cell}</td>)}</tr>)}</tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

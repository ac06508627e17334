// Category × grade, as a table that is its own picture: each cell says its count, and filters the list below.
import { useTranslation } from 'react-i18next';
import { CATEGORIES, type CatalogField, type Category } from '../api/types.ts';
import { levelTone } from '../app/theme.ts';

export interface Cell {
  category: Category;
  level: number;
}

export const gradeOf = (f: CatalogField): Cell =>
  f.confirmed ? { category: f.category, level: f.level } : { category: f.proposal?.category ?? 'none', level: f.proposal?.level ?? 0 };

export function HeatMap({ fields, chosen, onChoose }: { fields: CatalogField[]; chosen: Cell | null; onChoose?: (cell: Cell | null) => void }) {
  const { t } = useTranslation();
  const count = (category: Category, level: number): number =>
    fields.filter((f) => gradeOf(f).category === category && gradeOf(f).level === level).length;
  const most = Math.max(1, ...CATEGORIES.flatMap((c) => [1, 2, 3, 4, 5].map((l) => count(c, l))));
  const isChosen = (c: Cell): boolean => chosen?.category === c.category && chosen.level === c.level;
  return (
    <table className="heat">
      <caption className="sr">{t('catalog.heat')}</caption>
      <thead>
        <tr><td />{[1, 2, 3, 4, 5].map((l) => <th key={l} scope="col" style={{ textAlign: 'center' }}>{t('grade.level', { n: l })}</th>)}</tr>
      </thead>
      <tbody>
        {CATEGORIES.map((category) => (
          <tr key={category}>
            <th scope="row">{t(`category.${category}`)}</th>
            {[1, 2, 3, 4, 5].map((level) => {
              const n = count(category, level);
              const { ink, ground } = levelTone(level);
              if (n === 0) return <td key={level} style={{ background: 'var(--idle-ground)', opacity: 0.55 }}><span className="sr">0</span></td>;
              const strength = 45 + Math.round((55 * n) / most);
              return (
                <td key={level} style={{ background: `color-mix(in srgb, ${ground} ${strength}%, var(--paper))`, color: ink, boxShadow: `inset 0 0 0 1px color-mix(in srgb, ${ink} 25%, transparent)` }}>
                  {onChoose ? (
                    <button
                      type="button" aria-pressed={isChosen({ category, level })} aria-label={`${t(`category.${category}`)} ${t('grade.level', { n: level })}: ${n}`}
                      onClick={() => onChoose(isChosen({ category, level }) ? null : { category, level })}
                    >{n}</button>
                  ) : <strong>{n}</strong>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

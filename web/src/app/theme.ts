// The look: calm teal on cool greys, one accent; colours of levels and states are chosen for contrast in both modes.
import { type ThemeConfig, theme as antd } from 'antd';

export type Mode = 'light' | 'dark';

export const theme = (mode: Mode): ThemeConfig => ({
  algorithm: mode === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
  token: {
    colorPrimary: mode === 'dark' ? '#6fd3df' : '#0d5f6b',
    colorInfo: mode === 'dark' ? '#6fd3df' : '#0d5f6b',
    colorLink: mode === 'dark' ? '#67c7d3' : '#0d5f6b',
    colorSuccess: mode === 'dark' ? '#4cbf83' : '#12703f',
    colorWarning: mode === 'dark' ? '#e3ad49' : '#8a5a00',
    colorError: mode === 'dark' ? '#ff7f75' : '#b3261e',
    // Derived from dark tones these grounds would come out muddy.
    ...(mode === 'light' ? {
      colorInfoBg: '#e6f3f5', colorInfoBorder: '#a9d3d9', colorSuccessBg: '#e7f5ec', colorSuccessBorder: '#a8d8bb', colorWarningBg: '#fdf3dc', colorWarningBorder: '#e9cf95', colorErrorBg: '#fdeceb', colorErrorBorder: '#f0b4af',
    } : {}),
    // What is selected or pointed at in lists: derived from a dark primary these grounds would be grey and swallow the words.
    controlItemBgActive: mode === 'dark' ? '#17343d' : '#e3f1f5', controlItemBgActiveHover: mode === 'dark' ? '#1d404b' : '#d3e8ee', colorPrimaryBg: mode === 'dark' ? '#17343d' : '#e3f1f5', colorPrimaryBgHover: mode === 'dark' ? '#1d404b' : '#d3e8ee',
    colorBgLayout: mode === 'dark' ? '#0f171d' : '#f3f6f8',
    colorBgContainer: mode === 'dark' ? '#17222a' : '#ffffff',
    colorTextSecondary: mode === 'dark' ? '#a9b9c4' : '#4d5d69',
    colorTextTertiary: mode === 'dark' ? '#93a5b2' : '#5d6c78',
    colorTextDescription: mode === 'dark' ? '#a9b9c4' : '#4d5d69',
    colorTextPlaceholder: mode === 'dark' ? '#8ea0ad' : '#66757f',
    borderRadius: 8,
    fontSize: 14,
    fontFamily: '"Inter", system-ui, "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif',
    fontFamilyCode: 'ui-monospace, "Cascadia Mono", "Noto Sans Mono CJK SC", monospace',
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
  },
  components: {
    // Dark buttons carry dark words: white on a teal that is bright enough for links would be too faint.
    Button: mode === 'dark' ? { primaryColor: '#06222a' } : {},
    Table: { cellPaddingBlockMD: 9, headerBg: 'transparent' },
    Card: { headerFontSize: 15 },
    // Rounder than this a box looks like a choice of one.
    Checkbox: { borderRadiusSM: 4 },
  },
});

export interface Tone {
  ink: string;
  ground: string;
}

/** Tones of the levels 1–5 and of states, as CSS variables (index.css), so that they follow the mode. */
export const levelTone = (level: number): Tone => ({ ink: `var(--l${level})`, ground: `var(--l${level}-ground)` });

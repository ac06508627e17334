import qrcode from 'qrcode-generator';
import { useMemo } from 'react';

/** A QR code as SVG, with a label for those who cannot see it. */
export function Qr({ text, label, size = 160 }: { text: string; label: string; size?: number }) {
  const { path, count } = useMemo(() => {
    const code = qrcode(0, 'M');
    code.addData(text, 'Byte');
    code.make();
    const n = code.getModuleCount();
    let d = '';
    for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) if (code.isDark(y, x)) d += `M${x} ${y}h1v1h-1z`;
    return { path: d, count: n };
  }, [text]);
  return (
    <svg viewBox={`-2 -2 ${count + 4} ${count + 4}`} width={size} height={size} role="img" aria-label={label} style={{ background: '#fff', borderRadius: 8 }} shapeRendering="crispEdges">
      <path d={path} fill="#10232b" />
    </svg>
  );
}

// Builds the verify page into one file: script and style inside, and a policy that lets nothing else in or out.
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Plugin, defineConfig } from 'vite';

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function singleFile(): Plugin {
  return {
    name: 'single-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      let script = '';
      let style = '';
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === 'chunk') script += file.code;
        else if (name.endsWith('.css')) style += String(file.source);
        else continue;
        delete bundle[name];
      }
      const page = Object.values(bundle).find((f) => f.fileName.endsWith('.html'));
      if (page?.type !== 'asset') throw new Error('no page');
      script = script.trim().replaceAll('</script', '<\\/script');
      style = style.trim();
      const policy = `default-src 'none'; script-src ${sha256(script)}; style-src ${sha256(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
      const html = String(page.source)
        .replace(/<script type="module"[^>]*><\/script>/, '')
        .replace(/<link rel="stylesheet"[^>]*>/, '')
        .replace('<meta name="viewport"', () => `<meta http-equiv="Content-Security-Policy" content="${policy}" />\n    <meta name="viewport"`)
        .replace('</head>', () => `<style>${style}</style>\n  </head>`)
        .replace('</body>', () => `<script type="module">${script}</script>\n  </body>`);
      delete bundle[page.fileName];
      this.emitFile({ type: 'asset', fileName: 'verify.html', source: html });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('./verify', import.meta.url)),
  plugins: [singleFile()],
  build: { outDir: '../dist', emptyOutDir: false, target: 'es2022', modulePreload: false, assetsInlineLimit: 0 },
});

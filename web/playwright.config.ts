import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/telling.ts',
  // Each file of walks has a node of its own; while one waits for its page, another works.
  workers: 2,
  // A file of walks that failed is walked once more on a fresh node; one that passes only then is named as flaky in the result.
  retries: 1,
  timeout: 150_000,
  // Walks first: pages on known content are many and short, and end the run evenly.
  projects: [{ name: 'walks', testIgnore: 'pages.spec.ts' }, { name: 'pages', testMatch: 'pages.spec.ts' }],
  // Two cores that also compile: a page may take its time.
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 960 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    ignoreHTTPSErrors: true,
    launchOptions: {
      executablePath: process.env['SLUICE_CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});

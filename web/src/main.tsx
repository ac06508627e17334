import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { Navigate, RouterProvider, createBrowserRouter } from 'react-router';
import { Problem } from './api/client.ts';
import { useMode } from './app/mode.ts';
import { SessionProvider } from './app/session.tsx';
import { SignedIn } from './app/Shell.tsx';
import { theme } from './app/theme.ts';
import './i18n/index.ts';
import './index.css';

const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, retry: (count, error) => count < 2 && error instanceof Problem && (error.status === 0 || error.status >= 500) } },
});

const router = createBrowserRouter([
  { path: '/my', lazy: async () => ({ Component: (await import('./pages/Own.tsx')).default }) },
  { path: '/sign-in', lazy: async () => ({ Component: (await import('./pages/SignIn.tsx')).default }) },
  {
    path: '/', element: <SignedIn />,
    children: [
      { index: true, element: <Navigate to="/inbox" replace /> },
      { path: 'inbox', lazy: async () => ({ Component: (await import('./pages/Inbox.tsx')).default }) },
      { path: 'catalog', lazy: async () => ({ Component: (await import('./pages/Catalog.tsx')).default }) },
      { path: 'catalog/:id', lazy: async () => ({ Component: (await import('./pages/Dataset.tsx')).default }) },
      { path: 'batches', lazy: async () => ({ Component: (await import('./pages/Batches.tsx')).default }) },
      { path: 'batches/:id', lazy: async () => ({ Component: (await import('./pages/Batch.tsx')).default }) },
      { path: 'deident', lazy: async () => ({ Component: (await import('./pages/Deident.tsx')).default }) },
      { path: 'deident/:dataset/:version', lazy: async () => ({ Component: (await import('./pages/DeidentWork.tsx')).default }) },
      { path: 'grading', lazy: async () => ({ Component: (await import('./pages/Grading.tsx')).default }) },
      { path: 'products', lazy: async () => ({ Component: (await import('./pages/Products.tsx')).default }) },
      { path: 'products/:id', lazy: async () => ({ Component: (await import('./pages/Product.tsx')).default }) },
      { path: 'applications', lazy: async () => ({ Component: (await import('./pages/Applications.tsx')).default }) },
      { path: 'applications/:id', lazy: async () => ({ Component: (await import('./pages/Application.tsx')).default }) },
      { path: 'contracts', lazy: async () => ({ Component: (await import('./pages/Contracts.tsx')).default }) },
      { path: 'contracts/:id', lazy: async () => ({ Component: (await import('./pages/Contract.tsx')).default }) },
      { path: 'mandates', lazy: async () => ({ Component: (await import('./pages/Mandates.tsx')).default }) },
      { path: 'mandates/:id', lazy: async () => ({ Component: (await import('./pages/Mandate.tsx')).default }) },
      { path: 'releases', lazy: async () => ({ Component: (await import('./pages/Releases.tsx')).default }) },
      { path: 'releases/:id', lazy: async () => ({ Component: (await import('./pages/Release.tsx')).default }) },
      { path: 'ledger', lazy: async () => ({ Component: (await import('./pages/Ledger.tsx')).default }) },
      { path: 'access', lazy: async () => ({ Component: (await import('./pages/Access.tsx')).default }) },
      { path: 'alarms', lazy: async () => ({ Component: (await import('./pages/Alarms.tsx')).default }) },
      { path: 'custody', lazy: async () => ({ Component: (await import('./pages/Custody.tsx')).default }) },
      { path: 'sources', lazy: async () => ({ Component: (await import('./pages/Sources.tsx')).default }) },
      { path: 'law', lazy: async () => ({ Component: (await import('./pages/Law.tsx')).default }) },
      { path: 'party', lazy: async () => ({ Component: (await import('./pages/OwnParty.tsx')).default }) },
      { path: 'admin', lazy: async () => ({ Component: (await import('./pages/Admin.tsx')).default }) },
      { path: '*', element: <Navigate to="/inbox" replace /> },
    ],
  },
]);

function Root() {
  const { i18n } = useTranslation();
  const mode = useMode();
  return (
    <ConfigProvider theme={theme(mode)} locale={i18n.language === 'en' ? enUS : zhCN} button={{ autoInsertSpace: false }} modal={{ mask: { closable: false } }}>
      <App>
        <SessionProvider><RouterProvider router={router} /></SessionProvider>
      </App>
    </ConfigProvider>
  );
}

createRoot(document.getElementById('root')!).render(
  <StrictMode><QueryClientProvider client={queries}><Root /></QueryClientProvider></StrictMode>,
);

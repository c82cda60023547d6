'use client';

import { useTheme } from 'next-themes';
import { Toaster as Sonner } from 'sonner';

/** Short news; errors are shown where they happened as well. */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  return (
    <Sonner
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      position="bottom-right"
      toastOptions={{
        style: {
          background: 'var(--surface)',
          color: 'var(--fg)',
          borderColor: 'var(--line)',
          borderRadius: '6px',
          fontSize: '13px',
          boxShadow: 'var(--shadow)',
        },
      }}
    />
  );
}

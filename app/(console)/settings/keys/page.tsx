import type { Metadata } from 'next';
import { Keys } from '#components/settings/keys.tsx';
import { SettingsPage } from '#components/settings/settings-page.tsx';
import { listSigningKeys } from '#lib/services/list-signing-keys.ts';
import { toPlain } from '#lib/web/plain.ts';
import { requirePermission } from '#lib/web/session.ts';

export const metadata: Metadata = { title: 'Keys' };

export default async function KeysPage() {
  const context = await requirePermission('settings.read');
  return (
    <SettingsPage mayRead>
      <Keys keys={toPlain(await listSigningKeys(context, {}))} />
    </SettingsPage>
  );
}

import type { Metadata } from 'next';
import { About } from '#components/settings/about.tsx';
import { SettingsPage } from '#components/settings/settings-page.tsx';
import { isPermitted } from '#lib/domain/permissions.ts';
import { getRuntime } from '#lib/web/runtime.ts';
import { requirePermission } from '#lib/web/session.ts';
import packageJson from '../../../../package.json';

export const metadata: Metadata = { title: 'About' };

export default async function AboutPage() {
  const context = await requirePermission('fleet.read');
  const { config } = getRuntime();
  return (
    <SettingsPage mayRead={isPermitted(context.actor.role, 'settings.read')}>
      <About
        version={packageJson.version}
        license={packageJson.license}
        facts={[
          { name: 'Broker', text: config.mqtt.embedded ? 'embedded' : 'external' },
          { name: 'Database', text: config.database.embedded ? 'embedded Postgres' : 'external Postgres' },
          { name: 'Artifacts', text: config.payload.s3 ? 'S3' : 'files' },
        ]}
        topics={Object.entries(config.topics).map(([name, topic]) => ({ name, topic }))}
      />
    </SettingsPage>
  );
}

import { CopyText } from '#components/ui/mono.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';

type Key = { keyId: string; role: string; publicKey: string; createdAt: string; retiredAt: string | null };

const SIGNS: Readonly<Record<string, string>> = {
  director: 'each vehicle’s own document',
  announcement: 'announcements to many',
};

/** Public halves of the signing keys, which TCUs pin. */
export function Keys({ keys }: { keys: Key[] }) {
  return (
    <Panel title="Signing keys (Ed25519)" flush>
      <p className="max-w-prose px-4 pt-3 pb-2 text-muted">
        TCUs trust these public keys and nothing else. The private halves never leave the worker; they are
        stored encrypted by KEYRING_SECRET.
      </p>
      <PlainTable
        label="Public signing keys"
        empty="No key is made yet; the worker makes them when it first starts."
        columns={[
          { header: 'Role' },
          { header: 'Public key' },
          { header: 'Key id' },
          { header: 'Made' },
          { header: 'State' },
        ]}
        rows={keys.map((key) => ({
          key: key.keyId,
          cells: [
            <span key="role" className="grid min-w-36">
              <span className="font-medium">{key.role}</span>
              <span className="text-muted text-sm">{SIGNS[key.role]}</span>
            </span>,
            <CopyText key="public" text={key.publicKey} label="public key" short={32} />,
            <CopyText key="id" text={key.keyId} label="key id" short={20} />,
            <Time key="made" at={key.createdAt} />,
            key.retiredAt ? (
              <Status key="state" tone="offline">
                Retired
              </Status>
            ) : (
              <Status key="state" tone="done">
                In use
              </Status>
            ),
          ],
        }))}
      />
    </Panel>
  );
}

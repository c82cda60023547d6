import type { ReactNode } from 'react';
import { formatDuration } from '#components/ui/format.ts';
import { CopyText, Version } from '#components/ui/mono.tsx';
import { Badge } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { VehicleData } from './vehicle-screen.tsx';

/** What is known of the vehicle beside its ECUs. */
export function VehicleFacts({ data: { vehicle, tcus } }: { data: VehicleData }) {
  const skew = vehicle.clockSkewMs;
  const facts: [string, ReactNode][] = [
    ['Last seen', <Time key="v" at={vehicle.lastSeenAt} zone={vehicle.timeZone} />],
    ['Last full report', <Time key="v" at={vehicle.lastReportAt} zone={vehicle.timeZone} />],
    ['Time zone', vehicle.timeZone],
    ['Clock', skew === null ? 'unknown' : describeSkew(skew)],
    ['TCU software', <Version key="v" text={vehicle.tcuSoftwareVersion} />],
    [
      'TCU serial',
      vehicle.tcuSerial ? <CopyText key="v" text={vehicle.tcuSerial} label="TCU serial" /> : 'unknown',
    ],
    ['Messages', `epoch ${vehicle.epoch ?? 1}, sequence ${vehicle.sequence ?? 0}`],
    ['Director document', vehicle.directorVersion ? `version ${vehicle.directorVersion}` : 'none yet'],
    [
      'Credential',
      vehicle.credentialIssuedAt === null ? (
        'none'
      ) : vehicle.credentialRevokedAt ? (
        <span key="v">
          revoked <Time at={vehicle.credentialRevokedAt} />
        </span>
      ) : (
        <span key="v">
          issued <Time at={vehicle.credentialIssuedAt} />
        </span>
      ),
    ],
    ['Registered', <Time key="v" at={vehicle.registeredAt} />],
  ];
  if (vehicle.skilledPersonOnly) facts.push(['Updates', 'by a skilled person only']);
  if (tcus.length > 1) facts.push(['TCUs so far', String(tcus.length)]);
  return (
    <section aria-label="Facts" className="rounded-md border border-line bg-surface p-4">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-3 2xl:grid-cols-4">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-muted text-sm">{name}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
      {vehicle.tags.length > 0 && (
        <p className="mt-3 flex flex-wrap gap-1.5">
          {vehicle.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </p>
      )}
    </section>
  );
}

function describeSkew(ms: number): string {
  if (Math.abs(ms) < 2_000) return 'agrees with ours';
  return `${formatDuration(Math.abs(ms))} ${ms > 0 ? 'ahead' : 'behind'}`;
}

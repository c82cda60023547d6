'use client';

import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { TYPE_ABOVE } from '#components/ui/type-name.tsx';
import type { ReviewedImpact } from '#lib/domain/impact.ts';
import { isAutomatic, PauseCause } from '#lib/domain/pause-cause.ts';
import { previewCampaignAction, resumeCampaignAction } from '../../app/(console)/campaigns/actions.ts';
import type { CarryOut } from './bulk-bar.tsx';
import { PreviewedVehicles } from './previewed-vehicles.tsx';
import type { CampaignListRow } from './use-campaigns.ts';

type Seen = { row: CampaignListRow; impact: ReviewedImpact };

/** Paused campaigns that a person paused; one that paused itself is resumed on its own page, where its failures stand. */
export function resumableOf(campaigns: readonly CampaignListRow[]) {
  const paused = campaigns.filter(({ state }) => state === 'paused');
  const byItself = ({ pauseCause }: CampaignListRow) => {
    const cause = PauseCause.safeParse(pauseCause);
    return cause.success && isAutomatic(cause.data);
  };
  return { paused, resumable: paused.filter((row) => !byItself(row)), byItself: paused.filter(byItself) };
}

/** Resumes several campaigns, each bound to the impact that the dialog shows of it. */
export function BulkResume({
  campaigns,
  busy,
  carryOut,
}: {
  campaigns: readonly CampaignListRow[];
  busy: boolean;
  carryOut: CarryOut;
}) {
  const { paused, resumable, byItself } = resumableOf(campaigns);
  const [seen, setSeen] = useState<Seen[]>();
  const [problem, setProblem] = useState<string>();
  const look = async () => {
    setSeen(undefined);
    setProblem(undefined);
    const found: Seen[] = [];
    for (const row of resumable) {
      const preview = await previewCampaignAction({ campaignId: row.id }).catch(() => undefined);
      if (preview?.ok) found.push({ row, impact: preview.data.reviewed });
      else setProblem(`${row.name}: ${preview?.error.message ?? 'the server did not answer'}`);
    }
    setSeen(found);
  };
  const vehicles = seen?.reduce((sum, { impact }) => sum + impact.eligible, 0) ?? 0;
  const word = resumable.length === 1 ? 'campaign' : 'campaigns';
  return (
    <Confirm
      trigger={
        <Button disabled={busy || paused.length === 0}>
          Resume {paused.length > 0 && `${formatCount(paused.length)} …`}
        </Button>
      }
      title={`Resume ${formatCount(resumable.length)} ${word}?`}
      action="Resume"
      onOpen={() => void look()}
      blocked={seen === undefined || seen.length === 0}
      {...(vehicles > TYPE_ABOVE ? { typeName: `resume ${resumable.length}` } : {})}
      onConfirm={async () => {
        const impacts = new Map(seen?.map(({ row, impact }) => [row.id, impact]));
        await carryOut('Resumed', seen?.map(({ row }) => row) ?? [], (campaignId) => {
          const reviewed = impacts.get(campaignId);
          return resumeCampaignAction({
            campaignId,
            digest: reviewed?.digest ?? '',
            ...(reviewed ? { reviewed } : {}),
          });
        });
        return undefined;
      }}
    >
      {seen === undefined && resumable.length > 0 && <Skeleton className="h-16" />}
      {seen && seen.length > 0 && (
        <>
          <p>Offers that the pauses withdrew are made again. Eligible as of now:</p>
          <ul className="grid gap-1 text-fg">
            {seen.map(({ row, impact }) => (
              <li key={row.id} className="flex justify-between gap-3">
                <span className="min-w-0 break-words">{row.name}</span>
                <PreviewedVehicles
                  part={{ kind: 'verdict', verdict: 'eligible' }}
                  name={`Eligible for ${row.name}`}
                  count={impact.eligible}
                  campaignId={row.id}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {problem && <ErrorNote>Its impact cannot be read, so it stays paused. {problem}</ErrorNote>}
      {byItself.length > 0 && (
        <Note tone="warning">
          {byItself.map(({ name }) => `“${name}”`).join(', ')} paused{' '}
          {byItself.length === 1 ? 'itself' : 'themselves'}: look at what failed and resume on the campaign’s
          own page.
        </Note>
      )}
    </Confirm>
  );
}

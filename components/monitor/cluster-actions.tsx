'use client';

import { RotateCcw, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { ConfirmComment } from '#components/ui/confirm-comment.tsx';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Input } from '#components/ui/input.tsx';
import { TYPE_ABOVE } from '#components/ui/type-name.tsx';
import { excludeVehiclesAction, retryClusterAction } from '../../app/(console)/campaigns/actions.ts';
import type { Cluster, Monitored } from './monitor-types.ts';

type ClusterProps = { campaign: Monitored; cluster: Cluster };

function keyOf({ reasonCode, failedEcuId, failedFromVersion }: Cluster) {
  return { reasonCode, ecuId: failedEcuId, fromVersion: failedFromVersion };
}

function vehicles(count: number): string {
  return count === 1 ? '1 vehicle' : `${formatCount(count)} vehicles`;
}

/** Makes a child campaign, a draft to be reviewed, of just these vehicles. */
export function RetryCluster({ campaign, cluster }: ClusterProps) {
  const router = useRouter();
  const [name, setName] = useState(`Retry of ${campaign.name}`.slice(0, 120));
  return (
    <Confirm
      trigger={
        <Button size="small">
          <RotateCcw aria-hidden /> Retry
        </Button>
      }
      title={`Retry ${vehicles(cluster.count)}`}
      action="Make the campaign"
      onConfirm={async () => {
        const answer = await retryClusterAction({ campaignId: campaign.id, cluster: keyOf(cluster), name });
        if (!answer.ok) return answer.error.message;
        router.push(`/campaigns/${answer.data.campaignId}`);
        return undefined;
      }}
    >
      <p>
        A child campaign of just the {vehicles(cluster.count)} of this cluster is made as a draft. Nothing is
        offered before you review and start it.
      </p>
      <Field label="Name" className="text-fg">
        {(control) => (
          <Input
            {...control}
            value={name}
            maxLength={120}
            onChange={(event) => setName(event.target.value)}
            required
          />
        )}
      </Field>
    </Confirm>
  );
}

/** Gives up on the cluster: no more automatic retries, and waiting vehicles that are alike are left out. */
export function ExcludeCluster({ campaign, cluster }: ClusterProps) {
  const alike = cluster.failedEcuId !== null && cluster.failedFromVersion !== null;
  return (
    <ConfirmComment
      danger
      trigger={
        <Button size="small">
          <X aria-hidden /> Exclude
        </Button>
      }
      title="Exclude this cluster"
      action="Exclude"
      {...(cluster.count > TYPE_ABOVE ? { typeName: campaign.name } : {})}
      label="Why"
      hint="Kept in the audit log and on the vehicles' timelines"
      onConfirm={async (comment) => {
        const answer = await excludeVehiclesAction({
          campaignId: campaign.id,
          cluster: keyOf(cluster),
          comment,
        });
        return answer.ok ? undefined : answer.error.message;
      }}
    >
      <p>{vehicles(cluster.count)} that failed like this will not be tried again by themselves.</p>
      {alike && (
        <p>
          Vehicles still waiting whose {cluster.failedEcuId} runs{' '}
          <span className="break-all font-mono">{cluster.failedFromVersion}</span> are left out of the
          campaign.
        </p>
      )}
    </ConfirmComment>
  );
}

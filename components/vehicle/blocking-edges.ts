import { ExclusionReason } from '#lib/domain/exclusion-reason.ts';

/** An ECU whose version keeps another one's update from being offered. */
export type BlockingEdge = { needed: string; waiting: string; label: string };

const OPEN = ['scheduled', 'running', 'paused'];

/** What blocks what in a vehicle, from the reasons that its open campaigns give for leaving it out. */
export function blockingEdges(
  assignments: readonly { campaignState: string; reasons: unknown }[],
): BlockingEdge[] {
  const edges = assignments
    .filter(({ campaignState }) => OPEN.includes(campaignState))
    .flatMap(({ reasons }) =>
      ExclusionReason.array()
        .catch([])
        .parse(reasons ?? []),
    )
    .flatMap((reason): BlockingEdge[] => {
      if (reason.code !== 'dependency_unmet' || reason.neededEcuId === undefined) return [];
      return [
        { needed: reason.neededEcuId, waiting: reason.ecuId, label: `blocks: needs ${reason.neededVersion}` },
      ];
    });
  return [...new Map(edges.map((edge) => [`${edge.needed}\n${edge.waiting}`, edge])).values()];
}

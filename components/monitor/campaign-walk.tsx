import { ListWalk } from '#components/ui/list-walk.tsx';

/** J and K walk the list that this campaign was opened from. */
export function CampaignWalk({ id, from }: { id: string; from: string }) {
  const query = from === 'all' ? '' : from;
  return (
    <ListWalk
      noun="campaign"
      listHref={`/campaigns${query ? `?${query}` : ''}`}
      neighboursPath={`/api/campaigns/${id}/neighbours?${query}`}
      hrefOf={(target) => `/campaigns/${target}?list=${encodeURIComponent(from)}`}
    />
  );
}

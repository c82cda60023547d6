import { ListWalk } from '#components/ui/list-walk.tsx';

/** J and K walk the list that this vehicle was opened from. */
export function Walk({ vin, from }: { vin: string; from: string }) {
  return (
    <ListWalk
      noun="vehicle"
      listHref={`/fleet${from ? `?${from}` : ''}`}
      neighboursPath={`/api/vehicles/${vin}/neighbours?${from}`}
      hrefOf={(target) => `/fleet/${target}${from ? `?from=${encodeURIComponent(from)}` : ''}`}
    />
  );
}

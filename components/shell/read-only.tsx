import { Eye } from 'lucide-react';
import { Tooltip } from '#components/ui/tooltip.tsx';
import type { Role } from '#lib/domain/permissions.ts';

/** Says on every page why nothing can be changed, to those whose role looks only. */
export function ReadOnly({ role }: { role: Role }) {
  if (role !== 'viewer') return null;
  const reason =
    'Your role is viewer: it sees everything and changes nothing. An admin gives you another one.';
  return (
    <Tooltip content={reason}>
      <span className="inline-flex h-6 items-center gap-1.5 rounded-sm border border-line px-2 text-muted text-sm">
        <Eye aria-hidden className="size-3.5" />
        <span className="hidden sm:inline">Read only</span>
        <span className="sr-only">{reason}</span>
      </span>
    </Tooltip>
  );
}

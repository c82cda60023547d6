'use client';

import { X } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { SEGMENT_GROUPS } from '#components/ui/campaign-segments.ts';
import { Select } from '#components/ui/input.tsx';
import { labelOfReason } from '#lib/domain/describe-reason.ts';
import { type AssignmentUrl, assignmentQuery, EVERY_VEHICLE } from './assignment-url.ts';
import type { Monitored } from './monitor-types.ts';

type AssignmentFilterProps = {
  campaign: Monitored;
  url: AssignmentUrl;
  onChange(url: Partial<AssignmentUrl>): void;
};

/** Narrows the list of vehicles; what a cluster or a link asked for stands as removable marks. */
export function AssignmentFilter({ campaign, url, onChange }: AssignmentFilterProps) {
  const states = url.state.join(',');
  const group = SEGMENT_GROUPS.find((one) => one.states.join(',') === states);
  return (
    <div className="flex flex-wrap items-center gap-2 border-line border-b px-4 py-2">
      <Select
        aria-label="State"
        className="w-44"
        value={states}
        onChange={({ target }) =>
          onChange({
            state: SEGMENT_GROUPS.find((one) => one.states.join(',') === target.value)?.states ?? [],
          })
        }
      >
        <option value="">Every state</option>
        {SEGMENT_GROUPS.map((one) => (
          <option key={one.key} value={one.states.join(',')}>
            {one.label}
          </option>
        ))}
        {!group && states !== '' && (
          <option value={states}>{url.state.map((s) => s.replaceAll('_', ' ')).join(', ')}</option>
        )}
      </Select>
      <Select
        aria-label="Wave"
        className="w-44"
        value={url.wave ?? ''}
        onChange={({ target }) => onChange({ wave: target.value === '' ? null : Number(target.value) })}
      >
        <option value="">Every wave</option>
        {campaign.waves.map((wave) => (
          <option key={wave.number} value={wave.number + 1}>
            {wave.number + 1} · {wave.name}
          </option>
        ))}
      </Select>
      {url.reason !== null && (
        <Mark
          label={`Reason: ${url.reason === '' ? 'none' : labelOfReason(url.reason)}`}
          onRemove={() => onChange({ reason: null })}
        />
      )}
      {url.ecu !== null && (
        <Mark label={`ECU: ${url.ecu || 'none'}`} onRemove={() => onChange({ ecu: null })} />
      )}
      {url.from !== null && (
        <Mark label={`From version: ${url.from || 'none'}`} onRemove={() => onChange({ from: null })} />
      )}
      {url.acknowledged !== null && (
        <Mark
          label={url.acknowledged ? 'Acknowledged failures' : 'Failures not acknowledged'}
          onRemove={() => onChange({ acknowledged: null })}
        />
      )}
      {assignmentQuery(url) !== '' && (
        <Button size="small" look="quiet" onClick={() => onChange(EVERY_VEHICLE)}>
          Clear
        </Button>
      )}
    </div>
  );
}

function Mark({ label, onRemove }: { label: string; onRemove(): void }) {
  return (
    <span className="inline-flex min-h-6 max-w-full items-center gap-1 rounded-sm border border-line bg-raised pl-2">
      <span className="min-w-0 break-all">{label}</span>
      <button
        type="button"
        aria-label={`Remove ${label}`}
        onClick={onRemove}
        className="grid size-6 shrink-0 place-items-center text-muted hover:text-fg"
      >
        <X className="size-3" />
      </button>
    </span>
  );
}

'use client';

import { Plus } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Select } from '#components/ui/input.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { type CampaignSchedule, EndBehaviour, MaintenanceWindow } from '#lib/domain/campaign-definition.ts';
import { END_BEHAVIOURS } from '../end-behaviours.ts';
import { fromLocalInput, toLocalInput } from './local-instant.ts';
import type { StepProps } from './step-props.ts';
import { WindowEditor } from './window-editor.tsx';

/** When offers are made: start, end, and maintenance windows in each vehicle's own time. */
export function StepWindows({ definition, change }: StepProps) {
  const { schedule } = definition;
  const set = (part: { [Key in keyof CampaignSchedule]?: CampaignSchedule[Key] | undefined }) => {
    const { startAt, endAt, ...rest } = { ...schedule, ...part };
    change({
      schedule: {
        endBehaviour: rest.endBehaviour ?? schedule.endBehaviour,
        windows: rest.windows ?? schedule.windows,
        ...(startAt ? { startAt } : {}),
        ...(endAt ? { endAt } : {}),
      },
    });
  };
  const zone = useZone();
  const { windows } = schedule;
  return (
    <div className="grid gap-4">
      <Panel title="Start and end">
        <div className="grid gap-4 sm:grid-cols-3">
          <Field
            label="Start (optional)"
            hint={schedule.startAt ? utc(schedule.startAt) : `When it is started by hand. Times in ${zone}.`}
          >
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={toLocalInput(schedule.startAt)}
                onChange={(event) => set({ startAt: fromLocalInput(event.target.value) })}
              />
            )}
          </Field>
          <Field
            label="End (optional)"
            hint={schedule.endAt ? utc(schedule.endAt) : 'It runs until all vehicles are settled.'}
            error={
              schedule.startAt && schedule.endAt && schedule.startAt >= schedule.endAt
                ? 'The end must come after the start.'
                : undefined
            }
          >
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={toLocalInput(schedule.endAt)}
                onChange={(event) => set({ endAt: fromLocalInput(event.target.value) })}
              />
            )}
          </Field>
          <Field label="At the end">
            {(control) => (
              <Select
                {...control}
                value={schedule.endBehaviour}
                onChange={(event) => set({ endBehaviour: EndBehaviour.parse(event.target.value) })}
              >
                {EndBehaviour.options.map((value) => (
                  <option key={value} value={value}>
                    {END_BEHAVIOURS[value]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      </Panel>
      <Panel title="Maintenance windows">
        <div className="grid gap-3">
          <p className="text-muted">
            {windows.length === 0
              ? 'None: offers are made at any time.'
              : 'Offers are made within these only, in each vehicle’s own time zone.'}
          </p>
          {windows.map((window, index) => (
            <WindowEditor
              // biome-ignore lint/suspicious/noArrayIndexKey: a window has no identity but its place.
              key={index}
              window={window}
              number={index + 1}
              onChange={(next) => set({ windows: windows.map((other, at) => (at === index ? next : other)) })}
              onRemove={() => set({ windows: windows.toSpliced(index, 1) })}
            />
          ))}
          <div>
            <Button
              disabled={windows.length >= 20}
              onClick={() =>
                set({
                  windows: [...windows, MaintenanceWindow.parse({ startsAt: '22:00', durationMinutes: 360 })],
                })
              }
            >
              <Plus /> Add a window
            </Button>
          </div>
        </div>
      </Panel>
    </div>
  );
}

const never = () => () => undefined;

/** The reader's time zone; on the server, where it is not known, just the words. */
function useZone(): string {
  return useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'your time zone',
  );
}

function utc(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

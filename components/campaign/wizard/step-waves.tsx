'use client';

import { Plus } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { Note } from '#components/ui/notes.tsx';
import { type WaveDefinition, WaveGate } from '#lib/domain/campaign-definition.ts';
import type { StepProps } from './step-props.ts';
import { warningsOf } from './steps.ts';
import { WaveEditor } from './wave-editor.tsx';

const gate = (minimumSample: number, soakMinutes: number, manual = false): WaveGate =>
  WaveGate.parse({ minimumSample, soakMinutes, manual });

const PRESETS: { label: string; waves: WaveDefinition[] }[] = [
  { label: 'All at once', waves: [{ name: 'All', size: { kind: 'rest' }, gate: gate(1, 0) }] },
  {
    label: 'Canary, then the rest',
    waves: [
      { name: 'Canary', size: { kind: 'percent', percent: 1 }, gate: gate(5, 60) },
      { name: 'Rest', size: { kind: 'rest' }, gate: gate(1, 0) },
    ],
  },
  {
    label: '1 %, 10 %, rest',
    waves: [
      { name: 'Canary', size: { kind: 'percent', percent: 1 }, gate: gate(5, 60, true) },
      { name: 'Early', size: { kind: 'percent', percent: 10 }, gate: gate(20, 24 * 60) },
      { name: 'Rest', size: { kind: 'rest' }, gate: gate(1, 0) },
    ],
  },
];

/** In which portions the fleet is offered the update, and what lets the next portion begin. */
export function StepWaves(props: StepProps) {
  const { definition, change, dryRun } = props;
  const { waves } = definition;
  const set = (index: number, wave: WaveDefinition) =>
    change({ waves: waves.map((other, at) => (at === index ? wave : other)) });
  const move = (index: number, by: -1 | 1) => {
    const next = [...waves];
    const [wave] = next.splice(index, 1);
    if (wave) next.splice(index + by, 0, wave);
    change({ waves: next });
  };
  const add = () => {
    const wave: WaveDefinition = {
      name: `Wave ${waves.length + 1}`,
      size: { kind: 'percent', percent: 10 },
      gate: WaveGate.parse({}),
    };
    const rest = waves.findIndex(({ size }) => size.kind === 'rest');
    change({ waves: rest < 0 ? [...waves, wave] : waves.toSpliced(rest, 0, wave) });
  };
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <span className="text-muted">Begin with</span>
        {PRESETS.map(({ label, waves: preset }) => (
          <Button key={label} size="small" onClick={() => change({ waves: preset })}>
            {label}
          </Button>
        ))}
      </div>
      <ol className="grid gap-3">
        {waves.map((wave, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a wave has no identity but its place.
          <li key={index}>
            <WaveEditor
              wave={wave}
              number={index + 1}
              isLast={index === waves.length - 1}
              planned={dryRun.data?.waves[index]?.vehicles}
              onChange={(next) => set(index, next)}
              onMove={waves.length > 1 ? (by) => move(index, by) : undefined}
              onRemove={waves.length > 1 ? () => change({ waves: waves.toSpliced(index, 1) }) : undefined}
            />
          </li>
        ))}
      </ol>
      {warningsOf(definition, dryRun.data).map(({ message }) => (
        <Note key={message} tone="warning">
          {message}
        </Note>
      ))}
      <div>
        <Button onClick={add}>
          <Plus /> Add a wave
        </Button>
      </div>
    </div>
  );
}

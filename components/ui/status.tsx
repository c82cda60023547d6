import type { AssignmentState, CampaignState, WaveState } from '#lib/domain/states.ts';
import { cn } from './cn.ts';
import {
  ASSIGNMENT_STATUS,
  CAMPAIGN_STATUS,
  TONE_GLYPH,
  TONE_TEXT,
  type Tone,
  WAVE_STATUS,
} from './tones.ts';

type StatusProps = { tone: Tone; children: React.ReactNode; className?: string; boxed?: boolean };

/** A state: glyph, word and colour, so that none of them is needed alone. */
export function Status({ tone, children, className, boxed = false }: StatusProps) {
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1.5 whitespace-nowrap font-medium',
        TONE_TEXT[tone],
        boxed && 'rounded-sm border border-current/40 px-1.5 text-sm',
        className,
      )}
    >
      <span aria-hidden className="w-3 text-center font-mono text-[11px]">
        {TONE_GLYPH[tone]}
      </span>
      {children}
    </span>
  );
}

export function AssignmentStatus({ state, className }: { state: AssignmentState; className?: string }) {
  const { tone, word } = ASSIGNMENT_STATUS[state];
  return (
    <Status tone={tone} className={className}>
      {word}
    </Status>
  );
}

export function CampaignStatus({ state, className }: { state: CampaignState; className?: string }) {
  const { tone, word } = CAMPAIGN_STATUS[state];
  return (
    <Status tone={tone} className={className}>
      {word}
    </Status>
  );
}

export function WaveStatus({ state, className }: { state: WaveState; className?: string }) {
  const { tone, word } = WAVE_STATUS[state];
  return (
    <Status tone={tone} className={className}>
      {word}
    </Status>
  );
}

/** A neutral label: a tag, a role, a count. */
export function Badge({ children, className }: { children: React.ReactNode; className?: string }) {
  return (
    <span
      className={cn(
        'inline-flex h-5 items-center rounded-sm border border-line bg-raised px-1.5 text-sm text-muted whitespace-nowrap',
        className,
      )}
    >
      {children}
    </span>
  );
}

import type { FailureClass } from './campaign-definition.ts';
import type { AssignmentState } from './states.ts';

/** Word of a TCU's code → class; the first word that occurs in the code decides. */
const CLASS_BY_WORD: readonly (readonly [RegExp, FailureClass])[] = [
  [/timeout|timed[._-]?out|expired/, 'timeout'],
  [
    /hash|signature|checksum|verif|manifest|metadata|key[._-]|length[._-]?mismatch|rollback[._-]?attack/,
    'verification',
  ],
  [/battery|parked|ignition|precondition|temperature|gear|charging|driving|speed/, 'precondition'],
  [/download|network|http|url|dns|tls|connection|range|storage|disk|space|transfer/, 'download'],
  [/install|flash|write|boot|ecu|diagnostic|uds|power|dependency|activation|bus/, 'installation'],
];

/** What was being done in a state when it failed. */
const CLASS_BY_STATE: Partial<Record<AssignmentState, FailureClass>> = {
  acknowledged: 'download',
  downloading: 'download',
  verified: 'installation',
  installing: 'installation',
  installed: 'installation',
};

/**
 * Class of a failure for retry: by the words of the TCU's machine-readable code (suppliers name codes
 * differently), else by what the vehicle was doing when it failed.
 */
export function classifyFailure(code: string | null | undefined, state: AssignmentState): FailureClass {
  const text = (code ?? '').toLowerCase();
  const byWord = CLASS_BY_WORD.find(([pattern]) => pattern.test(text));
  return byWord?.[1] ?? CLASS_BY_STATE[state] ?? 'other';
}

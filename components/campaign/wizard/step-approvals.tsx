'use client';

import { Panel } from '#components/ui/panel.tsx';
import { NumberField } from './number-field.tsx';
import type { StepProps } from './step-props.ts';

/** How many others must agree before it may start. */
export function StepApprovals({ definition, change }: StepProps) {
  const count = definition.requiredApprovals;
  return (
    <Panel title="Approvals">
      <div className="grid gap-4">
        <NumberField
          label="Approvals needed"
          className="max-w-48"
          value={count}
          onChange={(requiredApprovals) => change({ requiredApprovals })}
          min={0}
          max={10}
        />
        <p className="max-w-prose text-muted">
          {count === 0
            ? 'None: whoever may start campaigns starts it from the review.'
            : `${count === 1 ? 'One approver' : `${count} different approvers`} must agree, each with a comment, before it can start. The author’s own approval does not count, one denial sends it back, and any change of the campaign voids what was approved.`}
        </p>
      </div>
    </Panel>
  );
}

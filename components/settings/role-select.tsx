'use client';

import { Select } from '#components/ui/input.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { Role } from '#lib/domain/permissions.ts';
import { setOperatorRoleAction } from '../../app/(console)/settings/actions.ts';
import type { Operator } from './operators.tsx';

/** An operator's role; changing it holds from the operator's next request on. */
export function RoleSelect({ operator, self }: { operator: Operator; self: boolean }) {
  const action = useAction(setOperatorRoleAction);
  return (
    <span className="grid gap-1">
      <Select
        aria-label={`Role of ${operator.name}`}
        className="w-28"
        value={operator.role}
        disabled={action.busy || self}
        title={self ? 'Another admin changes your role' : undefined}
        onChange={({ target }) => void action.run({ id: operator.id, role: Role.parse(target.value) })}
      >
        {Role.options.map((role) => (
          <option key={role} value={role}>
            {role}
          </option>
        ))}
      </Select>
      {action.error && (
        <span role="alert" className="text-failed text-sm">
          <span aria-hidden>✕ </span>
          {action.error.message}
        </span>
      )}
    </span>
  );
}

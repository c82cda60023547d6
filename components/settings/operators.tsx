'use client';

import { UserPlus } from 'lucide-react';
import { Fresh } from '#components/live/fresh.tsx';
import { useLiveView } from '#components/live/live-provider.tsx';
import { Button } from '#components/ui/button.tsx';
import { CsvLink } from '#components/ui/csv-link.tsx';
import { Note } from '#components/ui/notes.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';
import { Badge, Status } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import type { ViewValue } from '#lib/live/views.ts';
import { CreateOperator } from './create-operator.tsx';
import { OperatorMenu } from './operator-menu.tsx';
import { RoleSelect } from './role-select.tsx';

type OperatorsData = ViewValue<'operators'>;
export type Operator = OperatorsData['operators'][number];

/** Who works with the console, and as what. */
export function Operators({ initial, self }: { initial: OperatorsData; self: string }) {
  const { data, problem } = useLiveView('operators', {}, initial);
  return (
    <Fresh className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {problem && <Note tone="warning">The operators cannot be read just now ({problem}).</Note>}
      <Panel
        title={`Operators (${data.operators.length})`}
        flush
        actions={
          <span className="flex gap-2">
            <CsvLink small href="/api/operators/export" />
            <CreateOperator
              trigger={
                <Button look="primary" size="small">
                  <UserPlus aria-hidden /> New operator
                </Button>
              }
            />
          </span>
        }
      >
        <PlainTable
          label="Operators by name"
          columns={[
            { header: 'Name' },
            { header: 'E-mail' },
            { header: 'Role' },
            { header: 'State' },
            { header: 'Last seen' },
            { header: <span className="sr-only">Actions</span>, align: 'end' },
          ]}
          rows={data.operators.map((operator) => ({
            key: operator.id,
            cells: [
              <span key="name" className="inline-flex min-w-28 items-center gap-1.5 break-words font-medium">
                {operator.name} {operator.id === self && <Badge>you</Badge>}
              </span>,
              <span key="email" className="inline-block min-w-48 break-all">
                {operator.email}
              </span>,
              <RoleSelect key="role" operator={operator} self={operator.id === self} />,
              operator.disabled ? (
                <span key="state" title={operator.disabledReason ?? undefined}>
                  <Status tone="offline">Disabled</Status>
                </span>
              ) : (
                <Status key="state" tone="done">
                  Active
                </Status>
              ),
              <Time key="seen" at={operator.lastSessionAt} />,
              <OperatorMenu key="menu" operator={operator} self={operator.id === self} />,
            ],
          }))}
        />
      </Panel>
      <Roles />
    </Fresh>
  );
}

const ROLES = [
  ['viewer', 'Sees everything, changes nothing.'],
  ['operator', 'Registers vehicles, keeps the catalog, makes and runs campaigns.'],
  ['approver', 'Approves campaigns of others; pauses them and stops all offers.'],
  ['admin', 'All of that, and operators, settings, erasure and allowing offers again.'],
] as const;

function Roles() {
  return (
    <Panel title="Roles">
      <dl className="grid gap-2 sm:grid-cols-2">
        {ROLES.map(([role, text]) => (
          <div key={role}>
            <dt className="font-medium">{role}</dt>
            <dd className="text-muted">{text}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

'use client';

import { Input, Select } from '#components/ui/input.tsx';
import { AssignmentState } from '#lib/domain/states.ts';
import { CampaignOutcome, type TargetCondition, VersionOperator } from '#lib/domain/target-filter.ts';
import { FIELD_LABELS, type FieldName, fieldOf, freshCondition } from './condition-fields.ts';

type RowProps<Condition = TargetCondition> = {
  condition: Condition;
  onChange(condition: TargetCondition): void;
};
type Of<Kind extends TargetCondition['kind']> = Extract<TargetCondition, { kind: Kind }>;

const UNITS = [
  [1, 'minutes'],
  [60, 'hours'],
  [1440, 'days'],
] as const;

/** One condition: field, operator, value. */
export function ConditionRow({ condition, onChange }: RowProps) {
  const field = fieldOf(condition);
  return (
    <>
      <Select
        aria-label="Field"
        className="w-36"
        value={field}
        onChange={(event) => onChange(freshCondition(event.target.value as FieldName))}
      >
        {Object.entries(FIELD_LABELS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      <ConditionValue condition={condition} onChange={onChange} />
    </>
  );
}

function ConditionValue({ condition, onChange }: RowProps) {
  switch (condition.kind) {
    case 'text':
      return <TextCondition condition={condition} onChange={onChange} />;
    case 'ecu':
      return <EcuCondition condition={condition} onChange={onChange} />;
    case 'modelYear':
      return (
        <>
          <Select
            aria-label="Comparison"
            className="w-16"
            value={condition.operator}
            onChange={(event) =>
              onChange({ ...condition, operator: event.target.value as Of<'modelYear'>['operator'] })
            }
          >
            {['=', '!=', '<', '<=', '>', '>='].map((operator) => (
              <option key={operator}>{operator}</option>
            ))}
          </Select>
          <Input
            aria-label="Year"
            type="number"
            className="w-24"
            value={condition.value}
            onChange={(event) => onChange({ ...condition, value: Math.trunc(Number(event.target.value)) })}
          />
        </>
      );
    case 'online':
    case 'skilledPersonOnly': {
      const [yes, no] = condition.kind === 'online' ? ['online', 'offline'] : ['only', 'not needed'];
      return (
        <Select
          aria-label="Value"
          className="w-36"
          value={String(condition.value)}
          onChange={(event) => onChange({ ...condition, value: event.target.value === 'true' })}
        >
          <option value="true">{yes}</option>
          <option value="false">{no}</option>
        </Select>
      );
    }
    case 'lastSeen':
      return <LastSeenCondition condition={condition} onChange={onChange} />;
    case 'campaign':
      return (
        <>
          <Input
            aria-label="Campaign id"
            className="w-64 font-mono"
            value={condition.campaignId}
            onChange={(event) => onChange({ ...condition, campaignId: event.target.value })}
          />
          <Select
            aria-label="Outcome"
            className="w-44"
            value={condition.outcome}
            onChange={(event) =>
              onChange({ ...condition, outcome: CampaignOutcome.parse(event.target.value) })
            }
          >
            {['any', ...AssignmentState.options].map((state) => (
              <option key={state}>{state}</option>
            ))}
          </Select>
        </>
      );
  }
}

function TextCondition({ condition, onChange }: RowProps<Of<'text'>>) {
  const isList = condition.operator === 'in' || condition.values.length > 1;
  return (
    <>
      <Select
        aria-label="Comparison"
        className="w-32"
        value={condition.operator}
        onChange={(event) =>
          onChange({ ...condition, operator: event.target.value as Of<'text'>['operator'] })
        }
      >
        <option value="=">is</option>
        <option value="!=">is not</option>
        <option value="in">is one of</option>
        <option value="starts">starts with</option>
      </Select>
      <Input
        aria-label={isList ? 'Values, parted by commas' : 'Value'}
        className="min-w-40 flex-1"
        value={condition.values.join(', ')}
        onChange={(event) => {
          const text = event.target.value;
          const values = condition.operator === 'in' ? text.split(/[,\n]\s*/) : [text];
          onChange({ ...condition, values });
        }}
      />
    </>
  );
}

function LastSeenCondition({ condition, onChange }: RowProps<Of<'lastSeen'>>) {
  const [size, unit] =
    [...UNITS].reverse().find(([minutes]) => condition.minutes % minutes === 0) ?? UNITS[0];
  const amount = condition.minutes / size;
  const set = (nextAmount: number, nextSize: number) =>
    onChange({ ...condition, minutes: Math.max(1, Math.trunc(nextAmount) * nextSize) });
  return (
    <>
      <Select
        aria-label="Comparison"
        className="w-32"
        value={condition.operator}
        onChange={(event) =>
          onChange({ ...condition, operator: event.target.value === 'before' ? 'before' : 'within' })
        }
      >
        <option value="within">within</option>
        <option value="before">longer ago than</option>
      </Select>
      <Input
        aria-label="Amount"
        type="number"
        min={1}
        className="w-20"
        value={amount}
        onChange={(event) => set(Number(event.target.value), size)}
      />
      <Select
        aria-label="Unit"
        className="w-28"
        value={unit}
        onChange={(event) => set(amount, UNITS.find(([, name]) => name === event.target.value)?.[0] ?? 1)}
      >
        {UNITS.map(([, name]) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
    </>
  );
}

function EcuCondition({ condition, onChange }: RowProps<Of<'ecu'>>) {
  const { hardware, software, ...bare } = condition;
  const withParts = (nextHardware: typeof hardware, nextSoftware: typeof software) =>
    onChange({
      ...bare,
      ...(nextHardware ? { hardware: nextHardware } : {}),
      ...(nextSoftware ? { software: nextSoftware } : {}),
    });
  const changeOperator = (text: string) => {
    const operator = VersionOperator.safeParse(text).data;
    if (!operator) return withParts(hardware, undefined);
    if (operator === 'known' || operator === 'unknown') return withParts(hardware, { operator });
    return withParts(hardware, { operator, value: software?.value ?? '' });
  };
  return (
    <>
      <Input
        aria-label="ECU type"
        className="w-28"
        value={condition.ecuType}
        onChange={(event) => onChange({ ...condition, ecuType: event.target.value })}
      />
      <Input
        aria-label="Hardware version, or empty for any"
        placeholder="any hardware"
        className="w-32 font-mono"
        value={hardware?.value ?? ''}
        onChange={(event) => {
          const value = event.target.value;
          withParts(value === '' ? undefined : { operator: hardware?.operator ?? '=', value }, software);
        }}
      />
      <Select
        aria-label="Software comparison"
        className="w-36"
        value={software?.operator ?? 'any'}
        onChange={(event) => changeOperator(event.target.value)}
      >
        <option value="any">any software</option>
        {VersionOperator.options.map((operator) => (
          <option key={operator} value={operator}>
            software {operator}
          </option>
        ))}
      </Select>
      {software?.value !== undefined && (
        <Input
          aria-label="Software version"
          className="min-w-32 flex-1 font-mono"
          value={software.value}
          onChange={(event) => withParts(hardware, { ...software, value: event.target.value })}
        />
      )}
    </>
  );
}

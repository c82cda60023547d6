'use client';

import { Field } from '#components/ui/field.tsx';
import { CheckboxLine, Input } from '#components/ui/input.tsx';
import { fieldError } from '#components/ui/use-action.ts';
import type { ActionError } from '#lib/protocol/action-result.ts';

export type VehicleEntry = {
  vin: string;
  model: string;
  modelYear: string;
  region: string;
  timeZone: string;
  tags: string;
  skilledPersonOnly: boolean;
};

export const emptyVehicle: VehicleEntry = {
  vin: '',
  model: '',
  modelYear: String(new Date().getFullYear()),
  region: '',
  timeZone: '',
  tags: '',
  skilledPersonOnly: false,
};

type VehicleFormProps = {
  entry: VehicleEntry;
  onChange(entry: VehicleEntry): void;
  error: ActionError | undefined;
  /** Of a vehicle that is registered already: its VIN stays. */
  fixedVin?: boolean;
};

/** Master data of a vehicle as an operator writes it. */
export function VehicleForm({ entry, onChange, error, fixedVin = false }: VehicleFormProps) {
  const input = (name: Exclude<keyof VehicleEntry, 'skilledPersonOnly'>) => ({
    value: entry[name],
    onChange: (event: { target: { value: string } }) => onChange({ ...entry, [name]: event.target.value }),
  });
  const zones = Intl.supportedValuesOf('timeZone');
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {!fixedVin && (
        <Field
          label="VIN"
          className="sm:col-span-2"
          hint="17 capital letters and digits, without I, O and Q"
          error={fieldError(error, 'vin')}
        >
          {(control) => (
            <Input
              {...control}
              value={entry.vin}
              onChange={(event) => onChange({ ...entry, vin: event.target.value.toUpperCase().trim() })}
              className="font-mono"
              maxLength={17}
              required
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
      )}
      <Field label="Model" error={fieldError(error, 'model')}>
        {(control) => <Input {...control} {...input('model')} required />}
      </Field>
      <Field label="Model year" error={fieldError(error, 'modelYear')}>
        {(control) => <Input {...control} {...input('modelYear')} inputMode="numeric" required />}
      </Field>
      <Field label="Region" error={fieldError(error, 'region')}>
        {(control) => <Input {...control} {...input('region')} required />}
      </Field>
      <Field label="Time zone" hint="Maintenance windows follow it" error={fieldError(error, 'timeZone')}>
        {(control) => (
          <>
            <Input
              {...control}
              {...input('timeZone')}
              list="time-zones"
              placeholder="Europe/Vienna"
              required
            />
            <datalist id="time-zones">
              {zones.map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label="Tags" className="sm:col-span-2" hint="Parted by commas" error={fieldError(error, 'tags')}>
        {(control) => <Input {...control} {...input('tags')} />}
      </Field>
      <CheckboxLine
        className="sm:col-span-2"
        label="Only a skilled person may update this vehicle"
        checked={entry.skilledPersonOnly}
        onChange={(event) => onChange({ ...entry, skilledPersonOnly: event.target.checked })}
      />
    </div>
  );
}

/** What the services take. */
export function fieldsOf({ tags, ...entry }: VehicleEntry) {
  const list = tags.split(',').map((tag) => tag.trim());
  return { ...entry, tags: list.filter((tag) => tag !== '') };
}

'use client';

import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Select } from '#components/ui/input.tsx';
import { type AuditUrl, auditQueryString, WHOLE_LOG } from './audit-url.ts';

export type AuditChoices = { actors: { id: string; name: string }[]; actions: string[]; subjects: string[] };

type AuditFilterProps = { url: AuditUrl; choices: AuditChoices; onChange(url: Partial<AuditUrl>): void };

/** Narrows the log by who, what, of which, and when. */
export function AuditFilter({ url, choices, onChange }: AuditFilterProps) {
  const kinds = [...new Set(choices.actions.map((action) => `${action.split('.')[0]}.`))];
  return (
    <div className="grid grid-cols-2 items-end gap-3 sm:flex sm:flex-wrap">
      <Field label="Who" className="sm:w-44">
        {(control) => (
          <Select
            {...control}
            value={url.actor ?? ''}
            onChange={({ target }) => onChange({ actor: target.value || null })}
          >
            <option value="">Everyone</option>
            {choices.actors.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="What" className="sm:w-52">
        {(control) => (
          <Select
            {...control}
            value={url.action ?? ''}
            onChange={({ target }) => onChange({ action: target.value || null })}
          >
            <option value="">Every action</option>
            {kinds.map((kind) => (
              <optgroup key={kind} label={kind.slice(0, -1)}>
                <option value={kind}>All of {kind.slice(0, -1)}</option>
                {choices.actions
                  .filter((action) => action.startsWith(kind))
                  .map((action) => (
                    <option key={action} value={action}>
                      {action}
                    </option>
                  ))}
              </optgroup>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Of" className="sm:w-40">
        {(control) => (
          <Select
            {...control}
            value={url.subject ?? ''}
            onChange={({ target }) => onChange({ subject: target.value || null })}
          >
            <option value="">Anything</option>
            {choices.subjects.map((subject) => (
              <option key={subject} value={subject}>
                {subject.replaceAll('_', ' ')}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Its id" className="sm:w-52">
        {(control) => (
          <Input
            {...control}
            key={url.id ?? ''}
            defaultValue={url.id ?? ''}
            className="font-mono"
            placeholder="VIN, campaign …"
            onBlur={({ target }) => onChange({ id: target.value.trim() || null })}
            onKeyDown={(event) => {
              if (event.key === 'Enter') onChange({ id: event.currentTarget.value.trim() || null });
            }}
          />
        )}
      </Field>
      <Field label="From (UTC)" className="sm:w-36">
        {(control) => (
          <Input
            {...control}
            type="date"
            value={url.from ?? ''}
            onChange={({ target }) => onChange({ from: target.value || null })}
          />
        )}
      </Field>
      <Field label="To (UTC)" className="sm:w-36">
        {(control) => (
          <Input
            {...control}
            type="date"
            value={url.until ?? ''}
            onChange={({ target }) => onChange({ until: target.value || null })}
          />
        )}
      </Field>
      {auditQueryString(url) !== '' && (
        <Button look="quiet" onClick={() => onChange(WHOLE_LOG)}>
          Clear
        </Button>
      )}
    </div>
  );
}

'use client';

import { Upload } from 'lucide-react';
import { useState } from 'react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { fetchJson } from '#components/ui/fetch-json.ts';
import { Field } from '#components/ui/field.tsx';
import { formatCount } from '#components/ui/format.ts';
import { Input } from '#components/ui/input.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { PlainTable } from '#components/ui/plain-table.tsx';

type Fault = { line: number; column: string; value: string; reason: string };
type Outcome = { registered: number; unchanged: number; faults: Fault[]; credentialsCsv: string };

const EXAMPLE = 'vin,model,modelYear,region,timeZone,tags,skilledPersonOnly';
const MOST_FAULTS = 200;

/** Registers the vehicles of a CSV file; every bad line is told with its number, the good ones are kept. */
export function ImportVehicles() {
  const [file, setFile] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const [outcome, setOutcome] = useState<Outcome>();
  const reset = () => {
    setOutcome(undefined);
    setError(undefined);
    setFile(undefined);
  };
  const submit = async () => {
    if (!file) return;
    setBusy(true);
    setError(undefined);
    try {
      setOutcome(await fetchJson<Outcome>('/api/fleet/import', { method: 'POST', body: await file.text() }));
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  };
  return (
    <Dialog
      wide
      title="Import vehicles"
      description="A CSV file with a header; the same file again changes nothing."
      onOpenChange={(open) => {
        if (!open) reset();
      }}
      trigger={
        <button type="button" className={buttonClass()}>
          <Upload aria-hidden /> Import
        </button>
      }
    >
      {outcome ? (
        <Result outcome={outcome} onAgain={reset} />
      ) : (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Field label="CSV file" hint={<code className="break-all">{EXAMPLE}</code>}>
            {(control) => (
              <Input
                {...control}
                type="file"
                accept=".csv,text/csv"
                className="py-1"
                required
                onChange={(event) => setFile(event.target.files?.[0])}
              />
            )}
          </Field>
          {error && <ErrorNote>{error} Nothing of this file was kept.</ErrorNote>}
          <DialogActions>
            <Button type="submit" look="primary" disabled={busy || !file}>
              {busy ? 'Importing …' : 'Import'}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

function Result({ outcome, onAgain }: { outcome: Outcome; onAgain(): void }) {
  const { registered, unchanged, faults, credentialsCsv } = outcome;
  return (
    <div className="grid gap-4">
      <Note tone={faults.length > 0 ? 'warning' : 'done'} role="status">
        {formatCount(registered)} registered, {formatCount(unchanged)} unchanged, {formatCount(faults.length)}{' '}
        {faults.length === 1 ? 'fault' : 'faults'}.
      </Note>
      {credentialsCsv !== '' && (
        <Note tone="warning">
          <p>The credentials of the new vehicles are in this file; they are not shown again.</p>
          <a
            className={buttonClass({ look: 'primary', className: 'mt-2' })}
            href={`data:text/csv;charset=utf-8,${encodeURIComponent(credentialsCsv)}`}
            download="vehicle-credentials.csv"
          >
            Download credentials
          </a>
        </Note>
      )}
      {faults.length > 0 && (
        <PlainTable
          label="Faults by line"
          className="max-h-80 overflow-y-auto rounded-md border border-line"
          columns={[
            { header: 'Line', align: 'end' },
            { header: 'Column' },
            { header: 'Value' },
            { header: 'What is wrong' },
          ]}
          rows={faults.slice(0, MOST_FAULTS).map((fault) => ({
            key: `${fault.line} ${fault.column}`,
            cells: [
              fault.line,
              fault.column,
              <code key="value" className="break-all">
                {fault.value}
              </code>,
              fault.reason,
            ],
          }))}
        />
      )}
      {faults.length > MOST_FAULTS && (
        <p className="text-muted">And {formatCount(faults.length - MOST_FAULTS)} more.</p>
      )}
      <DialogActions>
        <Button onClick={onAgain}>Import another file</Button>
      </DialogActions>
    </div>
  );
}

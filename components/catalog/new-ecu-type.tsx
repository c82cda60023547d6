'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogActions } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Select, Textarea } from '#components/ui/input.tsx';
import { ErrorNote } from '#components/ui/notes.tsx';
import { fieldError, useAction } from '#components/ui/use-action.ts';
import { VersionScheme } from '#lib/domain/release.ts';
import { createEcuTypeAction } from '../../app/(console)/catalog/actions.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { VERSION_SCHEMES } from './version-schemes.ts';

/** The button and dialog that add an ECU type. */
export function NewEcuType() {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [versionScheme, setScheme] = useState<VersionScheme>('semver');
  const [description, setDescription] = useState('');
  const action = useAction(createEcuTypeAction);
  const router = useRouter();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const created = await action.run({ name: name.trim(), versionScheme, description });
    if (!created) return;
    setOpen(false);
    router.push(catalogRoutes.ecuType(created.name));
  };
  return (
    <Dialog
      title="New ECU type"
      description="Name and order of versions are fixed from then on."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button>
          <Plus /> New ECU type
        </Button>
      }
    >
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label="Name"
          hint="As vehicles report it in ECU_Details, e.g. BMS."
          error={fieldError(action.error, 'name')}
        >
          {(control) => (
            <Input
              {...control}
              value={name}
              onChange={(event) => setName(event.target.value)}
              required
              maxLength={64}
              autoComplete="off"
            />
          )}
        </Field>
        <Field label="Version scheme" hint={VERSION_SCHEMES[versionScheme].explanation}>
          {(control) => (
            <Select
              {...control}
              value={versionScheme}
              onChange={(event) => setScheme(VersionScheme.parse(event.target.value))}
            >
              {VersionScheme.options.map((scheme) => (
                <option key={scheme} value={scheme}>
                  {VERSION_SCHEMES[scheme].label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Description (optional)" error={fieldError(action.error, 'description')}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
        {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
        <DialogActions>
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button type="submit" look="primary" disabled={action.busy || name.trim() === ''}>
            {action.busy ? 'Creating …' : 'Create ECU type'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

'use client';

import { AlertDialog } from '@base-ui/react/alert-dialog';
import { type ReactElement, type ReactNode, useState } from 'react';
import { Button, buttonClass } from './button.tsx';
import { ErrorNote } from './notes.tsx';
import { isTyped, TypeName } from './type-name.tsx';
import { useOpener } from './use-opener.ts';

type ConfirmProps = {
  trigger: ReactElement;
  title: string;
  /** What will happen, with figures. */
  children: ReactNode;
  action: string;
  danger?: boolean;
  /** Said and done when it opens: figures that are read only then, a form that begins anew. */
  onOpen?(): void;
  /** Something that it needs is not there yet. */
  blocked?: boolean;
  /** The text that must be typed first, for what cannot be undone or reaches very many vehicles. */
  typeName?: string;
  /** Done at the press, where there is nothing to ask just now; a dialog that is open stays. */
  direct?: (() => void) | undefined;
  /** Resolves to an error's sentence, or nothing when it is done. */
  onConfirm(): Promise<string | undefined>;
};

/** Asks before an action, in proportion: with `typeName` the name must be typed. The error stays in the dialog. */
export function Confirm({
  trigger,
  title,
  children,
  action,
  danger = false,
  onOpen,
  blocked: missing = false,
  typeName,
  direct,
  onConfirm,
}: ConfirmProps) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const blocked = busy || missing || (typeName !== undefined && !isTyped(typeName, typed));

  const change = (next: boolean) => {
    setOpen(next);
    setTyped('');
    setError(undefined);
    if (next) onOpen?.();
  };
  const confirm = async () => {
    setBusy(true);
    const failure = await onConfirm().catch(
      () => 'The server did not answer. Nothing is known to have changed.',
    );
    setBusy(false);
    if (failure === undefined) change(false);
    else setError(failure);
  };

  const { button, ref, popup, wasOpened } = useOpener(
    trigger,
    open,
    direct ?? (() => change(true)),
    direct === undefined,
  );
  return (
    <>
      {button}
      {wasOpened && (
        <AlertDialog.Root open={open} onOpenChange={change}>
          <AlertDialog.Portal>
            <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-bg/70" />
            <AlertDialog.Popup
              {...popup}
              finalFocus={ref}
              className="fixed top-1/2 left-1/2 z-40 max-h-[90dvh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-md border border-line bg-surface p-5 shadow-overlay"
            >
              <form
                onSubmit={(event) => {
                  event.preventDefault();
                  if (!blocked) void confirm();
                }}
              >
                <AlertDialog.Title className="font-semibold text-lg">{title}</AlertDialog.Title>
                <AlertDialog.Description render={<div />} className="mt-2 grid gap-2 text-muted">
                  {children}
                </AlertDialog.Description>
                {typeName !== undefined && (
                  <div className="mt-4">
                    <TypeName name={typeName} value={typed} onChange={setTyped} />
                  </div>
                )}
                {error && <ErrorNote className="mt-4">{error}</ErrorNote>}
                <div className="mt-5 flex flex-wrap justify-end gap-2">
                  <AlertDialog.Close className={buttonClass()}>Cancel</AlertDialog.Close>
                  <Button type="submit" look={danger ? 'danger' : 'primary'} disabled={blocked}>
                    {busy ? 'Working …' : action}
                  </Button>
                </div>
              </form>
            </AlertDialog.Popup>
          </AlertDialog.Portal>
        </AlertDialog.Root>
      )}
    </>
  );
}

'use client';

import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactElement, type ReactNode, useState } from 'react';
import { buttonClass } from './button.tsx';
import { cn } from './cn.ts';
import { useOpener } from './use-opener.ts';

type DialogProps = {
  title: string;
  description?: ReactNode;
  /** The button that opens it; leave out where `open` is controlled. */
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?(open: boolean): void;
  wide?: boolean;
  children: ReactNode;
};

/** A modal dialog with a heading; Escape and the cross close it, focus returns to where it was. */
export function Dialog({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  wide = false,
  children,
}: DialogProps) {
  const [ownOpen, setOwnOpen] = useState(false);
  const isOpen = open ?? ownOpen;
  const change = (next: boolean) => {
    setOwnOpen(next);
    onOpenChange?.(next);
  };
  const { button, ref, popup, wasOpened } = useOpener(trigger, isOpen, () => change(true));
  return (
    <>
      {button}
      {wasOpened && (
        <Base.Root open={isOpen} onOpenChange={change}>
          <Base.Portal>
            <Base.Backdrop className="fixed inset-0 z-40 bg-bg/70" />
            <Base.Popup
              {...popup}
              {...(trigger ? { finalFocus: ref } : {})}
              className={cn(
                'fixed top-1/2 left-1/2 z-40 max-h-[90dvh] w-[calc(100vw-2rem)] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-md border border-line bg-surface p-5 shadow-overlay',
                wide ? 'max-w-3xl' : 'max-w-lg',
              )}
            >
              <div className="mb-4 grid gap-1 pr-8">
                <Base.Title className="font-semibold text-lg">{title}</Base.Title>
                {description && <Base.Description className="text-muted">{description}</Base.Description>}
              </div>
              {children}
              <Base.Close
                aria-label="Close"
                className={cn(buttonClass({ look: 'quiet', size: 'icon' }), 'absolute top-3 right-3')}
              >
                <X />
              </Base.Close>
            </Base.Popup>
          </Base.Portal>
        </Base.Root>
      )}
    </>
  );
}

/** The row of buttons at a dialog's end. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}

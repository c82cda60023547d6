'use client';

import {
  type ComponentProps,
  cloneElement,
  isValidElement,
  type ReactElement,
  useRef,
  useState,
} from 'react';

/**
 * The button that opens a dialog, without the dialog's own machinery: a page may have fifty dialogs, of which hardly
 * one is ever opened. `ref` is where the focus returns to; `wasOpened` tells that the dialog is to be rendered.
 */
export function useOpener(trigger: ReactElement | undefined, open: boolean, onOpen: () => void) {
  const ref = useRef<HTMLButtonElement>(null);
  const [wasOpened, setWasOpened] = useState(open);
  if (open && !wasOpened) setWasOpened(true);
  const button = isButton(trigger)
    ? cloneElement(trigger, { ref, 'aria-haspopup': 'dialog', 'aria-expanded': open, onClick: onOpen })
    : trigger;
  return { button, ref, wasOpened };
}

/** Triggers are buttons; what they are made of is known at run time only. */
function isButton(trigger: ReactElement | undefined): trigger is ReactElement<ComponentProps<'button'>> {
  return isValidElement(trigger);
}

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
 * one is ever opened. Where it `opens` nothing just now, it is a button like any other. `ref` is where the focus returns to; `wasOpened` tells that the dialog is to be rendered, and
 * `popup` says where the focus begins.
 */
export function useOpener(
  trigger: ReactElement | undefined,
  open: boolean,
  onOpen: () => void,
  opens = true,
) {
  const ref = useRef<HTMLButtonElement>(null);
  const popupRef = useRef<HTMLDivElement>(null);
  const isTouched = useRef(false);
  const [wasOpened, setWasOpened] = useState(open);
  if (open && !wasOpened) setWasOpened(true);
  const button = isButton(trigger)
    ? cloneElement(trigger, {
        ref,
        ...(opens && { 'aria-haspopup': 'dialog', 'aria-expanded': open }),
        onPointerDown: ({ pointerType }) => {
          isTouched.current = pointerType === 'touch';
        },
        onKeyDown: () => {
          isTouched.current = false;
        },
        onClick: onOpen,
      })
    : trigger;
  // A field that gets the focus brings up a phone's keyboard, over the dialog that one wants to read first.
  const initialFocus = () => (isTouched.current ? popupRef.current : true);
  return { button, wasOpened, ref, popup: { ref: popupRef, initialFocus } };
}

/** Triggers are buttons; what they are made of is known at run time only. */
function isButton(trigger: ReactElement | undefined): trigger is ReactElement<ComponentProps<'button'>> {
  return isValidElement(trigger);
}

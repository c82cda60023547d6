'use client';

import type { ReactElement, ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { CLICK_BELOW, TYPE_ABOVE } from '#components/ui/type-name.tsx';

type Props = {
  vehicles: number;
  campaignName: string;
  label: string;
  title: string;
  children: ReactNode;
  busy: boolean;
  disabled: boolean;
  look?: 'primary' | 'default';
  /** Resolves to an error's sentence, or nothing when it is done. */
  onConfirm(): Promise<string | undefined>;
};

/** Asks in proportion to how many vehicles it reaches: a click, a dialog, a dialog with the name to be typed. */
export function ImpactConfirm(props: Props) {
  const {
    vehicles,
    campaignName,
    label,
    title,
    children,
    busy,
    disabled,
    look = 'primary',
    onConfirm,
  } = props;
  const trigger: ReactElement = (
    <Button look={look} disabled={disabled || busy}>
      {busy ? 'Requested …' : label}
    </Button>
  );
  return (
    <Confirm
      trigger={trigger}
      title={title}
      action={label}
      {...(vehicles > TYPE_ABOVE ? { typeName: campaignName } : {})}
      // One button whatever the count, which moves while somebody presses it.
      direct={vehicles < CLICK_BELOW ? () => void onConfirm() : undefined}
      onConfirm={onConfirm}
    >
      {children}
    </Confirm>
  );
}

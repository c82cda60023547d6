'use client';

import { type ComponentProps, useState } from 'react';
import { Confirm } from './confirm.tsx';
import { Field } from './field.tsx';
import { Textarea } from './input.tsx';

type ConfirmCommentProps = Omit<ComponentProps<typeof Confirm>, 'onConfirm' | 'blocked' | 'onOpen'> & {
  /** What is asked for: a comment, a reason, how it was put right. */
  label: string;
  hint?: string;
  optional?: boolean;
  onConfirm(comment: string): Promise<string | undefined>;
};

const MOST_CHARACTERS = 1_000;

/** Asks before an action and for a comment that is kept with it; each time it opens, the comment begins anew. */
export function ConfirmComment({
  label,
  hint = 'Kept in the audit log',
  optional = false,
  children,
  onConfirm,
  ...confirm
}: ConfirmCommentProps) {
  const [comment, setComment] = useState('');
  return (
    <Confirm
      {...confirm}
      onOpen={() => setComment('')}
      blocked={!optional && comment.trim() === ''}
      onConfirm={() => onConfirm(comment.trim())}
    >
      {children}
      <Field label={label} hint={hint} className="text-fg">
        {(control) => (
          <Textarea
            {...control}
            rows={2}
            required={!optional}
            value={comment}
            maxLength={MOST_CHARACTERS}
            onChange={(event) => setComment(event.target.value)}
          />
        )}
      </Field>
    </Confirm>
  );
}

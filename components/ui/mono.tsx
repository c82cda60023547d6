'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { cn } from './cn.ts';

/** Breaks long texts where they must, but never down to a column of single characters. */
const atLeast = (text: string) => ({ minWidth: `${Math.min(text.length, 20)}ch` });

/** A VIN, hash or version: monospaced, cut in the middle where asked, with a copy button. */
export function CopyText({
  text,
  label,
  short,
  className,
}: {
  text: string;
  label: string;
  short?: number;
  className?: string;
}) {
  const [copied, setCopied] = useState(false);
  const shown = short && text.length > short ? `${text.slice(0, short - 5)}…${text.slice(-4)}` : text;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <span className={cn('inline-flex min-w-0 items-center gap-1 font-mono', className)}>
      <span title={shown === text ? undefined : text} className="wrap-anywhere" style={atLeast(shown)}>
        {shown}
      </span>
      <button
        type="button"
        onClick={() => void copy()}
        aria-label={copied ? `${label} copied` : `Copy ${label}`}
        className="grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-raised hover:text-fg"
      >
        {copied ? <Check className="size-3 text-done" /> : <Copy className="size-3" />}
      </button>
    </span>
  );
}

/** A version as reported; the empty one is said in words, long ones break. */
export function Version({ text, className }: { text: string | null | undefined; className?: string }) {
  if (text === undefined || text === null) return <span className="text-muted">unknown</span>;
  if (text === '') return <span className="text-muted">empty</span>;
  return (
    <span
      className={cn('inline-block whitespace-pre-wrap wrap-anywhere font-mono text-sm', className)}
      style={atLeast(text)}
    >
      {text}
    </span>
  );
}

'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { type FilterError, parseFilterText } from '#lib/domain/filter-text.ts';

type FilterTextProps = {
  text: string;
  /** Given a text that parses, or the empty one. */
  onApply(text: string): void;
  label?: string;
};

/** The text form of a filter; an error is underlined at its place and says what was expected there. */
export function FilterText({ text, onApply, label = 'Filter' }: FilterTextProps) {
  const [draft, setDraft] = useState(text);
  const [errors, setErrors] = useState<FilterError[]>([]);
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => {
    setDraft(text);
    setErrors(text.trim() === '' ? [] : errorsOf(text));
  }, [text]);

  const apply = () => {
    const found = draft.trim() === '' ? [] : errorsOf(draft);
    setErrors(found);
    const [first] = found;
    if (!first) return onApply(draft.trim());
    area.current?.focus();
    area.current?.setSelectionRange(first.offset, first.offset + Math.max(1, first.length));
  };

  const [error] = errors;
  return (
    <form
      className="grid min-w-0 flex-1 gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <div className="flex min-w-0 gap-2">
        <textarea
          ref={area}
          value={draft}
          rows={1}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-label={label}
          aria-invalid={error !== undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          placeholder={'model = "Aurora" and ecu("BMS").software < "1.10.2"'}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            apply();
          }}
          className="field-sizing-content max-h-40 min-h-8 w-full min-w-0 resize-none rounded-md border border-control bg-surface px-2.5 py-[6px] font-mono text-sm hover:border-fg/60 aria-invalid:border-failed"
        />
        <Button type="submit" look={draft.trim() === text.trim() ? 'default' : 'primary'}>
          Filter
        </Button>
      </div>
      {error && <Problem id={`${id}-error`} draft={draft} error={error} more={errors.length - 1} />}
    </form>
  );
}

function Problem({
  id,
  draft,
  error,
  more,
}: {
  id: string;
  draft: string;
  error: FilterError;
  more: number;
}) {
  const line = draft.split('\n')[error.line - 1] ?? '';
  const from = error.column - 1;
  const marked = line.slice(from, from + Math.max(1, error.length)) || ' ';
  return (
    <div id={id} role="alert" className="grid gap-0.5 text-sm">
      <code className="overflow-x-auto whitespace-pre">
        {line.slice(0, from)}
        <mark className={cn('bg-failed/15 text-failed underline decoration-wavy underline-offset-4')}>
          {marked}
        </mark>
        {line.slice(from + marked.length)}
      </code>
      <p className="text-failed">
        <span aria-hidden>✕ </span>
        Line {error.line}, column {error.column}: {error.message}
        {more > 0 && ` (and ${more} more)`}
      </p>
    </div>
  );
}

function errorsOf(text: string): FilterError[] {
  const parsed = parseFilterText(text);
  return parsed.kind === 'ok' ? [] : parsed.errors;
}

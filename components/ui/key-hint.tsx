import { cn } from './cn.ts';

/** Keys as they are pressed: `<KeyHint keys={['g', 'f']} />`. */
export function KeyHint({ keys, className }: { keys: string[]; className?: string }) {
  return (
    <span className={cn('inline-flex gap-0.5', className)}>
      {keys.map((key) => (
        <kbd
          key={key}
          className="inline-grid h-5 min-w-5 place-items-center rounded-sm border border-line bg-raised px-1 font-mono text-muted text-xs"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}

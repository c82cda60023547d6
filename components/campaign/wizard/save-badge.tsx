import { Button } from '#components/ui/button.tsx';
import { Status } from '#components/ui/status.tsx';
import type { SaveState } from './use-draft.ts';

/** Whether the server has what is on the screen. */
export function SaveBadge({ save, onRetry }: { save: SaveState; onRetry(): void }) {
  return (
    <span role="status" className="inline-flex flex-wrap items-center gap-2" data-testid="save-state">
      {save.kind === 'saved' && <Status tone="done">Draft saved</Status>}
      {save.kind === 'saving' && <Status tone="running">Saving</Status>}
      {save.kind === 'conflict' && <Status tone="warning">Not saved</Status>}
      {save.kind === 'unsaved' && (
        <>
          <Status tone="failed">Not saved</Status>
          <span>{save.message}; it is kept in this tab.</span>
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        </>
      )}
    </span>
  );
}

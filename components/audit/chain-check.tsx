'use client';

import { Link2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { checkAuditChainAction } from '../../app/(console)/audit/actions.ts';

type Result = { intact: boolean; entries: number; brokenAt: string | null };

/** Checks that every row's hash follows from the row before, and says so. */
export function ChainCheck() {
  const action = useAction(checkAuditChainAction);
  const [open, setOpen] = useState(false);
  const [result, setResult] = useState<Result>();
  const check = async () => {
    setResult(undefined);
    setOpen(true);
    setResult(await action.run({}));
  };
  return (
    <>
      <Button onClick={() => void check()} disabled={action.busy}>
        <Link2 aria-hidden /> {action.busy ? 'Checking …' : 'Check chain'}
      </Button>
      <Dialog title="Chain check" open={open} onOpenChange={setOpen}>
        <div aria-live="polite" data-testid="chain-result">
          {action.busy && <p className="text-muted">Every row is hashed again, from the first on …</p>}
          {action.error && <ErrorNote>{action.error.message}</ErrorNote>}
          {result?.intact && (
            <Note tone="done">
              Intact: the hashes of all {formatCount(result.entries)} rows follow from one another.
            </Note>
          )}
          {result && !result.intact && (
            <ErrorNote>
              Broken at row {result.brokenAt}: it or a row before it was changed or removed after it was
              written. Keep a copy of the database and of its backups before anything else.
            </ErrorNote>
          )}
        </div>
      </Dialog>
    </>
  );
}

'use client';

import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { formatCount } from '#components/ui/format.ts';
import { ErrorNote } from '#components/ui/notes.tsx';
import { Badge } from '#components/ui/status.tsx';
import { Time } from '#components/ui/time.tsx';
import { useAction } from '#components/ui/use-action.ts';
import { describeQuarantineReason } from '#lib/domain/quarantine-reason.ts';
import { dismissQuarantineAction, replayQuarantineAction } from '../../app/(console)/quarantine/actions.ts';
import { KeptMessages } from './kept-messages.tsx';
import type { QuarantineCan, QuarantineRow } from './quarantine-screen.tsx';

type QuarantineItemProps = {
  row: QuarantineRow;
  can: QuarantineCan;
  open: boolean;
  onOpen(open: boolean): void;
  onRegister(vin: string): void;
  /** Told what a replay did; the row itself may be gone by then. */
  onReplayed(sentence: string): void;
};

const UNKNOWN = new Set(['unknown_vehicle', 'not_enrolled']);

/** Messages of one source that were refused for one reason; opened, it shows their bytes. */
export function QuarantineItem({ row, can, open, onOpen, onRegister, onReplayed }: QuarantineItemProps) {
  const replay = useAction(replayQuarantineAction);
  const { vin } = row;
  const isOpen = row.state === 'open';
  const unknown = isOpen && UNKNOWN.has(row.reason) && !row.registered;
  const run = async () => {
    const result = await replay.run({ id: row.id });
    if (!result) return;
    const again = result.refused[0];
    onReplayed(
      again
        ? `${row.source}: ${formatCount(result.stored)} stored, ${formatCount(result.refused.length)} refused again: ${again.detail}`
        : `${row.source}: ${formatCount(result.stored)} stored.`,
    );
  };
  return (
    <li className="border-line/70 border-b last:border-b-0" data-quarantine={row.id}>
      <div className="flex flex-wrap items-start gap-2 px-3 py-1.5">
        <button
          type="button"
          aria-expanded={open}
          aria-label={`${open ? 'Hide' : 'Show'} messages of ${row.source}: ${row.reason.replaceAll('_', ' ')}`}
          onClick={() => onOpen(!open)}
          className="grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:bg-raised hover:text-fg"
        >
          <ChevronRight aria-hidden className={open ? 'size-3.5 rotate-90' : 'size-3.5'} />
        </button>
        <div className="grid min-w-0 flex-1 basis-64 gap-0.5">
          <div className="flex min-h-6 flex-wrap items-center gap-x-2">
            <Badge>{row.reason.replaceAll('_', ' ')}</Badge>
            <span className="break-all font-mono">{row.source}</span>
            {row.vin !== null && row.registered && (
              <Link href={`/fleet/${row.vin}`} className="text-accent hover:underline">
                vehicle
              </Link>
            )}
            <span className="text-muted text-sm">
              {formatCount(row.count)} {row.count === 1 ? 'message' : 'messages'}, last{' '}
              <Time at={row.lastSeenAt} />
              {row.count > 1 && (
                <>
                  , first <Time at={row.firstSeenAt} />
                </>
              )}
            </span>
          </div>
          <p
            className={
              open ? 'min-w-0 break-words text-muted' : 'line-clamp-2 min-w-0 break-words text-muted'
            }
          >
            {describeQuarantineReason(row.reason)} {row.detail}
          </p>
          {!isOpen && (
            <p className="text-muted text-sm">
              {row.state} by {row.closedBy ?? 'unknown'}, <Time at={row.closedAt} />
            </p>
          )}
          {replay.error && <ErrorNote>{replay.error.message}</ErrorNote>}
        </div>
        {isOpen && (
          <div className="ml-auto flex flex-wrap justify-end gap-1">
            {unknown && can.register && vin !== null && (
              <Button size="small" look="primary" onClick={() => onRegister(vin)}>
                Register and replay
              </Button>
            )}
            {can.replay && !unknown && (
              <Button size="small" disabled={replay.busy} onClick={() => void run()}>
                {replay.busy ? 'Replaying …' : 'Replay'}
              </Button>
            )}
            {can.replay && (
              <Confirm
                trigger={<Button size="small">Dismiss</Button>}
                title="Dismiss these messages"
                action="Dismiss"
                onConfirm={async () => {
                  const answer = await dismissQuarantineAction({ id: row.id });
                  return answer.ok ? undefined : answer.error.message;
                }}
              >
                <p>
                  {formatCount(row.count)} {row.count === 1 ? 'message' : 'messages'} of {row.source} will not
                  be stored. The bytes are kept until the retention time is over.
                </p>
              </Confirm>
            )}
          </div>
        )}
      </div>
      {open && <KeptMessages id={row.id} />}
    </li>
  );
}

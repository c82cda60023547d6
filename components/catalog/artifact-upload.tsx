'use client';

import { Upload as UploadIcon } from 'lucide-react';
import { type DragEvent, useId, useState } from 'react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { formatBytes, formatShare } from '#components/ui/format.ts';
import { CopyText } from '#components/ui/mono.tsx';
import { ErrorNote, Note } from '#components/ui/notes.tsx';
import { Status } from '#components/ui/status.tsx';
import { type UploadState, useUpload } from './use-upload.ts';

/** Chooses a file and sends it: progress, pause, going on after a cut, the hash at the end. */
export function ArtifactUpload({ releaseId, replaces }: { releaseId: string; replaces: boolean }) {
  const upload = useUpload(releaseId);
  const [over, setOver] = useState(false);
  const id = useId();
  const { state } = upload;
  const choose = (file: File | null | undefined) => {
    if (file) void upload.begin(file);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer.files.item(0));
  };
  const open = state.kind === 'idle' || state.kind === 'done' || state.kind === 'failed';
  return (
    <div className="grid gap-3">
      {open && (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut of the file input within.
        <div
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
          className={cn(
            'grid place-items-center gap-2 rounded-md border border-dashed p-6 text-center transition-colors',
            over ? 'border-accent bg-raised' : 'border-control',
          )}
        >
          <input
            id={id}
            type="file"
            className="peer sr-only"
            onChange={(event) => {
              choose(event.target.files?.item(0));
              event.target.value = '';
            }}
          />
          <label
            htmlFor={id}
            className={cn(
              buttonClass({ look: replaces ? 'default' : 'primary' }),
              'cursor-pointer peer-focus-visible:outline-2 peer-focus-visible:outline-accent',
            )}
          >
            <UploadIcon /> {replaces ? 'Upload another file' : 'Choose the file'}
          </label>
          <p className="text-muted text-sm">
            or drop it here. An interrupted upload goes on where it stopped.
          </p>
        </div>
      )}
      {(state.kind === 'sending' || state.kind === 'paused') && (
        <Progress state={state} onPause={upload.pause} onResume={upload.resume} onCancel={upload.cancel} />
      )}
      {state.kind === 'hashing' && (
        <p role="status" className="text-muted">
          Hashing {state.file.name} …
        </p>
      )}
      {state.kind === 'failed' && (
        <ErrorNote>
          {state.file.name} was not uploaded. {state.message}
        </ErrorNote>
      )}
      {state.kind === 'done' && (
        <Note tone="done" role="status">
          <p>
            {state.file.name} is uploaded, {formatBytes(state.file.size)}.
          </p>
          {state.sha256 && <CopyText text={state.sha256} label="SHA-256" className="text-sm" />}
        </Note>
      )}
    </div>
  );
}

type ProgressProps = {
  state: Extract<UploadState, { kind: 'sending' | 'paused' }>;
  onPause(): Promise<void>;
  onResume(): void;
  onCancel(): Promise<void>;
};

function Progress({ state, onPause, onResume, onCancel }: ProgressProps) {
  const { file, sent } = state;
  const interrupted = state.kind === 'sending' && state.interrupted;
  return (
    <div className="grid gap-2 rounded-md border border-line p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="min-w-0 break-all font-medium">{file.name}</span>
        {state.kind === 'paused' ? (
          <Status tone="held">Paused</Status>
        ) : interrupted ? (
          <Status tone="warning">Interrupted, trying again</Status>
        ) : (
          <Status tone="running">Uploading</Status>
        )}
      </div>
      <progress
        aria-label={`Upload of ${file.name}`}
        value={sent}
        max={file.size}
        className="h-2 w-full overflow-hidden rounded-full [&::-moz-progress-bar]:bg-running [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-running"
      />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="text-muted">
          {formatBytes(sent)} of {formatBytes(file.size)} ({formatShare(sent, file.size)})
        </span>
        <span className="flex gap-2">
          {state.kind === 'paused' ? (
            <Button size="small" onClick={onResume}>
              Go on
            </Button>
          ) : (
            <Button size="small" onClick={() => void onPause()}>
              Pause
            </Button>
          )}
          <Button size="small" look="quiet" onClick={() => void onCancel()}>
            Cancel
          </Button>
        </span>
      </div>
    </div>
  );
}

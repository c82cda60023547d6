'use client';

import { Tag } from 'lucide-react';
import { useState } from 'react';
import { buttonClass } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { formatCount } from '#components/ui/format.ts';
import { TagForm, type TagSelection } from './tag-form.tsx';

/** Tags every vehicle that the list holds, loaded or not; a job whose progress the header shows. */
export function TagVehicles({ selection, count }: { selection: TagSelection; count: number }) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog
      title={`Tag ${formatCount(count)} ${count === 1 ? 'vehicle' : 'vehicles'}`}
      description="All that the filter selects now. It runs as a job that goes on whatever page is open."
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className={buttonClass()} disabled={count === 0}>
          <Tag aria-hidden /> Tag
        </button>
      }
    >
      <TagForm selection={selection} count={count} onDone={() => setOpen(false)} />
    </Dialog>
  );
}

'use client';

import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs';
import { Input, Select } from '#components/ui/input.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RELEASE_STATUS } from '#components/ui/tones.ts';
import type { ViewValue } from '#lib/live/views.ts';
import { ReleaseTable } from './release-table.tsx';

const STATES = ['draft', 'released', 'withdrawn'] as const;

/** All releases, narrowed by a text and a state that the URL holds. */
export function ReleaseList({ releases }: { releases: ViewValue<'catalog'>['releases'] }) {
  const [text, setText] = useQueryState('q', parseAsString.withDefault(''));
  const [state, setState] = useQueryState('state', parseAsStringLiteral(STATES));
  const wanted = text.trim().toLowerCase();
  const shown = releases.filter(
    (release) =>
      (state === null || release.state === state) &&
      `${release.ecuType} ${release.version} ${release.hardwareVersions.join(' ')}`
        .toLowerCase()
        .includes(wanted),
  );
  return (
    <Panel flush>
      <div className="flex flex-wrap gap-2 border-line border-b p-3">
        <Input
          type="search"
          aria-label="Search releases"
          placeholder="ECU type, version or hardware"
          className="max-w-80"
          value={text}
          onChange={(event) => void setText(event.target.value || null)}
        />
        <Select
          aria-label="State"
          className="w-40"
          value={state ?? ''}
          onChange={(event) =>
            void setState(STATES.find((candidate) => candidate === event.target.value) ?? null)
          }
        >
          <option value="">All states</option>
          {STATES.map((value) => (
            <option key={value} value={value}>
              {RELEASE_STATUS[value]?.word}
            </option>
          ))}
        </Select>
      </div>
      <ReleaseTable
        releases={shown}
        empty={releases.length === 0 ? 'There is no release yet.' : 'No release fits the search.'}
      />
    </Panel>
  );
}

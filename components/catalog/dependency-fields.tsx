import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { Button } from '#components/ui/button.tsx';
import { CheckboxLine, Input, Select } from '#components/ui/input.tsx';
import { newKey } from '#components/ui/new-key.ts';
import type { ViewValue } from '#lib/live/views.ts';
import type { DraftDependency } from './release-draft.ts';
import type { DraftPart } from './release-form.tsx';

type Props = DraftPart & {
  types: ViewValue<'catalog'>['types'];
  releases: ViewValue<'catalog'>['releases'];
};

/** What other ECU types of the same vehicle must have. */
export function DependencyFields({ draft, change, problem, types, releases }: Props) {
  const others = types.filter(({ name }) => name !== draft.ecuType);
  const listId = useId();
  const set = (key: string, part: Partial<DraftDependency>) =>
    change({
      dependencies: draft.dependencies.map((need) => (need.key === key ? { ...need, ...part } : need)),
    });
  const error = problem('dependencies');
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium">Needs on other ECUs</legend>
      {draft.dependencies.length === 0 && <p className="text-muted">Nothing.</p>}
      {draft.dependencies.map((need, index) => (
        <div
          key={need.key}
          className="grid items-center gap-2 sm:grid-cols-[minmax(8rem,1fr)_minmax(10rem,1.5fr)_auto_auto]"
        >
          <Select
            aria-label={`Need ${index + 1}: ECU type`}
            value={need.ecuType}
            onChange={(event) => set(need.key, { ecuType: event.target.value })}
          >
            {others.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
          <Input
            aria-label={`Need ${index + 1}: least version`}
            placeholder="least version"
            className="font-mono"
            list={`${listId}-${need.key}`}
            value={need.minimumVersion}
            onChange={(event) => set(need.key, { minimumVersion: event.target.value })}
          />
          <datalist id={`${listId}-${need.key}`}>
            {releases
              .filter(({ ecuType }) => ecuType === need.ecuType)
              .map(({ id, version }) => (
                <option key={id} value={version} />
              ))}
          </datalist>
          <CheckboxLine
            label="may come in the same campaign"
            checked={need.maySameCampaign}
            onChange={(event) => set(need.key, { maySameCampaign: event.target.checked })}
          />
          <Button
            look="quiet"
            size="icon"
            aria-label={`Remove need ${index + 1}`}
            onClick={() => change({ dependencies: draft.dependencies.filter(({ key }) => key !== need.key) })}
          >
            <X />
          </Button>
        </div>
      ))}
      {error && <p className="text-failed text-sm">✕ {error}</p>}
      <div>
        <Button
          size="small"
          disabled={others.length === 0}
          onClick={() =>
            change({
              dependencies: [
                ...draft.dependencies,
                {
                  key: newKey(),
                  ecuType: others[0]?.name ?? '',
                  minimumVersion: '',
                  maySameCampaign: true,
                },
              ],
            })
          }
        >
          <Plus /> Add a need
        </Button>
      </div>
    </fieldset>
  );
}

import { Plus } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input, Textarea } from '#components/ui/input.tsx';
import { newKey } from '#components/ui/new-key.ts';
import type { DraftUserText } from './release-draft.ts';
import type { DraftPart } from './release-form.tsx';

/** What the update changes, how long it takes and what does not work meanwhile, per language. */
export function UserTextFields({ draft, change, problem }: DraftPart) {
  const set = (key: string, part: Partial<DraftUserText>) =>
    change({ userTexts: draft.userTexts.map((text) => (text.key === key ? { ...text, ...part } : text)) });
  const add = () =>
    change({
      userTexts: [
        ...draft.userTexts,
        {
          key: newKey(),
          language: draft.userTexts.length === 0 ? 'en' : '',
          what: '',
          howLongMinutes: '',
          unavailable: '',
        },
      ],
    });
  const overall = problem('userInformation');
  return (
    <div className="grid gap-4">
      {draft.userTexts.length === 0 && (
        <p className="text-muted">Nothing yet. Add a text for each language that your vehicles speak.</p>
      )}
      {draft.userTexts.map((text) => (
        <fieldset key={text.key} className="grid gap-3 rounded-md border border-line p-3">
          <legend className="px-1 font-medium">{text.language || 'New language'}</legend>
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label="Language" hint="BCP 47, e.g. en or de-AT.">
              {(control) => (
                <Input
                  {...control}
                  value={text.language}
                  onChange={(event) => set(text.key, { language: event.target.value })}
                />
              )}
            </Field>
            <Field label="Takes, minutes">
              {(control) => (
                <Input
                  {...control}
                  type="number"
                  min={0}
                  max={1440}
                  value={text.howLongMinutes}
                  onChange={(event) => set(text.key, { howLongMinutes: event.target.value })}
                />
              )}
            </Field>
          </div>
          <Field label="What changes">
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                value={text.what}
                onChange={(event) => set(text.key, { what: event.target.value })}
              />
            )}
          </Field>
          <Field label="What does not work meanwhile">
            {(control) => (
              <Textarea
                {...control}
                rows={2}
                value={text.unavailable}
                onChange={(event) => set(text.key, { unavailable: event.target.value })}
              />
            )}
          </Field>
          <div>
            <Button
              size="small"
              look="quiet"
              onClick={() => change({ userTexts: draft.userTexts.filter(({ key }) => key !== text.key) })}
            >
              Remove {text.language || 'this language'}
            </Button>
          </div>
        </fieldset>
      ))}
      {overall && <p className="text-failed text-sm">✕ {overall}</p>}
      <div>
        <Button size="small" onClick={add}>
          <Plus /> Add a language
        </Button>
      </div>
    </div>
  );
}

import { Panel } from '#components/ui/panel.tsx';

type AboutProps = {
  version: string;
  license: string;
  facts: { name: string; text: string }[];
  topics: { name: string; topic: string }[];
};

const DOCUMENTS = [
  {
    href: '/api/docs/protocol',
    name: 'Wire contract',
    text: 'What a TCU says and hears, with an example of every message.',
  },
  { href: '/api/docs/filter', name: 'Target filters', text: 'The text form of filters and its operators.' },
];

/** What this installation is made of, and where to read on. */
export function About({ version, license, facts, topics }: AboutProps) {
  return (
    <div className="grid items-start gap-4 md:grid-cols-2">
      <Panel title="Roadcast">
        <dl className="grid gap-1">
          {[{ name: 'Version', text: version }, { name: 'License', text: license }, ...facts].map(
            ({ name, text }) => (
              <div key={name} className="flex justify-between gap-4">
                <dt className="text-muted">{name}</dt>
                <dd>{text}</dd>
              </div>
            ),
          )}
        </dl>
      </Panel>
      <Panel title="Documents">
        <ul className="grid gap-2">
          {DOCUMENTS.map(({ href, name, text }) => (
            <li key={href}>
              <a href={href} className="font-medium text-accent hover:underline">
                {name}
              </a>
              <p className="text-muted">{text}</p>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Topics" className="md:col-span-2">
        <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-2">
          {topics.map(({ name, topic }) => (
            <div key={name} className="flex justify-between gap-4">
              <dt className="text-muted">{name}</dt>
              <dd className="break-all font-mono">{topic}</dd>
            </div>
          ))}
        </dl>
      </Panel>
    </div>
  );
}

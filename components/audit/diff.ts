export type Difference = {
  path: string;
  before: string | undefined;
  after: string | undefined;
  changed: boolean;
};

/** Every leaf of two JSON values side by side, the changed ones marked. */
export function diffJson(before: unknown, after: unknown): Difference[] {
  const old = new Map(leaves(before));
  const fresh = new Map(leaves(after));
  return [...new Set([...old.keys(), ...fresh.keys()])].map((path) => {
    const [was, is] = [old.get(path), fresh.get(path)];
    return { path, before: was, after: is, changed: was !== is };
  });
}

function leaves(value: unknown, path = ''): [string, string][] {
  if (value === null || value === undefined) return path === '' ? [] : [[path, 'none']];
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== 'object' || item === null);
    if (plain) return [[path, value.map(String).join(', ') || 'none']];
    return value.flatMap((item, index) => leaves(item, `${path}[${index + 1}]`));
  }
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, member]) =>
      leaves(member, path === '' ? key : `${path}.${key}`),
    );
  }
  return [[path === '' ? 'value' : path, String(value)]];
}

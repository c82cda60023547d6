import type { VersionScheme } from '#lib/domain/release.ts';

/** What each version scheme is called and how it orders. */
export const VERSION_SCHEMES: Record<VersionScheme, { label: string; explanation: string }> = {
  semver: {
    label: 'Semantic',
    explanation: 'Ordered as SemVer: 1.9.4 before 1.10.0, 2.0.0-rc.1 before 2.0.0.',
  },
  dotted: { label: 'Dotted', explanation: 'Numbers between dots, of any length: 01.09 before 01.12.3.' },
  lineage: {
    label: 'Lineage',
    explanation:
      'Opaque texts such as 39990-TLA-A040: ordered as they are released here, declared baselines first.',
  },
};

/** The name of a scheme as stored. */
export function schemeLabel(scheme: string): string {
  return Object.entries(VERSION_SCHEMES).find(([key]) => key === scheme)?.[1].label ?? scheme;
}

/** How a scheme orders, as a sentence. */
export function schemeExplanation(scheme: string): string {
  return Object.entries(VERSION_SCHEMES).find(([key]) => key === scheme)?.[1].explanation ?? '';
}

import { ReleaseDefinition } from '#lib/domain/release.ts';
import { linesOf } from './lines.ts';

export type DraftDependency = {
  key: string;
  ecuType: string;
  minimumVersion: string;
  maySameCampaign: boolean;
};
export type DraftUserText = {
  key: string;
  language: string;
  what: string;
  howLongMinutes: string;
  unavailable: string;
};

/** A release as its form holds it: texts as typed, lists in an order. */
export type ReleaseDraft = {
  ecuType: string;
  version: string;
  hardware: string;
  fromKind: 'any' | 'list' | 'range';
  fromList: string;
  fromLower: string;
  fromUpper: string;
  dependencies: DraftDependency[];
  notes: string;
  userTexts: DraftUserText[];
  parked: boolean;
  minimumBatteryPercent: string;
  ignition: 'off' | 'on' | 'any';
  skilledPersonOnly: boolean;
  rollbackTo: string;
};

export type DraftProblem = { path: string; message: string };

/** The form of a new release. */
export function emptyDraft(ecuType: string): ReleaseDraft {
  return {
    ecuType,
    version: '',
    hardware: '',
    fromKind: 'any',
    fromList: '',
    fromLower: '',
    fromUpper: '',
    dependencies: [],
    notes: '',
    userTexts: [],
    parked: true,
    minimumBatteryPercent: '0',
    ignition: 'any',
    skilledPersonOnly: false,
    rollbackTo: '',
  };
}

/** The form of an existing one. */
export function draftOf(definition: ReleaseDefinition): ReleaseDraft {
  const from = definition.fromVersions;
  return {
    ecuType: definition.ecuType,
    version: definition.version,
    hardware: definition.hardwareVersions.join('\n'),
    fromKind: from.kind,
    fromList: from.kind === 'list' ? from.versions.join('\n') : '',
    fromLower: from.kind === 'range' ? (from.from ?? '') : '',
    fromUpper: from.kind === 'range' ? (from.to ?? '') : '',
    dependencies: definition.dependencies.map((need, index) => ({ key: `stored-${index}`, ...need })),
    notes: definition.notes,
    userTexts: Object.entries(definition.userInformation).map(([language, text]) => ({
      key: `stored-${language}`,
      language,
      ...text,
      howLongMinutes: String(text.howLongMinutes),
    })),
    parked: definition.preconditions.parked,
    minimumBatteryPercent: String(definition.preconditions.minimumBatteryPercent),
    ignition: definition.preconditions.ignition,
    skilledPersonOnly: definition.skilledPersonOnly,
    rollbackTo: definition.rollbackTo.join('\n'),
  };
}

/** What the form says, by the schema that the service uses too; or what is wrong, field by field. */
export function readDraft(
  draft: ReleaseDraft,
): { ok: true; definition: ReleaseDefinition } | { ok: false; problems: DraftProblem[] } {
  const parsed = ReleaseDefinition.safeParse({
    ecuType: draft.ecuType,
    version: draft.version.trimEnd(),
    hardwareVersions: linesOf(draft.hardware),
    fromVersions: fromVersionsOf(draft),
    dependencies: draft.dependencies.map(({ key: _, ...need }) => need),
    notes: draft.notes,
    userInformation: Object.fromEntries(
      draft.userTexts.map(({ language, what, howLongMinutes, unavailable }) => [
        language.trim(),
        { what, howLongMinutes: numberOf(howLongMinutes), unavailable },
      ]),
    ),
    preconditions: {
      parked: draft.parked,
      minimumBatteryPercent: numberOf(draft.minimumBatteryPercent),
      ignition: draft.ignition,
    },
    skilledPersonOnly: draft.skilledPersonOnly,
    rollbackTo: linesOf(draft.rollbackTo),
  });
  const problems = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const languages = draft.userTexts.map(({ language }) => language.trim().toLowerCase());
  if (new Set(languages).size < languages.length) {
    problems.push({ path: 'userInformation', message: 'A language occurs twice.' });
  }
  if (parsed.success && problems.length === 0) return { ok: true, definition: parsed.data };
  return { ok: false, problems };
}

function fromVersionsOf(draft: ReleaseDraft) {
  if (draft.fromKind === 'any') return { kind: 'any' };
  if (draft.fromKind === 'list') return { kind: 'list', versions: linesOf(draft.fromList) };
  return {
    kind: 'range',
    ...(draft.fromLower ? { from: draft.fromLower } : {}),
    ...(draft.fromUpper ? { to: draft.fromUpper } : {}),
  };
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

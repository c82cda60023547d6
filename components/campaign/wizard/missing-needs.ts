import type { ViewValue } from '#lib/live/views.ts';

type Release = ViewValue<'catalog'>['releases'][number];
type Need = Release['dependencies'][number];

/** Needs of the chosen releases on ECU types of which none is chosen, with the newest release that there is. */
export function missingNeeds(
  releaseIds: readonly string[],
  releases: readonly Release[],
): { release: Release; need: Need; provider: Release | undefined }[] {
  const chosen = releases.filter(({ id }) => releaseIds.includes(id));
  const types = new Set(chosen.map(({ ecuType }) => ecuType));
  return chosen.flatMap((release) =>
    release.dependencies
      .filter((need) => !types.has(need.ecuType))
      .map((need) => ({
        release,
        need,
        provider: need.maySameCampaign ? newestOf(need.ecuType, releases) : undefined,
      })),
  );
}

function newestOf(ecuType: string, releases: readonly Release[]): Release | undefined {
  return releases
    .filter((release) => release.ecuType === ecuType && release.state === 'released')
    .reduce<Release | undefined>(
      (newest, release) => (newest && newest.releaseCounter >= release.releaseCounter ? newest : release),
      undefined,
    );
}

import type { Database } from '#lib/db/client.ts';
import type { ArtifactStore } from '#lib/payload/store.ts';

export type SeedContext = {
  db: Database;
  store: ArtifactStore;
  /** Secret that the simulated fleet derives its credentials from. */
  credentialSecret: string;
  now: Date;
  say(text: string): void;
};

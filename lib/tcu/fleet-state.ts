import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileStore, type TcuState } from './state.ts';

const writeEveryMs = 2_000;

/**
 * What the simulated vehicles keep over a restart of the fleet, one file each. A real TCU would write at
 * once; here changed ones are written every two seconds, and a lost number or two is what the backend's
 * `minSequence` heals.
 */
export function openFleetState(directory: string | undefined) {
  const changed = new Map<string, TcuState>();
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  const pathOf = (vin: string) => join(directory ?? '', `${vin}.json`);

  const writeAll = async () => {
    for (const [vin, state] of [...changed]) {
      changed.delete(vin);
      await writeFile(`${pathOf(vin)}.new`, JSON.stringify(state));
      await rename(`${pathOf(vin)}.new`, pathOf(vin));
    }
  };
  let writing: Promise<void> | undefined;
  const timer = setInterval(() => {
    writing ??= writeAll().finally(() => {
      writing = undefined;
    });
  }, writeEveryMs);

  return {
    load: (vin: string) => (directory === undefined ? undefined : fileStore(pathOf(vin)).load()),
    save(state: TcuState): void {
      if (directory !== undefined) changed.set(state.vin, state);
    },
    async close(): Promise<void> {
      clearInterval(timer);
      await writing;
      for (const [vin, state] of changed) {
        writeFileSync(`${pathOf(vin)}.new`, JSON.stringify(state));
        renameSync(`${pathOf(vin)}.new`, pathOf(vin));
      }
    },
  };
}

export type FleetState = ReturnType<typeof openFleetState>;

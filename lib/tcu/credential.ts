import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Line = z.object({ vin: z.string(), credential: z.string() });

/** Where a simulated vehicle's credential comes from; undefined where it has none. */
export type Credentials = (vin: string) => string | undefined;

/** Credential of a simulated vehicle, so that seed and fleet agree without a file between them. */
export function deriveCredential(secret: string, vin: string): string {
  return createHmac('sha256', secret).update(`vehicle-credential|${vin}`, 'utf8').digest('base64url');
}

/** Reads credentials from JSON lines `{"vin": …, "credential": …}` or from CSV lines `vin,credential`. */
export function readCredentials(path: string): Credentials {
  const known = new Map<string, string>();
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    if (line.trim() === '') continue;
    if (line.startsWith('{')) {
      const { vin, credential } = Line.parse(JSON.parse(line));
      known.set(vin, credential);
    } else {
      const [vin = '', credential = ''] = line.split(',');
      known.set(vin.trim(), credential.trim());
    }
  }
  return (vin) => known.get(vin);
}

import { timingSafeEqual } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { isCredential } from '#lib/keys/vehicle-credential.ts';
import { Vin } from '#lib/protocol/primitives.ts';
import type { Session } from './access.ts';

export type RegisteredCredential = { salt: Uint8Array; hash: Uint8Array; revoked: boolean };

/** Where the broker looks up what is registered. Rejects where it cannot know now. */
export type CredentialSource = { find(vin: string): Promise<RegisteredCredential | undefined> };

/** Return codes of CONNACK, MQTT 3.1.1 §3.2.2.3. */
export const connack = { identifierRejected: 2, unavailable: 3, badCredential: 4, notAuthorized: 5 } as const;
export type ConnackCode = (typeof connack)[keyof typeof connack];

export type Identity = {
  clientId: string;
  username: string | undefined;
  password: Buffer | undefined;
  /** Common name of a client certificate that the listener's CA has signed. */
  certificateName: string | undefined;
};

export type Rules = {
  backend: { username: string; password: string };
  enrolmentToken: string | undefined;
  credentials: CredentialSource;
};

export type Authentication = { kind: 'accepted'; session: Session } | { kind: 'refused'; code: ConnackCode };

/** Who is this? Backend by name and password; vehicle by certificate or credential; else by enrolment token. */
export async function authenticate(rules: Rules, identity: Identity): Promise<Authentication> {
  const { clientId, username, password, certificateName } = identity;
  if (username === rules.backend.username) {
    if (vinOf(clientId) !== undefined) return refused(connack.identifierRejected);
    return isEqual(password, rules.backend.password)
      ? { kind: 'accepted', session: { role: 'backend' } }
      : refused(connack.badCredential);
  }
  const vin = certificateName ?? username;
  if (vin === undefined || !Vin.safeParse(vin).success) return refused(connack.badCredential);
  if (vinOf(clientId) !== vin || (username !== undefined && username !== vin)) {
    return refused(connack.identifierRejected);
  }
  const registered = await rules.credentials.find(vin);
  if (registered?.revoked) return refused(connack.notAuthorized);
  const secret = password?.toString('utf8');
  const isProven =
    certificateName !== undefined ||
    (registered
      ? secret !== undefined && isCredential(registered, secret)
      : isEqual(password, rules.enrolmentToken));
  if (!isProven) return refused(connack.badCredential);
  const mayReceive = clientId === vin;
  const session: Session = registered
    ? { role: 'vehicle', vin, mayReceive, credentialId: credentialIdOf(registered) }
    : { role: 'enrolling', vin, mayReceive };
  return { kind: 'accepted', session };
}

/** Tells one credential from the next; each has a salt of its own. */
export function credentialIdOf({ salt }: Pick<RegisteredCredential, 'salt'>): string {
  return Buffer.from(salt).toString('hex');
}

/**
 * The vehicle that a client id belongs to: a VIN, or a VIN with `-` and a word, as a second client of a test
 * bench has it, which may only send. Undefined for clients of the backend.
 */
export function vinOf(clientId: string): string | undefined {
  const [vin = '', word, ...more] = clientId.split('-');
  if (!Vin.safeParse(vin).success || more.length > 0) return undefined;
  return word === undefined || /^[A-Za-z0-9]{1,16}$/.test(word) ? vin : undefined;
}

/** Common name of the certificate that a TLS client has proven to own, if any. */
export function certificateNameOf(connection: unknown): string | undefined {
  if (!(connection instanceof TLSSocket) || !connection.authorized) return undefined;
  const name = connection.getPeerCertificate().subject?.CN;
  return Array.isArray(name) ? name[0] : name;
}

function isEqual(given: Buffer | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined) return false;
  const wanted = Buffer.from(expected, 'utf8');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function refused(code: ConnackCode): Authentication {
  return { kind: 'refused', code };
}

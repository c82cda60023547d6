import { mkdir } from 'node:fs/promises';
import { type Generation, gather, isWorthwhile, newGeneration } from './journal-generation.ts';
import { decodeRecord, type MessageHeader, messageRecord, removedRecord } from './journal-record.ts';
import {
  appendTo,
  createSegment,
  openSegments,
  readFrom,
  removeSegment,
  replaySegment,
  type Segment,
} from './journal-segment.ts';

/** Where a message stands; the journal keeps it up to date. */
export type Place = {
  number: number;
  segment?: Segment | undefined;
  offset: number;
  length: number;
  /** Rises with each change that is told. */
  revision: number;
  isGone: boolean;
};

export const newPlace = (): Place => ({ number: 0, offset: 0, length: 0, revision: 0, isGone: false });

export type JournalOptions<P extends Place> = {
  /** A segment that has grown to this is followed by the next. */
  segmentBytes?: number;
  /** A message could not be written, or cannot be read any more; it is not kept. */
  onLost?(place: P): void;
  /** What stood in a file is not whole. */
  onDamage?(path: string, bytes: number): void;
};

export type JournalEntry<P extends Place> = { place: P; header: MessageHeader; payload: Buffer };

/** What was read last. */
type Block = { segment: Segment | undefined; offset: number; bytes: Buffer };

const defaultSegmentBytes = 32 * 1024 * 1024;
/** As many segments may be dead without anything being moved. */
const toleratedSegments = 4;
const gatherBytes = 256 * 1024;
const spareBytes = 4 * 1024 * 1024;
const readBytes = 256 * 1024;
const moveBytes = 1024 * 1024;
const againAfterMs = 1_000;

/**
 * The messages that wait for clients, appended to files. Changes go to disk together: while some are being
 * written, the next gather; promises resolve in the order of their changes. Segments go oldest first, so that
 * no record of a removal goes before the message that it removes; where most of the journal is dead, the
 * living messages of the oldest segment are appended anew.
 */
export class Journal<P extends Place> {
  readonly #directory: string;
  readonly #options: JournalOptions<P>;
  readonly #segmentBytes: number;
  readonly #living = new Map<Segment, Set<P>>();
  /** Written from one buffer while the other gathers; both are used again and again. */
  #spare: Buffer | undefined;
  #gathering = newGeneration<P>(Buffer.allocUnsafeSlow(gatherBytes));
  #inFlight: Generation<P> | undefined;
  #isAwake = false;
  /** All that is written before the journal rests again. */
  #turn: Promise<void> | undefined;
  #moving: Promise<void> | undefined;
  #reclaiming: Promise<void> | undefined;
  #current: Segment | undefined;
  #livingBytes = 0;
  #lastNumber = 0;
  #lastIndex = 0;

  constructor(directory: string, options: JournalOptions<P> = {}) {
    this.#directory = directory;
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? defaultSegmentBytes;
  }

  /**
   * Reads what is there; `placeOf` makes the place of each living message, in the order of their numbers. A
   * message that it does not want is removed.
   */
  async open(placeOf: (header: MessageHeader) => P | undefined): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const found = new Map<
      number,
      { header: MessageHeader; segment: Segment; offset: number; length: number }
    >();
    for (const segment of await openSegments(this.#directory)) {
      this.#living.set(segment, new Set());
      this.#lastIndex = segment.index;
      const lost = await replaySegment(segment, (record, offset, length) => {
        if (record.kind === 'removed') for (const number of record.numbers) found.delete(number);
        else found.set(record.header.number, { header: record.header, segment, offset, length });
      });
      if (lost > 0) this.#options.onDamage?.(segment.path, lost);
    }
    for (const { header, ...where } of [...found.values()].sort(
      (a, b) => a.header.number - b.header.number,
    )) {
      const place = placeOf(header);
      this.#lastNumber = header.number;
      if (place) {
        place.number = header.number;
        this.#settle(place, where);
      } else this.#tellRemoved(header.number);
    }
    await this.#reclaim();
  }

  /** Queues a message. The promise says that it is on disk. */
  add(place: P, header: Omit<MessageHeader, 'number'>, payload: Buffer): Promise<void> {
    place.number = ++this.#lastNumber;
    return this.replace(place, header, payload);
  }

  /** Writes how a message stands now in place of how it stood. */
  replace(place: P, header: Omit<MessageHeader, 'number'>, payload: Buffer): Promise<void> {
    const generation = this.#gathering;
    const at = generation.bytes;
    const length = gather(generation, messageRecord({ ...header, number: place.number }, payload));
    generation.messages.push({ place, at, length });
    place.revision++;
    this.#wake();
    return generation.written;
  }

  remove(place: P): void {
    place.isGone = true;
    this.#unsettle(place);
    this.#tellRemoved(place.number);
  }

  /** Reads messages, many at a time; those that are removed meanwhile are left out. */
  async *read(places: readonly P[]): AsyncGenerator<JournalEntry<P>> {
    // What could not be written has no segment; what has one can be read.
    await this.flush().catch(() => undefined);
    let block: Block = { segment: undefined, offset: 0, bytes: Buffer.alloc(0) };
    for (const place of places) {
      const { segment, offset, length } = place;
      if (!segment) continue;
      const isRead = block.segment === segment && block.offset <= offset;
      if (!isRead || offset + length > block.offset + block.bytes.length) {
        const wanted = Math.max(length, Math.min(readBytes, segment.length - offset));
        block = { segment, offset, bytes: await readFrom(segment, offset, wanted) };
      }
      const found = decodeRecord(block.bytes, offset - block.offset);
      if (found?.record.kind !== 'message') {
        this.#options.onDamage?.(segment.path, length);
        // It would keep its segment, and all that follow, from ever being removed.
        this.#giveUp(place);
      } else if (!place.isGone) yield { place, header: found.record.header, payload: found.record.payload };
    }
  }

  /** Resolves when everything told so far is on disk. */
  async flush(): Promise<void> {
    await Promise.all([this.#inFlight?.written, isWorthwhile(this.#gathering) && this.#gathering.written]);
  }

  async close(): Promise<void> {
    await this.flush();
    while (this.#isAwake || this.#moving || this.#reclaiming) {
      await Promise.all([this.#turn, this.#moving, this.#reclaiming]);
    }
    for (const { file } of this.#living.keys()) await file.close();
    this.#living.clear();
  }

  #wake(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    this.#turn = new Promise((resolve) => setImmediate(() => resolve(this.#writeAll())));
  }

  async #writeAll(): Promise<void> {
    while (isWorthwhile(this.#gathering)) {
      const generation = this.#gathering;
      this.#gathering = newGeneration(this.#spare ?? Buffer.allocUnsafeSlow(gatherBytes));
      this.#spare = undefined;
      this.#inFlight = generation;
      try {
        await this.#write(generation);
        generation.done();
      } catch (error) {
        this.#fail(generation, error);
        // On a full disk the room of what is dead is the only one there is.
        await this.#reclaim();
        break;
      } finally {
        this.#inFlight = undefined;
      }
      await this.#reclaim();
    }
    this.#isAwake = false;
    if (this.#gathering.messages.length > 0) this.#wake();
    else if (isWorthwhile(this.#gathering)) setTimeout(() => this.#wake(), againAfterMs).unref();
  }

  async #write(generation: Generation<P>): Promise<void> {
    const { messages, removed } = generation;
    const segment = await this.#segmentToAppend();
    const from = segment.length;
    if (removed.length > 0) gather(generation, removedRecord(removed));
    await appendTo(segment, generation.buffer.subarray(0, generation.bytes));
    if (generation.buffer.length <= spareBytes) this.#spare = generation.buffer;
    for (const { place, at, length } of messages) {
      if (!place.isGone) this.#settle(place, { segment, offset: from + at, length });
    }
  }

  /** What could not be written is lost, unless it stands elsewhere; removals are told again. */
  #fail({ messages, removed, failed }: Generation<P>, error: unknown): void {
    failed(error);
    for (const number of removed) this.#gathering.removed.push(number);
    for (const { place } of messages) {
      if (place.segment || place.isGone) continue;
      place.isGone = true;
      this.#options.onLost?.(place);
    }
  }

  #giveUp(place: P): void {
    if (place.isGone) return;
    this.remove(place);
    this.#options.onLost?.(place);
  }

  #tellRemoved(number: number): void {
    this.#gathering.removed.push(number);
    this.#wake();
  }

  async #segmentToAppend(): Promise<Segment> {
    if (!this.#current || this.#current.length >= this.#segmentBytes) {
      this.#current = await createSegment(this.#directory, this.#lastIndex + 1);
      this.#lastIndex++;
      this.#living.set(this.#current, new Set());
    }
    return this.#current;
  }

  #settle(place: P, where: { segment: Segment; offset: number; length: number }): void {
    this.#unsettle(place);
    place.segment = where.segment;
    place.offset = where.offset;
    place.length = where.length;
    this.#living.get(where.segment)?.add(place);
    this.#livingBytes += where.length;
  }

  #unsettle(place: P): void {
    if (!place.segment) return;
    this.#living.get(place.segment)?.delete(place);
    this.#livingBytes -= place.length;
    place.segment = undefined;
  }

  #reclaim(): Promise<void> {
    this.#reclaiming ??= this.#removeDead()
      // What cannot be removed now is tried again after the next write.
      .catch(() => undefined)
      .finally(() => {
        this.#reclaiming = undefined;
      });
    return this.#reclaiming;
  }

  async #removeDead(): Promise<void> {
    // What is being moved is not yet where a loss of power leaves it.
    if (this.#moving) return;
    for (const [segment, living] of this.#living) {
      if (segment === this.#current) return;
      if (living.size > 0) {
        const bytes = this.#living.size * this.#segmentBytes;
        if (bytes > 2 * this.#livingBytes + toleratedSegments * this.#segmentBytes) this.#move([...living]);
        return;
      }
      await removeSegment(segment);
      this.#living.delete(segment);
    }
  }

  #move(places: P[]): void {
    this.#moving ??= this.#appendAnew(places)
      // They stay where they are, and the next reclaim tries again.
      .catch(() => undefined)
      .finally(() => {
        this.#moving = undefined;
        void this.#reclaim();
      });
  }

  async #appendAnew(places: P[]): Promise<void> {
    const revisions = new Map(places.map((place) => [place, place.revision]));
    let bytes = 0;
    for await (const { place, header, payload } of this.read(places)) {
      // What has changed meanwhile is written anew without us.
      if (place.isGone || place.revision !== revisions.get(place)) continue;
      const written = this.replace(place, header, payload);
      bytes += payload.length;
      if (bytes < moveBytes) continue;
      bytes = 0;
      await written;
    }
    await this.flush();
    const reached = new Set(places.flatMap(({ segment }) => segment ?? []));
    for (const segment of reached) await segment.file.datasync();
  }
}

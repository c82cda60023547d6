import type { Level } from 'level';

type Range = { gte: string; lt: string };
type Change = { type: 'put' | 'del'; key: string; value?: Buffer };
type Generation = {
  changes: Map<string, Buffer | undefined>;
  written: Promise<void>;
  done(): void;
  failed(error: unknown): void;
};

/**
 * LevelDB whose writes go to disk together: while one batch is being written, the next gathers. Promises
 * resolve in the order of their writes, so that no message overtakes another on its way through the store.
 * It has the part of Level's interface that aedes-persistence-level uses.
 */
export class GroupCommit {
  readonly #db: Level<string, Buffer>;
  #gathering = newGeneration();
  #writing: Generation | undefined;

  constructor(db: Level<string, Buffer>) {
    this.#db = db;
  }

  async get(key: string): Promise<Buffer | undefined> {
    for (const generation of [this.#gathering, this.#writing]) {
      if (generation?.changes.has(key)) return generation.changes.get(key);
    }
    return this.#db.get(key);
  }

  put(key: string, value: Buffer): Promise<void> {
    return this.#change(key, value);
  }

  del(key: string): Promise<void> {
    return this.#change(key, undefined);
  }

  batch(): { del(key: string): void; write(): Promise<void> };
  batch(changes: Change[]): Promise<void>;
  batch(changes?: Change[]): Promise<void> | { del(key: string): void; write(): Promise<void> } {
    if (changes) return this.#changeAll(changes);
    const gathered: Change[] = [];
    return {
      del: (key: string) => void gathered.push({ type: 'del', key }),
      write: () => this.#changeAll(gathered),
    };
  }

  async *values(range: Range): AsyncGenerator<Buffer> {
    await this.#settled();
    yield* this.#db.values(range);
  }

  async *keys(range: Range): AsyncGenerator<string> {
    await this.#settled();
    yield* this.#db.keys(range);
  }

  async clear(range: Range): Promise<void> {
    await this.flush();
    await this.#db.clear(range);
  }

  /** Resolves when everything written so far is on disk; what is written meanwhile is not waited for. */
  async flush(): Promise<void> {
    const generations = [this.#writing, this.#gathering];
    await Promise.all(generations.map((generation) => generation?.changes.size && generation.written));
  }

  async close(): Promise<void> {
    while (this.#writing || this.#gathering.changes.size > 0) await this.flush();
    await this.#db.close();
  }

  /** That another's write failed is no reason not to read. */
  async #settled(): Promise<void> {
    await this.flush().catch(() => undefined);
  }

  #changeAll(changes: Change[]): Promise<void> {
    const { written } = this.#gathering;
    for (const { key, value } of changes) void this.#change(key, value);
    return changes.length > 0 ? written : Promise.resolve();
  }

  #change(key: string, value: Buffer | undefined): Promise<void> {
    const generation = this.#gathering;
    const isFirst = generation.changes.size === 0;
    generation.changes.set(key, value);
    if (isFirst && !this.#writing) setImmediate(() => void this.#write());
    return generation.written;
  }

  async #write(): Promise<void> {
    if (this.#writing || this.#gathering.changes.size === 0) return;
    const generation = this.#gathering;
    this.#writing = generation;
    this.#gathering = newGeneration();
    try {
      await this.#db.batch(
        Array.from(generation.changes, ([key, value]) =>
          value === undefined ? { type: 'del' as const, key } : { type: 'put' as const, key, value },
        ),
      );
      generation.done();
    } catch (error) {
      generation.failed(error);
    } finally {
      this.#writing = undefined;
    }
    void this.#write();
  }
}

function newGeneration(): Generation {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Whoever awaits it learns of the failure; nobody may be waiting.
  promise.catch(() => undefined);
  return { changes: new Map(), written: promise, done: resolve, failed: reject };
}

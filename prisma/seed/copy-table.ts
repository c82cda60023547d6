import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Pool, PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export type Cell = string | number | boolean | Date | null | readonly string[] | Uint8Array;

export type TableCopy = {
  /** Takes one row in; its cells stand in the order of the columns. */
  add(cells: readonly Cell[]): void;
  /** Resolves when the database has taken enough for more to be added. */
  drained(): Promise<void>;
  /** Ends the rows, makes the indexes again and commits. */
  commit(): Promise<void>;
  /** Leaves the table as it was, unless it is committed. */
  undo(): Promise<void>;
};

const CHUNK = 256 * 1024;

/**
 * Fills one table by COPY in one transaction of its own. With `rebuild`, indexes that no constraint owns are
 * dropped first and made again at the end, within the same transaction: nobody ever sees the table without.
 */
export async function openTableCopy(
  pool: Pool,
  table: string,
  columns: readonly string[],
  { rebuild }: { rebuild: boolean },
): Promise<TableCopy> {
  const client = await pool.connect();
  await client.query("BEGIN; SET LOCAL synchronous_commit = off; SET LOCAL maintenance_work_mem = '256MB'");
  const indexes = rebuild ? await dropIndexes(client, table) : [];
  const stream = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
  let failure: unknown;
  stream.once('error', (error) => {
    failure = error;
  });
  let buffered: string[] = [];
  let size = 0;
  let isOver = false;
  const flush = () => {
    if (size === 0) return;
    stream.write(buffered.join(''));
    buffered = [];
    size = 0;
  };
  return {
    add(cells) {
      const line = `${cells.map(encode).join('\t')}\n`;
      buffered.push(line);
      size += line.length;
      if (size >= CHUNK) flush();
    },
    async drained() {
      if (failure) throw failure;
      // It may have drained while another table was waited for: the event would never come again.
      if (stream.writableNeedDrain) await once(stream, 'drain');
    },
    async commit() {
      flush();
      stream.end();
      await finished(stream);
      for (const definition of indexes) await client.query(definition);
      await client.query('COMMIT');
      isOver = true;
      client.release();
    },
    async undo() {
      if (isOver) return;
      isOver = true;
      stream.destroy();
      client.release(true);
    },
  };
}

async function dropIndexes(client: PoolClient, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i
     WHERE i.indrelid = $1::regclass AND NOT i.indisunique
       AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)`,
    [table],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map(({ definition }) => definition);
}

/** One cell of COPY's text format. */
function encode(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return escapeText(cell);
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'boolean') return cell ? 't' : 'f';
  if (cell instanceof Date) return cell.toISOString();
  if (cell instanceof Uint8Array) return `\\\\x${Buffer.from(cell).toString('hex')}`;
  return escapeText(`{${cell.map((member) => `"${member.replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
}

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GroupCommit } from './group-commit.ts';

let directory: string;
let level: Level<string, Buffer>;
let db: GroupCommit;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'roadcast-commit-'));
  level = new Level<string, Buffer>(directory, { valueEncoding: 'buffer' });
  await level.open();
  db = new GroupCommit(level);
});
afterEach(async () => {
  await db.close();
  await rm(directory, { recursive: true, force: true });
});

it('reads although the write of somebody else fails', async () => {
  await db.put('a', Buffer.from('1'));
  vi.spyOn(level, 'batch').mockRejectedValueOnce(new Error('ENOSPC'));
  const failing = expect(db.put('b', Buffer.from('2'))).rejects.toThrow('ENOSPC');
  const keys: string[] = [];
  for await (const key of db.keys({ gte: '', lt: '~' })) keys.push(key);
  await failing;
  expect(keys).toEqual(['a']);
});

it('waits for what is written before, and not for what keeps coming', async () => {
  let isDone = false;
  let count = 0;
  const keepWriting = async () => {
    while (!isDone) {
      count += 1;
      await db.put(`k${count}`, Buffer.alloc(1));
    }
  };
  const writers = [keepWriting(), keepWriting()];
  await db.put('mine', Buffer.alloc(1));
  await db.flush();
  isDone = true;
  await Promise.all(writers);
  expect(await level.get('mine')).toHaveLength(1);
});

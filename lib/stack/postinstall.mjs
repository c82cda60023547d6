// Runs in `npm ci` under whatever Node the machine has. It never fails an install: what cannot be done
// here (no schema in a partial copy, no network) is done again, with its error, by lib/stack/bootstrap.mjs.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
const prisma = join(root, 'node_modules/prisma/build/index.js');

if (existsSync(node) && existsSync(prisma) && existsSync(join(root, 'prisma/schema.prisma'))) {
  const done = spawnSync(node, [prisma, 'generate', '--no-hints'], { cwd: root, encoding: 'utf8' });
  if (done.status !== 0) {
    process.stderr.write(
      'The Prisma client was not generated now; the next `npm start` or `npm test` tries again.\n',
    );
  }
}

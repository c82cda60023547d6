import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireProgram } from '#e2e/fixtures/tools.ts';
import { findFreePort } from '#lib/stack/free-port.ts';
import type { BenchOptions } from './entry.ts';
import { until } from './until.ts';

/** Debian's nginx over a directory, or the reason why there is none. */
export async function startNginx(
  { defer }: Pick<BenchOptions, 'defer'>,
  files: string,
): Promise<{ url: string } | { missing: string }> {
  const program = await requireProgram('nginx', 'nginx-light').catch((error: unknown) => error);
  if (typeof program !== 'string')
    return { missing: program instanceof Error ? program.message : 'nginx is not there' };
  const directory = await mkdtemp(join(tmpdir(), 'roadcast-nginx-'));
  await chmod(directory, 0o755);
  const port = await findFreePort();
  const configuration = `
    daemon off; master_process on; worker_processes 1; pid ${directory}/pid; error_log ${directory}/error.log;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    events { worker_connections 4096; }
    http {
      access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000;
      client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
      fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
      server { listen 127.0.0.1:${port}; root ${files}; }
    }`;
  await writeFile(join(directory, 'nginx.conf'), configuration);
  const child = spawn(program, ['-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')], {
    stdio: 'ignore',
  });
  defer(async () => {
    child.kill('SIGTERM');
    await rm(directory, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(url).catch(() => undefined)) !== undefined, { what: 'nginx' });
  return { url };
}

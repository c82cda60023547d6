import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EnvironmentVariables } from '../config.ts';
import { UnavailableError } from '../errors.ts';

export const root = join(import.meta.dirname, '../..');

/**
 * How much V8 gives what lives shortly. Left to itself that is 128 MB and more of the worker's memory, which a storm
 * of reports fills and a plan keeps; with a quarter of it reports cost a tenth more CPU, with half nothing that can be
 * told from noise. The web process would have it cleared every seventeen pages, 15 ms each: half as often is enough
 * that most pages never meet it.
 */
const NODE_ARGS: Readonly<Record<string, readonly string[]>> = {
  'lib/worker/main.ts': ['--max-semi-space-size=32'],
  'lib/web/main.ts': ['--min-semi-space-size=32', '--max-semi-space-size=32'],
};

export type ChildOptions = {
  name: string;
  /** A TypeScript entry below the root. */
  entry: string;
  args?: string[];
  nodeArgs?: string[];
  env: EnvironmentVariables;
  onLine: (line: string) => void;
};

export type Child = {
  name: string;
  pid: number;
  /** Resolves when the process says that it serves; rejects when it ends before. */
  ready: Promise<void>;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  isRunning(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL when it does not end within the limit. */
  stop(limitMs?: number): Promise<void>;
};

/**
 * Starts one process of the stack in a process group of its own, so that Ctrl-C in the terminal reaches the
 * supervisor alone, which then stops its children in order. When the supervisor dies, the closed IPC channel
 * tells the child to stop.
 */
export function startChild(options: ChildOptions): Child {
  const args = [
    '--disable-warning=ExperimentalWarning',
    ...(NODE_ARGS[options.entry] ?? []),
    ...(options.nodeArgs ?? []),
    join(root, options.entry),
    ...(options.args ?? []),
  ];
  const process_ = spawn(process.execPath, args, {
    cwd: root,
    env: definedOnly(options.env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const tail: string[] = [];
  readLines(process_, (line) => {
    tail.push(line);
    if (tail.length > 50) tail.shift();
    options.onLine(line);
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    process_.once('exit', (code, signal) => resolve({ code, signal }));
    process_.once('error', () => resolve({ code: 1, signal: null }));
  });
  const ready = new Promise<void>((resolve, reject) => {
    process_.on('message', (message) => {
      if (Reflect.get(Object(message), 'kind') === 'ready') resolve();
    });
    void exited.then(({ code, signal }) =>
      reject(new UnavailableError(explainEnd(options.name, signal ?? `exit code ${code}`, tail))),
    );
  });
  ready.catch(() => undefined);
  const isRunning = () => process_.exitCode === null && process_.signalCode === null;
  return {
    name: options.name,
    pid: process_.pid ?? 0,
    ready,
    exited,
    isRunning,
    kill: (signal) => {
      process_.kill(signal);
    },
    async stop(limitMs = 12_000) {
      if (!isRunning()) return;
      process_.kill('SIGTERM');
      const timer = setTimeout(() => process_.kill('SIGKILL'), limitMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The child's own last words, if it had any, are the cause; else how it ended. */
function explainEnd(name: string, how: string, tail: string[]): string {
  const missing = tail
    .map((line) => /Cannot find (?:package|module) '([^']+)'/.exec(line)?.[1])
    .find(Boolean);
  if (missing?.startsWith('/')) return `${name} lacks its file ${missing}; this copy is incomplete.`;
  if (missing) return `${name} lacks the library ${missing}; run \`npm ci\`.`;
  const words = tail.map(fatalMessage).findLast((message) => message !== undefined);
  return words ? `${name}: ${words}` : `${name} ended before it was ready (${how}).`;
}

function fatalMessage(line: string): string | undefined {
  const isFatal = /^\{.*"level":60\b/.test(line);
  return isFatal ? /"msg":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replaceAll('\\"', '"') : undefined;
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onLine);
  }
}

function definedOnly(env: EnvironmentVariables): NodeJS.ProcessEnv {
  const mode = env.NODE_ENV === 'development' ? 'development' : 'production';
  return {
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    NODE_ENV: mode,
  };
}

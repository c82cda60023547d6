import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { BenchOptions } from './entry.ts';

/** A process of the bench that takes orders and answers by IPC. */
export type BenchChild = {
  pid: number;
  /** Sends an order and waits for the answer of this kind. */
  ask<T = Record<string, unknown>>(order: object, answer: string): Promise<T>;
  /** Waits for a message of this kind that nobody asked for. */
  wait<T = Record<string, unknown>>(kind: string): Promise<T>;
  send(order: object): void;
  stop(): Promise<void>;
};

/** Starts a file of this repository in a process of its own, for as long as the entry runs. */
export function startChild(
  defer: BenchOptions['defer'],
  file: string,
  env: Record<string, string> = {},
  args: string[] = [],
): BenchChild {
  const child: ChildProcess = fork(new URL(`../../${file}`, import.meta.url), args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
  });
  let log = '';
  const keep = (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const wait = <T>(kind: string) =>
    new Promise<T>((resolve, reject) => {
      const onMessage = (message: unknown) => {
        const said = message as { kind?: string; sentence?: string };
        if (said.kind === 'failed') finish(() => reject(new Error(`${file}: ${said.sentence}`)));
        else if (said.kind === kind) finish(() => resolve(message as T));
      };
      const onExit = (code: number | null) =>
        finish(() => reject(new Error(`${file} ended (${code}):\n${log}`)));
      const finish = (settle: () => void) => {
        child.off('message', onMessage);
        child.off('exit', onExit);
        settle();
      };
      child.on('message', onMessage);
      child.on('exit', onExit);
    });
  const running: BenchChild = {
    pid: child.pid ?? 0,
    wait,
    send: (order) => void child.send(order),
    ask: (order, answer) => {
      const answered = wait<never>(answer);
      child.send(order);
      return answered;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 12_000);
      await ended;
      clearTimeout(timer);
    },
  };
  defer(() => running.stop());
  return running;
}

import { type Child, type ChildOptions, startChild } from './child.ts';

export type ServiceOptions = ChildOptions & {
  say: (text: string, level?: 'info' | 'warn' | 'error') => void;
};

export type Service = {
  name: string;
  /** Settles with the first start. */
  ready: Promise<void>;
  stop(): Promise<void>;
  /** The running process, between crashes undefined. */
  current(): Child | undefined;
};

const firstDelayMs = 500;
const longestDelayMs = 30_000;
const calmAfterMs = 60_000;

/**
 * Starts a process, waits until it is ready, and from then on starts it again whenever it ends by itself,
 * after 0.5 s, 1 s, 2 s … to 30 s. A process that does not come up the first time is an error of `ready` instead.
 */
export function startService(options: ServiceOptions): Service {
  let child: Child | undefined;
  let stopping = false;
  let delayMs = firstDelayMs;
  let timer: NodeJS.Timeout | undefined;

  const launch = () => {
    const started = startChild(options);
    const startedAt = Date.now();
    child = started;
    void started.exited.then(({ code, signal }) => {
      if (child === started) child = undefined;
      if (stopping || !isUp) return;
      if (Date.now() - startedAt > calmAfterMs) delayMs = firstDelayMs;
      options.say(
        `${options.name} ended (${signal ?? `exit code ${code}`}); starting it again in ${delayMs / 1000} s`,
        'warn',
      );
      timer = setTimeout(relaunch, delayMs);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    });
    return started;
  };
  const relaunch = () => {
    if (stopping) return;
    launch().ready.then(
      () => options.say(`${options.name} is back`),
      () => undefined,
    );
  };

  let isUp = false;
  const ready = launch().ready.then(() => {
    isUp = true;
  });
  return {
    name: options.name,
    ready,
    current: () => child,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await child?.stop();
    },
  };
}

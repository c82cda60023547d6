export type Loop = {
  /** Runs again at once, or right after the run under way. */
  wake(): void;
  stop(): Promise<void>;
};

/**
 * Runs `work` again and again, never twice at the same time: when woken, and otherwise after the milliseconds
 * that it answers. An error goes to `onError`, and the next run comes after a second.
 */
export function startLoop(work: () => Promise<number>, onError: (error: unknown) => void): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let woken = false;
  let stopped = false;

  const run = () => {
    clearTimeout(timer);
    timer = undefined;
    woken = false;
    running = work()
      .catch((error: unknown) => {
        onError(error);
        return 1_000;
      })
      .then((waitMs) => {
        running = undefined;
        if (stopped) return;
        if (woken) setImmediate(run);
        else timer = setTimeout(run, waitMs);
      });
  };
  run();

  return {
    wake() {
      if (stopped || woken) return;
      woken = true;
      if (!running) {
        clearTimeout(timer);
        setImmediate(() => {
          if (!running && !stopped) run();
        });
      }
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

import { readdirSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/**
 * Lets this process yield where cores are short. Never upwards: a stack that was started with less keeps it, and may
 * not ask for more. On Linux each thread has a priority of its own (`setpriority(2)`), and those that read files are there already.
 */
export function yieldCores(): void {
  const priority = Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL);
  setPriority(priority);
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      setPriority(Number(thread), priority);
    } catch {
      // It has ended meanwhile.
    }
  }
}

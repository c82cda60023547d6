import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  yieldAsSession(priority);
}

/**
 * Where Linux groups processes by session (`sched(7)`, autogroup), priorities count within a session only, and
 * sessions among each other have one of their own. Ours is changed where nobody else's processes are in it.
 */
function yieldAsSession(priority: number): void {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const group = readFileSync('/proc/self/autogroup', 'utf8');
    const present = Number(/nice (-?\d+)/.exec(group)?.[1] ?? Number.NaN);
    if (Number(session) === process.pid && present < priority)
      writeFileSync('/proc/self/autogroup', String(priority));
  } catch {
    // This kernel groups nothing, or does not let us ask.
  }
}

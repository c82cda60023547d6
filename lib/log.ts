import { type Logger, pino, stdTimeFunctions } from 'pino';
import pretty from 'pino-pretty';

export type Log = Logger;

export type LogSettings = {
  level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  format: 'json' | 'pretty';
};

/**
 * One logger a process. `pretty` is one readable line an entry; `json` is for collectors.
 * Both are written synchronously: a crash loses no line, and a process logs little.
 */
export function createLog(name: string, settings: LogSettings): Log {
  const options = {
    name,
    level: settings.level,
    base: { name },
    timestamp: stdTimeFunctions.isoTime,
    redact: {
      paths: ['password', '*.password', 'secret', '*.secret', 'headers.authorization', 'headers.cookie'],
      censor: '[hidden]',
    },
  };
  if (settings.format === 'json') return pino(options);
  return pino(
    options,
    pretty({
      colorize: process.env.FORCE_COLOR !== undefined || (process.stdout.isTTY ?? false),
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'pid,hostname,name',
      messageFormat: '{if name}{name}: {end}{msg}',
      singleLine: true,
      sync: true,
    }),
  );
}

/** A logger that says nothing, for tests and for tools whose output is their result. */
export function silentLog(): Log {
  return pino({ level: 'silent' });
}

import { type Config, loadConfig } from './config.ts';
import { AppError, ConfigError } from './errors.ts';
import { createLog, type Log } from './log.ts';

export type RunningProcess = {
  stop(): Promise<void>;
  /** Shown by the supervisor and in heartbeats. */
  details?(): Record<string, unknown>;
};

export type ProcessContext = { config: Config; log: Log };

const stopLimitMs = 10_000;

/** Which variable to change when a port is taken, by process. */
function portVariables(config: Config): Map<number, string> {
  return new Map([
    [config.web.port, 'WEB_PORT'],
    [config.mqtt.port, 'MQTT_PORT'],
    [config.mqtt.tlsPort, 'MQTT_TLS_PORT'],
    [config.payload.port, 'PAYLOAD_PORT'],
    [config.database.port, 'DATABASE_PORT'],
  ]);
}

/**
 * The life of a server process: configuration, start, "ready" to the supervisor, orderly stop on SIGINT,
 * SIGTERM or the supervisor's death. What goes wrong ends it with exit code 1 and one sentence.
 */
export async function runProcess(
  name: string,
  start: (context: ProcessContext) => Promise<RunningProcess>,
): Promise<void> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    process.stderr.write(`${name}: ${explainError(error)}\n`);
    process.exit(1);
  }
  const log = createLog(name, config.log);
  let running: RunningProcess | undefined;
  let stopping = false;

  const stop = async (reason: string, code: number) => {
    if (stopping) return;
    stopping = true;
    log.debug({ reason }, 'stopping');
    setTimeout(() => {
      log.error(`did not stop within ${stopLimitMs / 1000} s`);
      process.exit(1);
    }, stopLimitMs).unref();
    try {
      await running?.stop();
      process.exit(code);
    } catch (error) {
      log.error({ err: error }, 'failed to stop in order');
      process.exit(1);
    }
  };
  const crash = (error: unknown) => {
    if (stopping) return;
    const expected = error instanceof AppError || portOf(error) !== undefined;
    if (expected) log.fatal(explainError(error, config));
    else log.fatal({ err: error }, explainError(error, config));
    void stop('error', 1);
  };

  process.on('SIGINT', () => void stop('SIGINT', 0));
  process.on('SIGTERM', () => void stop('SIGTERM', 0));
  process.on('disconnect', () => void stop('the supervisor is gone', 0));
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  try {
    running = await start({ config, log });
    process.send?.({ kind: 'ready', name, details: running.details?.() ?? {} });
  } catch (error) {
    crash(error);
  }
}

/** One sentence for the log's reader; names the variable where the cause is configuration. */
export function explainError(error: unknown, config?: Config): string {
  if (error instanceof ConfigError) return error.message;
  const port = portOf(error);
  if (port !== undefined) {
    const variable = config ? (portVariables(config).get(port) ?? 'the port variable') : 'the port variable';
    return `Port ${port} is taken by another program; set ${variable} to a free port.`;
  }
  const code = codeOf(error);
  const unreachable = config && explainUnreachable(error, code, config);
  if (unreachable) return unreachable;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return `A library is missing (${messageOf(error).split('\n')[0]}); run \`npm ci\`.`;
  }
  return messageOf(error);
}

/** Which address did not answer tells which variable is wrong. */
function explainUnreachable(error: unknown, code: string | undefined, config: Config): string | undefined {
  const cause = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const reason = messageOf(cause);
  const isOurs = (url: string) => {
    const { hostname, port, protocol } = new URL(url);
    const wanted =
      port || { 'postgres:': '5432', 'postgresql:': '5432', 'mqtts:': '8883' }[protocol] || '1883';
    const asked: unknown = Reflect.get(Object(cause), 'port');
    const host: unknown = Reflect.get(Object(cause), 'hostname');
    return String(asked) === wanted || host === hostname;
  };
  const isRefusedByPostgres = code !== undefined && ['28P01', '28000', '3D000'].includes(code);
  const networkCodes = ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'ECONNRESET'];
  if (!isRefusedByPostgres && !networkCodes.includes(codeOf(cause) ?? '')) return undefined;
  if (isRefusedByPostgres || isOurs(config.databaseUrl)) {
    return `DATABASE_URL: the database does not let us in (${reason}).`;
  }
  if (isOurs(config.mqtt.url)) return `MQTT_URL: the broker does not answer (${reason}).`;
  return undefined;
}

function portOf(error: unknown): number | undefined {
  if (codeOf(error) !== 'EADDRINUSE') return undefined;
  const port = Reflect.get(Object(error), 'port');
  return typeof port === 'number' ? port : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code = Reflect.get(Object(error), 'code');
  return typeof code === 'string' ? code : undefined;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

import { styleText } from 'node:util';
import { type Config, type EnvironmentVariables, loadConfig, readEnvironment } from '../config.ts';
import { AppError } from '../errors.ts';
import { explainError } from '../process.ts';
import { formatLine, rawLine } from './format-line.ts';
import { findRunningStack, forgetRunningStack, recordRunningStack } from './running-stack.ts';
import { ensureSecrets } from './secrets.ts';
import { type Stack, startStack } from './stack.ts';

const help = `npm start          installs, builds and starts Roadcast, and fills in a demo the first time
npm run dev        the same with pages and processes that follow the sources

Data is kept in DATA_DIR (.data); \`npm run reset\` removes it. Everything is configured by environment
variables or a file .env, among them: WEB_PORT, MQTT_PORT, MQTT_TLS_PORT (0 = off), PAYLOAD_PORT, DATABASE_PORT;
DATABASE_URL, MQTT_URL, S3_BUCKET for parts of your own; DEMO=off and FLEET_VEHICLES=0 for no demo.
docs/operations.md has them all.
`;

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(help);
} else {
  await main(process.argv.includes('--dev'));
}

async function main(dev: boolean): Promise<void> {
  let stack: Stack | undefined;
  let config: Config | undefined;
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const asked = new AbortController();
  let isStopping = false;

  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    await stack?.stop();
    if (config) await forgetRunningStack(config.dataDir);
    write('Roadcast has stopped.');
    process.exit(0);
  };
  const ask = () => {
    // npm and the terminal both pass Ctrl-C on, so one press arrives more than once.
    if (asked.signal.aborted) return;
    write('\nStopping …');
    asked.abort(new AppError('cancelled', 'Stopped while starting.'));
    if (stack) void stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  process.on('disconnect', ask);

  try {
    const given = readEnvironment();
    const env = await prepare(given, dev);
    config = loadConfig(env);
    const other = await findRunningStack(config.dataDir);
    if (other) {
      throw new AppError(
        'running',
        `Roadcast already runs on ${config.dataDir} (process ${other.pid}, ${other.webUrl}); ` +
          'for a second one set DATA_DIR, WEB_PORT, DATABASE_PORT, MQTT_PORT, MQTT_TLS_PORT and PAYLOAD_PORT.',
      );
    }
    await recordRunningStack(config.dataDir, config.web.url);
    const format = given.LOG_FORMAT === 'json' ? rawLine : formatLine;
    const lines = (name: string, line: string) => write(format(name, line, new Date()));
    stack = await startStack({ config, env, dev, write: lines, signal: asked.signal });
    if (asked.signal.aborted) {
      await stop();
      return;
    }
    write(banner(config, dev));
    process.send?.({ kind: 'ready' });
  } catch (error) {
    if (config && !(error instanceof AppError && error.code === 'running'))
      await forgetRunningStack(config.dataDir);
    if (asked.signal.aborted) {
      write('Roadcast has stopped.');
      process.exit(0);
    }
    process.stderr.write(`${styleText('red', '✕')} ${explainError(error, config)}\n`);
    if (!(error instanceof AppError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  }
}

/** The environment of all children: what is given, over `.env`, over the secrets made here. */
async function prepare(given: EnvironmentVariables, dev: boolean): Promise<EnvironmentVariables> {
  await ensureSecrets(given.DATA_DIR ?? '.data', given);
  return {
    ...given,
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    // The supervisor makes the lines readable, with the process's name before each.
    LOG_FORMAT: 'json',
  };
}

function banner(config: Config, dev: boolean): string {
  const broker = config.mqtt.embedded
    ? `mqtt://localhost:${config.mqtt.port}`
    : config.mqtt.url.replace(/\/\/.*@/, '//');
  const rows: [string, string][] = [
    ['Console', styleText('bold', config.web.url)],
    ['Sign in', `${config.operator.email}  ${config.operator.password ?? '(the password that you set)'}`],
    ['Broker', broker],
    ['Payloads', config.payload.url],
    ['Data', config.database.embedded ? config.dataDir : 'your own Postgres (DATABASE_URL)'],
    ['Stop', `Ctrl-C${dev ? '   (development: pages and processes follow the sources)' : ''}`],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`);
  return `\n${styleText('green', '●')} Roadcast is up\n\n${lines.join('\n')}\n`;
}

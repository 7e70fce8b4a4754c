import { Option } from 'commander';
import { RecordingDisk } from '../../config/recording-disk.ts';
import { formatInstant } from '../../domain/time.ts';
import { createLog, LOG_LEVELS, type LogLevel } from '../../telemetry/log.ts';
import { type CliIo, EXIT } from '../cli-io.ts';
import { openDaemon } from '../daemon.ts';
import { hurryResumed } from '../hurry-resumed.ts';
import { servePostedOrders } from '../posted-orders.ts';
import { readConfig } from '../read-config.ts';
import { Reloader } from '../reloader.ts';
import { beatHeart, deliverMessages, keepSnapshots, serveHttp } from '../serve.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

/** `purser run`: the daemon. */
export const run: CommandFile = (program, io, done) => {
  program
    .command('run')
    .summary('keep the fleet funded until stopped')
    .description(
      'Keeps every account funded and its subscription alive, within the caps of the config, until SIGTERM.',
    )
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .addOption(
      new Option('--log-level <level>', 'debug, info, warn or error').choices(LOG_LEVELS).default('info'),
    )
    .option('--json', 'log JSON lines also on a terminal', false)
    .addHelpText('after', '\nExample:\n  purser run --config /etc/purser/purser.yaml')
    .action(async (options: { config: string; logLevel: LogLevel; json: boolean }) => {
      done(await runDaemon(io, options));
    });
};

async function runDaemon(
  io: CliIo,
  options: { config: string; logLevel: LogLevel; json: boolean },
): Promise<number> {
  const disk = new RecordingDisk();
  const { spec, settings } = readConfig(io, options.config, disk);
  const { redactor } = io;
  const pretty = io.stdoutIsTerminal && !options.json;
  const log = createLog({
    level: options.logLevel,
    destination: io.stdout,
    redactor,
    clock: io.clock,
    pretty,
  });
  const failed = new AbortController();
  const stop = AbortSignal.any([io.stop, failed.signal]);
  await using stack = new AsyncDisposableStack();
  const daemon = await openDaemon({ io, spec, log, stop, role: 'keeper' });
  stack.defer(() => daemon.close());
  const reloader = new Reloader(io, daemon, { path: options.config, disk, settings: settings() });
  const http = await serveHttp(io, daemon, { reloader });
  stack.defer(() => http.close());
  const until = daemon.store.quarantineUntil();
  log.info('purser.started', {
    version: io.version,
    revision: spec.revision,
    mode: spec.mode,
    accounts: spec.accounts.size,
    page: `${http.url}/`,
    metrics: `${http.url}/metrics`,
    store: spec.store.path,
  });
  if (until !== null && until > io.clock.now()) {
    log.warn('quarantine.started', {
      until: formatInstant(until),
      why: 'the journal is new',
      ends_with: 'purser adopt',
    });
  }
  io.onHangup(() => void reloader.reload());
  const parts = [
    daemon.keeper.run(),
    servePostedOrders(daemon, stop),
    deliverMessages(daemon, stop),
    beatHeart(io, daemon, stop),
    keepSnapshots(io, daemon, stop),
    hurryResumed(daemon, stop),
    reloader.watch(stop),
  ];
  // The first that fails ends the others; what it broke is thrown when all have ended.
  await Promise.allSettled(parts.map((part) => part.catch((error: unknown) => failed.abort(error))));
  if (failed.signal.aborted) throw failed.signal.reason;
  log.info('purser.stopped', { signal: String(io.stop.reason) });
  return io.stop.reason === 'SIGINT' ? EXIT.interrupted : EXIT.ok;
}

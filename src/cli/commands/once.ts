import type { AccountName } from '../../domain/ids.ts';
import { formatMicroUsd, microUsd } from '../../domain/money.ts';
import type { AccountView } from '../../keeper/view.ts';
import { createLog } from '../../telemetry/log.ts';
import { type CliIo, EXIT } from '../cli-io.ts';
import { openDaemon } from '../daemon.ts';
import { needsAttention } from '../needs-attention.ts';
import { readConfig } from '../read-config.ts';
import { textLines } from '../text-lines.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

/** `purser once`: one pass over every account, then the end; for cron, CI and first tries. */
export const once: CommandFile = (program, io, done) => {
  program
    .command('once')
    .summary('one pass over every account')
    .description(
      'Makes one pass over every account, acts like `run`, and ends. Exit code 4: money needs attention.',
    )
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser once --config purser.yaml')
    .action(async (options: { config: string; json: boolean }) => {
      done(await passOnce(io, options));
    });
};

async function passOnce(io: CliIo, options: { config: string; json: boolean }): Promise<number> {
  const { spec } = readConfig(io, options.config);
  const log = createLog({
    level: 'info',
    destination: io.stderr,
    redactor: io.redactor,
    clock: io.clock,
    pretty: io.stdoutIsTerminal,
  });
  const daemon = await openDaemon({ io, spec, log, stop: io.stop, role: 'keeper' });
  try {
    await daemon.keeper.passOverAll();
    await daemon.dispatcher.deliverDue(io.stop);
    await daemon.dispatcher.close();
    await daemon.store.snapshots.save(daemon.view.takeChanged(io.clock.now()));
    const accounts = daemon.view.accounts();
    const views = new Map(accounts.map((view) => [view.account, view]));
    const notSeen = [...spec.accounts.keys()].filter((name) => !views.has(name));
    const lines = Array.from(spec.accounts.keys(), (name) => line(name, views.get(name)));
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ accounts, not_seen: notSeen })}\n`
        : `${textLines(lines, io.stdoutColumns)}\n`,
    );
    if (io.stop.aborted) {
      io.stderr.write('purser: interrupted: what is not done yet is taken up by the next `once` or `run`.\n');
      return EXIT.interrupted;
    }
    const isSeen = accounts.length === spec.accounts.size && accounts.every((view) => view.failure === null);
    if (accounts.some((view) => needsAttention(view, view.open_intents) !== null))
      return EXIT.moneyNeedsAttention;
    return isSeen ? EXIT.ok : EXIT.failure;
  } finally {
    await daemon.close();
  }
}

/** An account whose provider never answered has no view. */
function line(name: AccountName, view: AccountView | undefined): string {
  if (view === undefined) return `${name}  -  not seen: the log or \`purser explain ${name}\` says why`;
  const balance =
    view.balance_usd === null ? '-' : formatMicroUsd(microUsd(Math.floor(view.balance_usd * 1_000_000)));
  const said = [view.wallet?.sentence, view.subscription?.sentence].filter(
    (sentence) => sentence !== undefined,
  );
  return `${view.account}  ${balance}  ${view.failure ?? said.join('; ')}`;
}

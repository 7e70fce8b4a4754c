import { PurserError } from '../../domain/purser-error.ts';
import { type CliIo, EXIT } from '../cli-io.ts';
import { openDaemon } from '../daemon.ts';
import { DemoFeed } from '../demo-feed.ts';
import { hurryResumed } from '../hurry-resumed.ts';
import { readConfig } from '../read-config.ts';
import { deliverMessages, keepSnapshots, serveHttp } from '../serve.ts';
import type { CommandFile } from './command.ts';

const LINKS_EVERY_MS = 1_000;
/** Soon again at first, so that a first look sees them fall. */
const BALANCES_FIRST_MS = 3_000;
const BALANCES_EVERY_MS = 20_000;

/** `purser demo`: the daemon on its built-in sandbox, told to a person. What `npm start` runs. */
export const demo: CommandFile = (program, io, done) => {
  program
    .command('demo')
    .summary('watch purser work on its built-in sandbox')
    .description(
      'Runs the daemon on the built-in sandbox and tells what it does, line by line. No account, no key, no money.',
    )
    .option('--config <file>', 'a config with provider: sandbox', './config.example.yaml')
    .addHelpText('after', '\nExample:\n  npm start')
    .action(async (options: { config: string }) => {
      done(await runDemo(io, options.config));
    });
};

async function runDemo(io: CliIo, path: string): Promise<number> {
  const { spec } = readConfig(io, path);
  if (spec.provider.kind !== 'sandbox') {
    io.stderr.write(
      `purser: ${path} names a real provider; the demo wants provider: sandbox. For real accounts: purser run\n`,
    );
    return EXIT.usage;
  }
  const feed = new DemoFeed(io);
  const failed = new AbortController();
  const stop = AbortSignal.any([io.stop, failed.signal]);
  await using stack = new AsyncDisposableStack();
  const daemon = await openDaemon({ io, spec, log: feed, stop, role: 'keeper' });
  stack.defer(() => daemon.close());
  const { http, remark } = await serveSomewhere(io, daemon);
  stack.defer(() => http.close());
  io.stdout.write(
    [
      `purser ${io.version} keeps ${spec.accounts.size} account${spec.accounts.size === 1 ? '' : 's'} of its built-in sandbox funded (${path}). No real money moves.`,
      ...(remark === null ? [] : [remark]),
      `Page: ${http.url}/   Metrics: ${http.url}/metrics   Sandbox: ${daemon.embedded?.sandbox.controlUrl}/`,
      `Journal: ${spec.store.path}   Stop with Ctrl-C; starting again goes on where it stopped.`,
      '',
      '',
    ].join('\n'),
  );
  const parts = [
    daemon.keeper.run(),
    deliverMessages(daemon, stop),
    keepSnapshots(io, daemon, stop),
    hurryResumed(daemon, stop),
    showBalances(io, daemon, feed, stop),
    showLinks(io, daemon, feed, stop),
  ];
  await Promise.allSettled(parts.map((part) => part.catch((error: unknown) => failed.abort(error))));
  if (failed.signal.aborted) throw failed.signal.reason;
  const totals = await daemon.store.journal.totals();
  const settled = totals.filter((total) => total.outcome === 'settled');
  const count = settled.reduce((sum, total) => sum + total.count, 0);
  io.stdout.write(
    `\nStopped: ${count} charges settled in all, none left open by the stop. purser status --config ${path} shows the rest (in a checkout: npx purser …).\n`,
  );
  return EXIT.ok;
}

/** A demo has no scraper that knows its port: where the port is taken any other will do. */
async function serveSomewhere(io: CliIo, daemon: Awaited<ReturnType<typeof openDaemon>>) {
  try {
    return { http: await serveHttp(io, daemon), remark: null };
  } catch (error) {
    if (!(error instanceof PurserError) || error.code !== 'listen_failed') throw error;
    const http = await serveHttp(io, daemon, { port: 0 });
    const remark = `${error.message}, so the page is at a free port; server.listen in the config chooses one.`;
    return { http, remark };
  }
}

async function showBalances(
  io: CliIo,
  daemon: Awaited<ReturnType<typeof openDaemon>>,
  feed: DemoFeed,
  stop: AbortSignal,
): Promise<void> {
  for (let pauseMs = BALANCES_FIRST_MS; !stop.aborted; pauseMs = Math.min(2 * pauseMs, BALANCES_EVERY_MS)) {
    await io.clock.sleep(pauseMs, stop);
    if (!stop.aborted) feed.balances(daemon.view.accounts());
  }
}

/** What waits for a person, with the page to play them on; after a restart once more. */
async function showLinks(
  io: CliIo,
  daemon: Awaited<ReturnType<typeof openDaemon>>,
  feed: DemoFeed,
  stop: AbortSignal,
): Promise<void> {
  const shown = new Set<string>();
  while (!stop.aborted) {
    for (const { account, state } of await daemon.store.journal.allOpenIntents()) {
      if (state.kind !== 'link_open' || shown.has(state.url)) continue;
      shown.add(state.url);
      feed.line('magenta', account, `to pay: ${state.url}`);
    }
    await io.clock.sleep(LINKS_EVERY_MS, stop);
  }
}

#!/usr/bin/env node
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import type { CliIo } from './cli/cli-io.ts';

// Before the other modules are loaded, so that the cache serves them.
enableCompileCache();
const { runCli } = await import('./cli/program.ts');
const { realClock } = await import('./cli/real-clock.ts');
const { realRandom } = await import('./cli/real-random.ts');
const { askHiddenOnTerminal, askOnTerminal, readAllOfStdin } = await import('./cli/ask.ts');
const { Redactor } = await import('./telemetry/redactor.ts');

const LAST_WORDS_MS = 2_000;
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;

process.title = 'purser'; // arguments stay out of process listings
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(SIGNAL_EXIT[name]); // asked twice: at once, the journal can bear it
    stop.abort(name);
  });
}
const hangups: (() => void)[] = [];
process.on('SIGHUP', () => {
  for (const callback of hangups) callback();
});
// A reader that went away (`purser status | head`) is no crash. A daemon outlives its log, for it has money to look after,
// but not the terminal that somebody closed.
let isLogLost = false;
process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
  if (process.argv[2] !== 'run' || process.stdout.isTTY) {
    if (code === 'EPIPE') process.exit(141);
    process.stderr.write(`purser: stdout cannot be written (${code}).\n`);
    process.exit(1);
  }
  if (!isLogLost)
    process.stderr.write(
      `purser: the log cannot be written (${code}): what follows is lost, and purser goes on.\n`,
    );
  isLogLost = true;
});
process.stderr.on('error', () => undefined); // nowhere is left to say so

// Our own package.json, which has a version.
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const { env } = process;
const isTerminal = process.stdout.isTTY === true;
const canType = process.stdin.isTTY === true;
const terminal = { input: process.stdin, output: process.stderr };
const redactor = new Redactor();
const io: CliIo = {
  stdout: { write: (text) => process.stdout.write(redactor.clean(text)) },
  stderr: { write: (text) => process.stderr.write(redactor.clean(text)) },
  env,
  stdoutIsTerminal: isTerminal,
  stdoutColumns: isTerminal ? process.stdout.columns : null,
  stderrIsTerminal: process.stderr.isTTY === true && env['TERM'] !== 'dumb',
  color: isTerminal && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
  clock: realClock,
  random: realRandom,
  stop: stop.signal,
  onHangup: (callback) => void hangups.push(callback),
  ask: isTerminal && canType ? (question) => askOnTerminal(terminal, question, stop.signal) : null,
  askHidden: canType ? (question) => askHiddenOnTerminal(terminal, question, stop.signal) : null,
  readStdin: readAllOfStdin,
  progress: () => undefined,
  redactor,
  version,
  revision: env['PURSER_REVISION'] ?? 'unknown',
};

function crashed(error: unknown): never {
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`purser crashed; the journal is safe.\n${redactor.clean(story)}\n`);
  process.exit(1);
}
process.on('uncaughtException', crashed); // Node would print it as it is

process.exitCode = await runCli(process.argv.slice(2), io).catch(crashed);
if (stop.signal.aborted || process.exitCode !== 0) {
  // `exit` drops what a pipe has not taken yet. A pager takes its time; a log that nobody reads holds up no daemon's end.
  const taken = [process.stdout, process.stderr]
    .filter(({ writableLength }) => writableLength > 0)
    .map((stream) => new Promise((resolve) => stream.write('', resolve)));
  const isBrief = stop.signal.aborted || process.argv[2] === 'run';
  const enough = isBrief ? delay(LAST_WORDS_MS) : once(stop.signal, 'abort');
  await Promise.race([Promise.all(taken), enough]);
  process.exit();
}

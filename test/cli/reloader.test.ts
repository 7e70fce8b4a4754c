import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Daemon, openDaemon } from '../../src/cli/daemon.ts';
import { pageHands } from '../../src/cli/page-hands.ts';
import { readConfig } from '../../src/cli/read-config.ts';
import { Reloader } from '../../src/cli/reloader.ts';
import { RecordingDisk } from '../../src/config/recording-disk.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { VirtualClock } from '../alerts/virtual-clock.ts';
import { scratchFolder } from '../keeper/fleet-config.ts';
import { anIo } from './an-io.ts';

const CONFIG = `version: 1
mode: enforce
provider: sandbox
store: sqlite:./purser.db
accounts: [{ name: agent-0001 }]
defaults: { policy: standard }
policies: { standard: { wallet: { min_balance: 20, top_up: { amount: 50 } }, caps: { day: 200, month: 1500 } } }
`;

/** A daemon whose keeper stands still, with its reloader, on a virtual clock. */
async function aReloader() {
  const path = join(scratchFolder(), 'purser.yaml');
  writeFileSync(path, CONFIG);
  const clock = new VirtualClock();
  const { io, said } = anIo({ clock });
  const disk = new RecordingDisk();
  const { spec, settings } = readConfig(io, path, disk);
  const { redactor } = io;
  const log = createLog({ level: 'info', destination: io.stdout, redactor, clock, pretty: false });
  const daemon = await openDaemon({ io, spec, log, stop: io.stop, role: 'keeper' });
  onTestFinished(() => daemon.close());
  const reloader = new Reloader(io, daemon, { path, disk, settings: settings() });
  const logged = (event: string) => said.stdout.split(`"event":"${event}"`).length - 1;
  const { reload } = pageHands(io, daemon, reloader);
  return { reloader, daemon, clock, path, logged, reload };
}

test('a storm of a hundred hangups is two reloads: the one under way, and one that sees the newest config', async () => {
  const { reloader, daemon, path, logged } = await aReloader();
  const first = reloader.reload();
  await setImmediate();
  writeFileSync(path, CONFIG.replace('agent-0001', 'agent-0002'));
  await Promise.all([first, ...Array.from({ length: 100 }, () => reloader.reload())]);
  expect(logged('config.reloaded')).toBe(2);
  expect([...daemon.context.spec().accounts.keys()]).toEqual(['agent-0002']);
  await reloader.reload();
  expect(logged('config.reloaded')).toBe(3);
});

test('a config that stays bad is told again every repeat, like every alert that holds', async () => {
  const { reloader, daemon, clock, path } = await aReloader();
  writeFileSync(path, 'version: 1\n');
  const stop = new AbortController();
  const watching = reloader.watch(stop.signal);
  while (clock.now() < clock.start + 9 * HOUR_MS) await setImmediate();
  stop.abort();
  await watching;
  const told = await daemon.store.outbox.unrouted(100);
  const hours = told.map(({ at }) => Math.round((at - clock.start) / HOUR_MS));
  expect(hours).toEqual([0, 4, 8]);
});

const GROUPED = `${CONFIG.replace('agent-0001', 'agent-0001, group: g')}groups: { g: { caps: { day: 60 } } }\n`;

/** Another process has a table of the journal for itself, until it gives it back. */
function takeAway(daemon: Daemon, table: string): () => void {
  const other = new DatabaseSync(daemon.context.spec().store.path);
  onTestFinished(() => other.close());
  other.exec(`ALTER TABLE ${table} RENAME TO taken_away`);
  return () => other.exec(`ALTER TABLE taken_away RENAME TO ${table}`);
}

test('a reload that was not taken over is answered with why, and with what changed when it is', async () => {
  const { reload, daemon, path } = await aReloader();
  writeFileSync(path, GROUPED);
  const giveBack = takeAway(daemon, 'exposure');
  expect(await reload()).toEqual({
    outcome: 'refused',
    text: 'The config is not taken over to its end: no such table: exposure. It is tried again every 2 s.',
  });
  giveBack();
  expect(await reload()).toMatchObject({ outcome: 'done', text: expect.stringContaining('groups.g') });
});

test('a reload that cannot be told is answered by what it did: a bad one was refused, a good one is done', async () => {
  const { reload, daemon, path } = await aReloader();
  const refused = {
    outcome: 'refused',
    text: expect.stringMatching(/^The new config is not valid.*"mode"/s),
  };
  writeFileSync(path, 'version: 1\n');
  const giveBack = takeAway(daemon, 'incident');
  expect(await reload()).toMatchObject(refused);
  giveBack();
  expect(await reload()).toMatchObject(refused);
  writeFileSync(path, GROUPED);
  takeAway(daemon, 'incident');
  expect(await reload()).toMatchObject({ outcome: 'done', text: expect.stringContaining('groups.g') });
});

import { expect, test } from 'vitest';
import { balanceStale } from '../../src/alerts/degraded-facts.ts';
import { Dispatcher } from '../../src/alerts/dispatcher.ts';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import { HOUR_MS, SECOND_MS } from '../../src/domain/time.ts';
import { LevelIncidents } from '../../src/keeper/level-incidents.ts';
import { aPath, aStore } from '../store/a-store.ts';
import { ONE } from '../store/an-intent.ts';
import { someFleet } from '../telemetry/some-fleet.ts';
import { never, webhook } from './dispatcher-rig.ts';
import { LocalReceiver } from './local-receiver.ts';
import { evenRandom, VirtualClock } from './virtual-clock.ts';

const POLLS = 1_000;
const RESTART_EVERY = 100;
/** All of them lie within one interval of repetition, which is the store's: 4 h. */
const POLL_MS = 13 * SECOND_MS;

/** A purser of the one incident: its store, what is wrong, and the way to the receiver. */
async function aPurser(path: string, clock: VirtualClock, url: string) {
  const store = await aStore(path);
  const incidents = new LevelIncidents({ journal: store.journal, clock, onTold: () => undefined });
  incidents.restore(store.firingIncidents(), someFleet([ONE]));
  const alerts = {
    receivers: new Map([['ops', webhook(url)]]),
    routes: [{ severities: [], groups: [], to: ['ops'], continues: false }],
    repeatMs: 4 * HOUR_MS,
    groupWaitMs: 30_000,
    runbooks: 'docs/runbooks',
    heartbeat: null,
  };
  const quiet = () => undefined;
  const dispatcher = new Dispatcher({
    outbox: store.outbox,
    clock,
    random: evenRandom,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    alerts: () => alerts,
    groupOf: () => null,
    onDelivery: quiet,
    openIncidents: () => store.firingIncidents(),
    openReceiver: (spec, name) =>
      openReceiver(spec, { name, threads: store.threads, revision: () => null, runbooks: () => '' }),
  });
  return { store, incidents, dispatcher };
}

test('a thousand polls of one incident, across ten restarts, are exactly two messages', async () => {
  await using ops = await LocalReceiver.open();
  const clock = new VirtualClock();
  const path = aPath();
  let purser = await aPurser(path, clock, ops.url());
  const stop = async () => {
    await purser.dispatcher.close();
    purser.store.close();
  };
  const fact = balanceStale({ account: ONE, since: clock.now(), reason: 'connect timeout' });
  for (let poll = 0; poll < POLLS; poll += 1) {
    if (poll % RESTART_EVERY === RESTART_EVERY - 1) {
      await stop();
      purser = await aPurser(path, clock, ops.url());
    }
    await purser.incidents.sync(ONE, [fact]);
    await purser.dispatcher.deliverDue(never);
    clock.advance(POLL_MS);
  }
  await purser.incidents.sync(ONE, []);
  await purser.dispatcher.deliverDue(never);
  await stop();
  expect(ops.received.map(({ body }) => JSON.parse(body).data.status)).toEqual(['firing', 'resolved']);
});

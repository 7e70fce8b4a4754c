import { expect, onTestFinished, test } from 'vitest';
import { Dispatcher } from '../../src/alerts/dispatcher.ts';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import type { Outbox } from '../../src/alerts/outbox.ts';
import type { IncidentChange } from '../../src/domain/incident.ts';
import type { AlertsSpec } from '../../src/domain/spec.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { aPath, aStore } from '../store/a-store.ts';
import { fire, notice } from '../store/an-intent.ts';
import { never, webhook } from './dispatcher-rig.ts';
import { LocalReceiver } from './local-receiver.ts';
import { evenRandom, VirtualClock } from './virtual-clock.ts';

const over: IncidentChange = { kind: 'resolve', fingerprint: 'low', headline: null };

/** Everything to every receiver, which is the default. */
function everywhere(receivers: Readonly<Record<string, LocalReceiver>>): AlertsSpec {
  const entries = Object.entries(receivers);
  return {
    receivers: new Map(entries.map(([name, receiver]) => [name, webhook(receiver.url())])),
    routes: [{ severities: [], groups: [], to: Object.keys(receivers), continues: false }],
    repeatMs: 4 * HOUR_MS,
    groupWaitMs: 0,
    runbooks: 'docs/runbooks',
    heartbeat: null,
  };
}

/** A real outbox and its dispatcher, whose receivers a test renames; every start is one after a SIGKILL. */
async function aPurser(receivers: Readonly<Record<string, LocalReceiver>>) {
  const clock = new VirtualClock();
  const store = await aStore(aPath());
  const errors: string[] = [];
  let alerts = everywhere(receivers);
  const quiet = () => undefined;
  const start = (changes: Partial<Outbox> = {}): Dispatcher => {
    const { outbox: real } = store;
    const outbox: Outbox = {
      unrouted: (...args) => real.unrouted(...args),
      toldBefore: (...args) => real.toldBefore(...args),
      route: (...args) => real.route(...args),
      due: (...args) => real.due(...args),
      stranded: (...args) => real.stranded(...args),
      move: (...args) => real.move(...args),
      delivered: (...args) => real.delivered(...args),
      failed: (...args) => real.failed(...args),
      queueLengths: () => real.queueLengths(),
      ...changes,
    };
    const dispatcher = new Dispatcher({
      outbox,
      clock,
      random: evenRandom,
      log: { debug: quiet, info: quiet, warn: quiet, error: (event) => errors.push(event) },
      alerts: () => alerts,
      groupOf: () => null,
      onDelivery: quiet,
      openIncidents: () => store.firingIncidents(),
      openReceiver: (spec, name) =>
        openReceiver(spec, { name, threads: store.threads, revision: () => null, runbooks: () => '' }),
    });
    onTestFinished(() => dispatcher.close());
    return dispatcher;
  };
  const rename = (next: Readonly<Record<string, LocalReceiver>>) => {
    alerts = everywhere(next);
  };
  const tell = async (...changes: readonly IncidentChange[]) => {
    for (const change of changes) await store.journal.tell([change], clock.now());
    clock.advance(MINUTE_MS);
  };
  return { clock, store, errors, start, rename, tell };
}

const heard = ({ accepted }: LocalReceiver): readonly string[] =>
  accepted.map(({ body }) => {
    const { data } = JSON.parse(body);
    return `${data.status} ${data.fingerprint}`;
  });
const refuse = (receiver: LocalReceiver) => {
  receiver.answer = () => ({ status: 503 });
};
const accept = (receiver: LocalReceiver) => {
  receiver.answer = () => ({ status: 200 });
};

test.each(['a reload', 'a restart'])(
  'what waits for a receiver goes, at once and in order, to the one that takes its place by %s',
  async (by) => {
    await using broken = await LocalReceiver.open();
    await using next = await LocalReceiver.open();
    refuse(broken);
    const { start, rename, tell, store, errors } = await aPurser({ old: broken });
    let dispatcher = start();
    await tell(fire('low'), notice('declined'));
    await dispatcher.deliverDue(never);
    await tell(over);
    rename({ next });
    if (by === 'a restart') dispatcher = start();
    await dispatcher.deliverDue(never);
    expect([...heard(next)].sort()).toEqual(['firing low', 'notice declined', 'resolved low']);
    expect(heard(next).filter((line) => line.endsWith('low'))).toEqual(['firing low', 'resolved low']);
    expect([...(await store.outbox.queueLengths())]).toEqual([]);
    expect(errors).toEqual([]);
  },
);

test('an alarm under the old name of a receiver hears of its end under the new one', async () => {
  await using ops = await LocalReceiver.open();
  const { start, rename, tell } = await aPurser({ ops });
  const dispatcher = start();
  await tell(fire('low'));
  await dispatcher.deliverDue(never);
  rename({ oncall: ops });
  await tell(over);
  await dispatcher.deliverDue(never);
  expect(heard(ops)).toEqual(['firing low', 'resolved low']);
});

test('so does it where another receiver kept its name, which hears the end once', async () => {
  await using ops = await LocalReceiver.open();
  await using pager = await LocalReceiver.open();
  const { start, rename, tell } = await aPurser({ ops, pager });
  const dispatcher = start();
  await tell(fire('low'));
  await dispatcher.deliverDue(never);
  rename({ oncall: ops, pager });
  await tell(over);
  await dispatcher.deliverDue(never);
  for (const receiver of [ops, pager]) expect(heard(receiver)).toEqual(['firing low', 'resolved low']);
});

test.each(['has had it', 'waits for it too'])(
  'what waits for a receiver that is taken away is not told twice to the other, which %s',
  async (other) => {
    await using ops = await LocalReceiver.open();
    await using pager = await LocalReceiver.open();
    refuse(ops);
    if (other === 'waits for it too') refuse(pager);
    const { start, rename, tell, clock, errors } = await aPurser({ ops, pager });
    const dispatcher = start();
    await tell(fire('low'), notice('declined'));
    await dispatcher.deliverDue(never);
    accept(pager);
    rename({ pager });
    await tell(over);
    await dispatcher.deliverDue(never);
    clock.advance(HOUR_MS);
    await dispatcher.deliverDue(never);
    expect([...heard(pager)].sort()).toEqual(['firing low', 'notice declined', 'resolved low']);
    expect(errors).toEqual([]);
  },
);

test('a receiver that knows how an incident went on is not told what came before; a notice is in no order', async () => {
  await using ops = await LocalReceiver.open();
  await using pager = await LocalReceiver.open();
  refuse(ops);
  const { start, rename, tell, clock } = await aPurser({ ops });
  const dispatcher = start();
  await tell(fire('low'), notice('low'), fire('stale'));
  await dispatcher.deliverDue(never);
  rename({ ops, pager });
  clock.advance(4 * HOUR_MS);
  await tell(fire('low'), notice('stale'));
  await dispatcher.deliverDue(never);
  expect([...heard(pager)].sort()).toEqual(['firing low', 'notice stale']);
  rename({ pager });
  await dispatcher.deliverDue(never);
  expect([...heard(pager)].sort()).toEqual(['firing low', 'firing stale', 'notice low', 'notice stale']);
});

test('a name that was changed by mistake and changed back costs nothing', async () => {
  await using ops = await LocalReceiver.open();
  await using wrong = await LocalReceiver.open();
  refuse(ops);
  refuse(wrong);
  const { start, rename, tell } = await aPurser({ ops });
  const dispatcher = start();
  await tell(fire('low'), over);
  await dispatcher.deliverDue(never);
  rename({ opps: wrong });
  await dispatcher.deliverDue(never);
  accept(ops);
  rename({ ops });
  await dispatcher.deliverDue(never);
  expect(heard(ops)).toEqual(['firing low', 'resolved low']);
});

test('what waits while nobody takes it is given up with an error, and not kept', async () => {
  await using ops = await LocalReceiver.open();
  refuse(ops);
  const { start, rename, tell, store, errors } = await aPurser({ ops });
  const dispatcher = start();
  await tell(fire('low'));
  await dispatcher.deliverDue(never);
  rename({});
  await tell(over);
  await dispatcher.deliverDue(never);
  expect(errors).toEqual(['alerts.delivery_given_up']);
  expect([...(await store.outbox.queueLengths())]).toEqual([]);
});

test('a receiver that gets another name while it answers is told nothing twice', async () => {
  await using ops = await LocalReceiver.open();
  const { start, rename, tell } = await aPurser({ ops });
  const dispatcher = start();
  await tell(fire('low'), over);
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  ops.answer = async () => {
    asked.resolve();
    await release.promise;
    return { status: 200 };
  };
  const first = dispatcher.deliverDue(never);
  await asked.promise;
  rename({ oncall: ops });
  const second = dispatcher.deliverDue(never);
  release.resolve();
  expect(await first).toBe(1);
  expect(await second).toBe(1);
  expect(heard(ops)).toEqual(['firing low', 'resolved low']);
});

test('what has arrived and could not be noted is not told again under another name', async () => {
  await using ops = await LocalReceiver.open();
  const { start, rename, tell, store } = await aPurser({ ops });
  let isFull = true;
  const dispatcher = start({
    delivered: async (...args) => {
      if (isFull) throw new Error('database or disk is full');
      await store.outbox.delivered(...args);
    },
  });
  await tell(fire('low'));
  await expect(dispatcher.deliverDue(never)).rejects.toThrow('full');
  isFull = false;
  rename({ oncall: ops });
  await dispatcher.deliverDue(never);
  expect(heard(ops)).toEqual(['firing low']);
  expect([...(await store.outbox.queueLengths())]).toEqual([]);
});

test('a reload in the middle of a pass routes no end past its beginning', async () => {
  await using broken = await LocalReceiver.open();
  await using next = await LocalReceiver.open();
  refuse(broken);
  const { start, rename, tell, store } = await aPurser({ old: broken });
  await tell(fire('low'));
  await start().deliverDue(never);
  await tell(over);
  const dispatcher = start({
    stranded: (...args) => {
      rename({ next });
      return store.outbox.stranded(...args);
    },
  });
  await dispatcher.deliverDue(never);
  await dispatcher.deliverDue(never);
  expect(heard(next)).toEqual(['firing low', 'resolved low']);
});

test.each([0, 1, 2])(
  'a process that dies after %i messages were moved loses and repeats none',
  async (moved) => {
    await using broken = await LocalReceiver.open();
    await using next = await LocalReceiver.open();
    refuse(broken);
    const { start, rename, tell, store } = await aPurser({ old: broken });
    await tell(fire('low'), notice('declined'));
    await start().deliverDue(never);
    await tell(over);
    rename({ next });
    let left = moved;
    const dying = start({
      move: async (...args) => {
        if (left === 0) throw new Error('killed');
        left -= 1;
        return await store.outbox.move(...args);
      },
      route: async () => {
        throw new Error('killed');
      },
    });
    await expect(dying.deliverDue(never)).rejects.toThrow('killed');
    await start().deliverDue(never);
    expect([...heard(next)].sort()).toEqual(['firing low', 'notice declined', 'resolved low']);
    expect(heard(next).filter((line) => line.endsWith('low'))).toEqual(['firing low', 'resolved low']);
  },
);

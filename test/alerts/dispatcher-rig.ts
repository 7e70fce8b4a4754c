import { Dispatcher } from '../../src/alerts/dispatcher.ts';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import type { DeliverySample } from '../../src/alerts/receiver-lane.ts';
import { MemoryThreads } from '../../src/alerts/threads.ts';
import type { IncidentState } from '../../src/domain/incident.ts';
import type { Log, LogFields } from '../../src/domain/ports.ts';
import type { AlertsSpec, ReceiverSpec } from '../../src/domain/spec.ts';
import { HOUR_MS } from '../../src/domain/time.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { WEBHOOK_SECRET } from './some-message.ts';
import { evenRandom, VirtualClock } from './virtual-clock.ts';

export const never = new AbortController().signal;

export function webhook(url: string): ReceiverSpec {
  return { kind: 'webhook', url, secret: WEBHOOK_SECRET, allowPrivate: true, payLinks: false };
}

/** A dispatcher over real HTTP with everything it told in reach. */
export function setUp(receivers: Record<string, ReceiverSpec>, options: { timeoutMs?: number } = {}) {
  const clock = new VirtualClock();
  const outbox = new MemoryOutbox();
  const samples: DeliverySample[] = [];
  const lines: { level: string; event: string; fields: LogFields }[] = [];
  const note =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      void lines.push({ level, event, fields });
  const log: Log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  const spec = (): AlertsSpec => ({
    receivers: new Map(Object.entries(receivers)),
    routes: [{ severities: [], groups: [], to: Object.keys(receivers), continues: false }],
    repeatMs: 4 * HOUR_MS,
    groupWaitMs: 30_000,
    runbooks: 'docs/runbooks',
    heartbeat: null,
  });
  let alerts = spec();
  const threads = new MemoryThreads();
  /** What is not over, for receivers that are told again. */
  const open: IncidentState[] = [];
  const dispatcher = new Dispatcher({
    outbox,
    clock,
    log,
    random: evenRandom,
    alerts: () => alerts,
    groupOf: () => null,
    openIncidents: () => open,
    openReceiver: (receiver, name) =>
      openReceiver(receiver, {
        name,
        threads,
        revision: () => 'abc123',
        runbooks: () => 'docs/runbooks',
        ...options,
      }),
    onDelivery: (sample) => samples.push(sample),
  });
  const reload = () => {
    alerts = spec();
  };
  /** Passes every so often until the virtual time is over. */
  const passUntil = async (untilMs: number, stepMs: number) => {
    while (clock.now() < untilMs) {
      await dispatcher.deliverDue(never);
      clock.advance(stepMs);
    }
  };
  return { clock, outbox, samples, lines, dispatcher, reload, passUntil, open };
}

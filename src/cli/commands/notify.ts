import { openReceiver } from '../../alerts/open-receiver.ts';
import type { DeliveryOutcome } from '../../alerts/receiver.ts';
import { sampleMessages } from '../../alerts/sample-messages.ts';
import { MemoryThreads } from '../../alerts/threads.ts';
import type { OutboxMessage } from '../../domain/incident.ts';
import type { FleetSpec, ReceiverSpec } from '../../domain/spec.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { type CliIo, EXIT, ExitWith } from '../cli-io.ts';
import { readConfig } from '../read-config.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

type Result = {
  readonly receiver: string;
  readonly type: string;
  readonly status: string;
  readonly ok: boolean;
  readonly detail: string;
};

const WAITS_MAX = 3;
const WAIT_MAX_MS = 30 * SECOND_MS;

/** `purser notify test`: one sample of each message to each receiver, past the outbox. */
export const notify: CommandFile = (program, io, done) => {
  program
    .command('notify')
    .summary('send test messages')
    .description('Sends messages to the receivers of the config.')
    .addHelpText('after', '\nExample:\n  purser notify test ops')
    .command('test')
    .summary('a sample of each message')
    .description(
      'Sends a sample of each message to every receiver, or to those named: each kind, one that is acknowledged, the end of each, and a burst told as one.',
    )
    .argument('[receivers...]', 'names from alerts.receivers')
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser notify test ops')
    .action(async (names: readonly string[], options: { config: string; json: boolean }) => {
      const { spec } = readConfig(io, options.config);
      const results = await sendSamples(io, spec, chosen(spec, names));
      if (options.json) io.stdout.write(`${JSON.stringify({ results })}\n`);
      else
        for (const one of results)
          io.stdout.write(
            `${one.ok ? 'ok    ' : 'FAILED'}  ${one.receiver}  ${one.type}  ${one.status}${one.ok ? '' : `  ${one.detail}`}\n`,
          );
      done(results.every((one) => one.ok) ? EXIT.ok : EXIT.failure);
    });
};

function chosen(spec: FleetSpec, names: readonly string[]): ReadonlyMap<string, ReceiverSpec> {
  const { receivers } = spec.alerts;
  if (receivers.size === 0) {
    const mend = 'Add some under alerts.receivers.';
    throw new ExitWith(EXIT.failure, { code: 'no_receiver', message: 'the config has no receivers', mend });
  }
  const unknown = names.find((name) => !receivers.has(name));
  if (unknown !== undefined) {
    throw new ExitWith(EXIT.usage, {
      code: 'unknown_receiver',
      message: `there is no receiver ${JSON.stringify(unknown)}`,
      mend: `The config has ${[...receivers.keys()].join(', ')}.`,
    });
  }
  return names.length === 0 ? receivers : new Map([...receivers].filter(([name]) => names.includes(name)));
}

async function sendSamples(
  io: CliIo,
  spec: FleetSpec,
  receivers: ReadonlyMap<string, ReceiverSpec>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [name, receiverSpec] of receivers) {
    const receiver = openReceiver(receiverSpec, {
      name,
      threads: new MemoryThreads(),
      revision: () => spec.revision,
      runbooks: () => spec.alerts.runbooks,
    });
    const now = io.clock.now();
    const samples = sampleMessages(now, () => `msg_${io.random.hex(12)}`);
    for (const message of samples.single) {
      const outcome = await patiently(io, () => receiver.deliver(message, io.clock.now()));
      results.push(resultOf(name, message, outcome));
    }
    for (const burst of receiver.deliverBurst === undefined ? [] : samples.bursts) {
      const outcome = await patiently(io, async () => await receiver.deliverBurst?.(burst, io.clock.now()));
      const [first] = burst;
      if (outcome === undefined || first === undefined) continue;
      results.push({ ...resultOf(name, first, outcome), status: `${first.status} burst` });
    }
    await receiver.close();
  }
  return results;
}

/** So many messages at once are more than some receivers take: one that says when to come back is taken at its word. */
async function patiently<Outcome extends DeliveryOutcome | undefined>(
  io: CliIo,
  attempt: () => Promise<Outcome>,
): Promise<Outcome> {
  for (let waits = 0; ; waits += 1) {
    const outcome = await attempt();
    if (outcome?.kind !== 'busy' || waits === WAITS_MAX || io.stop.aborted) return outcome;
    await io.clock.sleep(Math.min(WAIT_MAX_MS, outcome.retryAfterMs ?? SECOND_MS), io.stop);
  }
}

function resultOf(receiver: string, { fact, status }: OutboxMessage, outcome: DeliveryOutcome): Result {
  const ok = outcome.kind === 'delivered';
  return { receiver, type: fact.type, status, ok, detail: ok ? '' : `${outcome.reason} (${outcome.detail})` };
}

import { openReceiver } from '../../alerts/open-receiver.ts';
import { sampleFacts } from '../../alerts/sample-facts.ts';
import type { IncidentFact, OutboxMessage } from '../../domain/incident.ts';
import type { FleetSpec, ReceiverSpec } from '../../domain/spec.ts';
import { type CliIo, EXIT, ExitWith } from '../cli-io.ts';
import { readConfig } from '../read-config.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

type Result = {
  readonly receiver: string;
  readonly type: string;
  readonly ok: boolean;
  readonly detail: string;
};

/** `purser notify test`: one sample of each message to each receiver, past the outbox. */
export const notify: CommandFile = (program, io, done) => {
  program
    .command('notify')
    .summary('send test messages')
    .description('Sends messages to the receivers of the config.')
    .addHelpText('after', '\nExample:\n  purser notify test ops')
    .command('test')
    .summary('a sample of each message')
    .description('Sends a sample of each message to every receiver, or to those named.')
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
            `${one.ok ? 'ok    ' : 'FAILED'}  ${one.receiver}  ${one.type}${one.ok ? '' : `  ${one.detail}`}\n`,
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
  const now = io.clock.now();
  const results: Result[] = [];
  for (const [name, receiverSpec] of receivers) {
    const receiver = openReceiver(receiverSpec, {
      revision: () => spec.revision,
      runbooks: () => spec.alerts.runbooks,
    });
    for (const fact of Object.values(sampleFacts(now))) {
      const outcome = await receiver.deliver(sampleMessage(io, fact), now);
      const ok = outcome.kind === 'delivered';
      results.push({
        receiver: name,
        type: fact.type,
        ok,
        detail: ok ? '' : `${outcome.reason} (${outcome.detail})`,
      });
    }
    await receiver.close();
  }
  return results;
}

function sampleMessage(io: CliIo, fact: IncidentFact): OutboxMessage {
  const now = io.clock.now();
  return {
    id: `msg_${io.random.hex(12)}`,
    status: fact.severity === 'info' ? 'notice' : 'firing',
    fact,
    at: now,
    startedAt: now,
  };
}

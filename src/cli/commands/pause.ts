import { accountAtBrake, type BrakeOptions, brakeOptions, openBrakes } from '../brakes.ts';
import { EXIT } from '../cli-io.ts';
import type { CommandFile } from './command.ts';

/** `purser pause ACCOUNT`: no charge for it until `resume`. */
export const pause: CommandFile = (program, io, done) => {
  const command = program
    .command('pause')
    .argument('<account>', 'its name in the config')
    .summary('stop charging an account')
    .description(
      'Stops charging an account until `purser resume`. Charges that are open are still settled. Works also where the config does not load.',
    )
    .option('--reason <text>', 'why; shown wherever the account is', 'by hand')
    .addHelpText('after', '\nExample:\n  purser pause render-eu --reason "moving to another card"');
  brakeOptions(command).action(async (name: string, options: BrakeOptions & { reason: string }) => {
    const brakes = openBrakes(io, options, { account: name, create: true });
    const { reason } = options;
    try {
      const account = accountAtBrake(brakes, name);
      const since = io.clock.now();
      await brakes.store.journal.setHold({ account, kind: 'pause', reason, since, intent: null }, []);
    } finally {
      brakes.store.close();
    }
    const text = `${name} is paused (${reason}). purser resume ${name} ends it.`;
    io.stdout.write(options.json ? `${JSON.stringify({ account: name, paused: reason })}\n` : `${text}\n`);
    done(EXIT.ok);
  });
};

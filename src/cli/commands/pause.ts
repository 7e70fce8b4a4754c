import { accountAtBrake, type BrakeOptions, brakeOptions, openBrakes } from '../brakes.ts';
import { EXIT } from '../cli-io.ts';
import { rechargeNote } from '../recharge-note.ts';
import type { CommandFile } from './command.ts';

/** `purser pause ACCOUNT`: no charge for it until `resume`. */
export const pause: CommandFile = (program, io, done) => {
  const command = program
    .command('pause')
    .argument('<account>', 'its name in the config')
    .summary('stop charging an account')
    .description(
      'Stops charging an account until `purser resume`. Charges that are open are still settled. What the provider charges by ' +
        'itself (auto_funding) goes on until `purser wallet auto-funding off`, which holds while the account is paused. Works ' +
        'also where the config does not load.',
    )
    .option('--reason <text>', 'why; shown wherever the account is ("by hand" if left out)')
    .addHelpText('after', '\nExample:\n  purser pause render-eu --reason "moving to another card"');
  brakeOptions(command).action(async (name: string, options: BrakeOptions & { reason?: string }) => {
    const brakes = openBrakes(io, options, { account: name, create: true });
    let reason: string;
    let note: string | null;
    try {
      const account = accountAtBrake(brakes, name);
      const { journal } = brakes.store;
      const before = (await journal.holds(account)).find(({ kind }) => kind === 'pause');
      reason = options.reason ?? before?.reason ?? 'by hand';
      const since = before?.since ?? io.clock.now();
      await journal.setHold({ account, kind: 'pause', reason, since, intent: null }, []);
      note = rechargeNote(brakes.store.upkeep, account);
    } finally {
      brakes.store.close();
    }
    const text = [`${name} is paused (${reason}). purser resume ${name} ends it.`, note ?? []]
      .flat()
      .join('\n');
    const data = { account: name, paused: reason, note };
    io.stdout.write(options.json ? `${JSON.stringify(data)}\n` : `${text}\n`);
    done(EXIT.ok);
  });
};

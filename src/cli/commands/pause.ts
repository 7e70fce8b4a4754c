import { EXIT } from '../cli-io.ts';
import { findAccount } from '../find-account.ts';
import { openStore } from '../open-store.ts';
import { readConfig } from '../read-config.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

/** `purser pause ACCOUNT`: no charge for it until `resume`. */
export const pause: CommandFile = (program, io, done) => {
  program
    .command('pause')
    .argument('<account>', 'its name in the config')
    .summary('stop charging an account')
    .description('Stops charging an account until `purser resume`. Charges that are open are still settled.')
    .option('--reason <text>', 'why; shown wherever the account is', 'by hand')
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser pause render-eu --reason "moving to another card"')
    .action(async (name: string, options: { config: string; reason: string; json: boolean }) => {
      const { spec } = readConfig(io, options.config);
      const account = findAccount(spec, name);
      const store = openStore(io, spec, { create: true });
      try {
        const since = io.clock.now();
        const hold = {
          account: account.name,
          kind: 'pause',
          reason: options.reason,
          since,
          intent: null,
        } as const;
        await store.journal.setHold(hold, []);
      } finally {
        store.close();
      }
      const text = `${account.name} is paused (${options.reason}). purser resume ${account.name} ends it.`;
      io.stdout.write(
        options.json ? `${JSON.stringify({ account: account.name, paused: options.reason })}\n` : `${text}\n`,
      );
      done(EXIT.ok);
    });
};

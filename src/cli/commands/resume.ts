import { EXIT } from '../cli-io.ts';
import { findAccount } from '../find-account.ts';
import { openStore } from '../open-store.ts';
import { readConfig } from '../read-config.ts';
import { resumeAccount, resumedText } from '../resume-account.ts';
import { CONFIG_DEFAULT, type CommandFile } from './command.ts';

/** `purser resume ACCOUNT`: lifts a pause and a freeze. */
export const resume: CommandFile = (program, io, done) => {
  program
    .command('resume')
    .argument('<account>', 'its name in the config')
    .summary('charge a paused or frozen account again')
    .description(
      'Lifts the pause or the freeze of an account, and lets cards be tried again that wanted a person. A freeze over a ' +
        'charge that is open wants `purser resolve` first. From then on the ledger is believed as it is, and a charge whose ' +
        'credit never showed holds the next one back no more.',
    )
    .option('--config <file>', 'the config', CONFIG_DEFAULT)
    .option('--json', 'print JSON', false)
    .addHelpText('after', '\nExample:\n  purser resume render-eu')
    .action(async (name: string, options: { config: string; json: boolean }) => {
      const { spec } = readConfig(io, options.config);
      const account = findAccount(spec, name);
      const store = openStore(io, spec, { create: false });
      try {
        const result = await resumeAccount(store, account.name, io.clock.now());
        io.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${resumedText(result)}\n`);
      } finally {
        store.close();
      }
      done(EXIT.ok);
    });
};

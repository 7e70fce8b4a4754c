import { accountAtBrake, type BrakeOptions, brakeOptions, openBrakes } from '../brakes.ts';
import { EXIT } from '../cli-io.ts';
import { resumeAccount, resumedText } from '../resume-account.ts';
import type { CommandFile } from './command.ts';

/** `purser resume ACCOUNT`: lifts a pause and a freeze. */
export const resume: CommandFile = (program, io, done) => {
  const command = program
    .command('resume')
    .argument('<account>', 'its name in the config')
    .summary('charge a paused or frozen account again')
    .description(
      'Lifts the freeze of an account, or the pause of one that is not frozen, and lets cards be tried again that wanted ' +
        'a person: where it is both, a second `resume` lifts the pause. A freeze over a charge that is open wants ' +
        '`purser resolve` first. From then on the ledger is believed as it is, and a charge whose ' +
        'credit never showed holds the next one back no more; a wallet that may be an old one, to which less had come and of ' +
        'which no more is used than was seen before, is believed when looks have shown it for an hour. An account that was ' +
        'frozen because it has another e-mail ' +
        'address at the provider is taken for the same one, and nothing else; one that nothing holds, and that may have had ' +
        'another name, is taken for a new one. Works also where the config does not load.',
    )
    .option('--freeze', 'lift a freeze only: an account that is paused stays paused', false)
    .addHelpText('after', '\nExample:\n  purser resume render-eu');
  brakeOptions(command).action(async (name: string, options: BrakeOptions & { freeze: boolean }) => {
    const brakes = openBrakes(io, options, { account: name, create: false });
    try {
      const seen = options.freeze ? ({ kind: 'freeze', since: null } as const) : null;
      const result = await resumeAccount(brakes.store, accountAtBrake(brakes, name), io.clock.now(), seen);
      io.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${resumedText(result)}\n`);
    } finally {
      brakes.store.close();
    }
    done(EXIT.ok);
  });
};

import { ensureOrder } from '../../domain/hand-order.ts';
import { carryOut, type HandOptions, handCommand, readDollars } from '../hand-command.ts';
import type { CommandFile } from './command.ts';

/** `purser ensure ACCOUNT AMOUNT`: before a large job. */
export const ensure: CommandFile = (program, io, done) => {
  handCommand(program, 'ensure', 'have enough money for a job')
    .argument('<amount>', 'what the job will cost in dollars, such as 40')
    .description(
      'Makes sure that the wallet holds so much and a fifth more, funding it within policy and caps where it does not, and ' +
        'answers when the money is there or says why not. Any number of callers at once make the charges that one would.',
    )
    .addHelpText('after', '\nExample:\n  purser ensure render-eu 40 && ./render-everything')
    .action(async (name: string, amount: string, options: HandOptions) => {
      const neededCents = readDollars('the amount', amount);
      done(await carryOut(io, name, options, () => ensureOrder(neededCents)));
    });
};

import { TOP_UP_MIN_CENTS } from '../../contract/limits.ts';
import { EXIT } from '../cli-io.ts';
import { carryOut, type HandOptions, handCommand, readDollars, readPlan, usage } from '../hand-command.ts';
import type { CommandFile } from './command.ts';

type Options = HandOptions & { amount?: string; plan?: string };

/** `purser pay-link ACCOUNT`: a page for a person to pay on. */
export const payLink: CommandFile = (program, io, done) => {
  handCommand(program, 'pay-link', 'make a page for a person to pay on')
    .description(
      "Makes one of the provider's payment links, prints it, and sends it to the receivers that want them. purser sees when " +
        'it is paid and takes it into the books. A link cannot be withdrawn, for the provider has no call for it: until it ' +
        'is paid or expires, a day after it was made at most, its amount counts against the caps.',
    )
    .option('--amount <dollars>', 'fund the wallet with so many dollars, at least 10')
    .option('--plan <plan>', 'subscribe to this plan, by id or name')
    .addHelpText('after', '\nExample:\n  purser pay-link render-eu --amount 50')
    .action(async (name: string, options: Options) => {
      const order = readOrder(options);
      const code = await carryOut(io, name, options, () => order);
      done(code === EXIT.moneyNeedsAttention ? EXIT.failure : code);
    });
};

function readOrder({ amount, plan }: Options) {
  if ((amount === undefined) === (plan === undefined)) return usage('say either --amount or --plan');
  if (amount !== undefined)
    return {
      kind: 'fund_link',
      amountCents: readDollars('--amount', amount, { leastCents: TOP_UP_MIN_CENTS }),
    } as const;
  return { kind: 'subscribe_link', plan: readPlan(plan ?? '') } as const;
}

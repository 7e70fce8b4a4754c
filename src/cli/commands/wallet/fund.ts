import type { Command } from 'commander';
import { TOP_UP_MIN_CENTS } from '../../../contract/limits.ts';
import type { CliIo } from '../../cli-io.ts';
import { carryOut, type HandOptions, handCommand, readCard, readDollars } from '../../hand-command.ts';

type Options = HandOptions & { card?: string; coupon?: string };

/** `purser wallet fund ACCOUNT AMOUNT`: a top-up now, whatever the balance. */
export function walletFund(wallet: Command, io: CliIo, done: (code: number) => void): void {
  handCommand(wallet, 'fund', 'charge a card now')
    .argument('<amount>', 'dollars, at least 10')
    .description(
      'Funds the wallet now, whatever its balance: under the journal, keys, caps and card ceilings of the daemon, by the ' +
        'ladder of the policy unless a card is named. A lost answer is settled like any other: asking again charges once.',
    )
    .option('--card <id>', 'charge this saved card (pm_…)')
    .option('--coupon <code>', 'redeem this bonus coupon with it; `wallet coupons validate` shows its worth')
    .addHelpText('after', '\nExample:\n  purser wallet fund render-eu 50 --card pm_1AbC')
    .action(async (name: string, amount: string, options: Options) => {
      const amountCents = readDollars('the amount', amount, { leastCents: TOP_UP_MIN_CENTS });
      const card = readCard(options.card);
      const order = { kind: 'fund', amountCents, card, coupon: options.coupon ?? null } as const;
      done(await carryOut(io, name, options, () => order));
    });
}

import type { Command } from 'commander';
import { formatCents } from '../../../domain/money.ts';
import type { CliIo } from '../../cli-io.ts';
import { carryOut, confirmByName, type HandOptions, handCommand, readDollars } from '../../hand-command.ts';

/** `purser wallet withdraw ACCOUNT AMOUNT`: for resellers. */
export function walletWithdraw(wallet: Command, io: CliIo, done: (code: number) => void): void {
  handCommand(wallet, 'withdraw', 'pay out of the wallet (resellers)')
    .argument('<amount>', 'dollars, such as 200 or 12.50')
    .description(
      'Pays out of the wallet; the provider allows it to resellers only. It has to leave the min_balance of the policy. ' +
        'Where it leaves just that, the next use brings the next top-up.',
    )
    .option('--yes', 'do not ask', false)
    .addHelpText('after', '\nExample:\n  purser wallet withdraw reseller-1 200')
    .action(async (name: string, amount: string, options: HandOptions & { yes: boolean }) => {
      const amountCents = readDollars('the amount', amount);
      const code = await carryOut(io, name, options, async ({ account }) => {
        const question = `${formatCents(amountCents)} leaves the wallet of ${account.name}.`;
        await confirmByName(io, { question, name: account.name, isSure: options.yes });
        return { kind: 'withdraw', amountCents, keepCents: null };
      });
      done(code);
    });
}

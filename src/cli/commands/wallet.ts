import type { CommandFile } from './command.ts';
import { walletFund } from './wallet/fund.ts';
import { walletBalance, walletTransactions } from './wallet/look.ts';
import { walletAutoFunding, walletCoupons } from './wallet/settings.ts';
import { walletWithdraw } from './wallet/withdraw.ts';

const PARTS = [
  walletBalance,
  walletTransactions,
  walletFund,
  walletWithdraw,
  walletAutoFunding,
  walletCoupons,
] as const;

/** `purser wallet …`: the wallet by hand. */
export const wallet: CommandFile = (program, io, done) => {
  const group = program
    .command('wallet')
    .summary('the wallet by hand')
    .description('The wallet of an account by hand.')
    .addHelpText('after', '\nExample:\n  purser wallet balance render-eu');
  for (const add of PARTS) add(group, io, done);
};

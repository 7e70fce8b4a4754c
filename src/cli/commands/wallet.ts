import type { CommandFile } from './command.ts';
import { walletFund } from './wallet/fund.ts';
import { walletWithdraw } from './wallet/withdraw.ts';

/** `purser wallet …`: the wallet by hand. */
export const wallet: CommandFile = (program, io, done) => {
  const group = program
    .command('wallet')
    .summary('the wallet by hand')
    .description('The wallet of an account by hand.');
  for (const add of [walletFund, walletWithdraw]) add(group, io, done);
};

import type { CommandFile } from './command.ts';
import {
  subscriptionsActions,
  subscriptionsChargeAmount,
  subscriptionsCreate,
  subscriptionsUpdate,
} from './subscriptions/change.ts';

/** `purser subscriptions …`: subscriptions by hand. */
export const subscriptions: CommandFile = (program, io, done) => {
  const group = program
    .command('subscriptions')
    .summary('subscriptions by hand')
    .description('The subscriptions of an account by hand.');
  const parts = [subscriptionsCreate, subscriptionsUpdate, subscriptionsActions, subscriptionsChargeAmount];
  for (const add of parts) add(group, io, done);
};

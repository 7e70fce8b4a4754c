import type { CommandFile } from './command.ts';
import {
  subscriptionsActions,
  subscriptionsChargeAmount,
  subscriptionsCreate,
  subscriptionsUpdate,
} from './subscriptions/change.ts';
import { subscriptionsLook } from './subscriptions/look.ts';

/** `purser subscriptions …`: subscriptions by hand. */
export const subscriptions: CommandFile = (program, io, done) => {
  const group = program
    .command('subscriptions')
    .summary('subscriptions by hand')
    .description('The subscriptions of an account by hand.')
    .addHelpText('after', '\nExample:\n  purser subscriptions list render-eu');
  const parts = [
    subscriptionsLook,
    subscriptionsCreate,
    subscriptionsUpdate,
    subscriptionsActions,
    subscriptionsChargeAmount,
  ];
  for (const add of parts) add(group, io, done);
};

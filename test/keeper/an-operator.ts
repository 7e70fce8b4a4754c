import { onOperator } from '../../src/charge/step.ts';
import type { AKeeper } from './a-keeper.ts';

/** As `purser resolve` does. */
export async function resolve({ store, context }: AKeeper, verdict: 'charged' | 'not_charged') {
  const [before] = await store.journal.allOpenIntents();
  if (before === undefined) throw new Error('nothing is open');
  const now = context.clock.now();
  const { intent: after } = onOperator(before, verdict, now);
  await store.journal.record({ before, after, now, why: 'operator', freeze: null, incidents: [] });
  await store.journal.endFreezeOver(before, [], now);
}

import { expect, test } from 'vitest';
import type { Journal } from '../../src/charge/journal.ts';
import type { AccountName } from '../../src/domain/ids.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { aPath, aStore } from './a-store.ts';
import { anIntent, enter, NOW, ONE, OTHER, request, settled } from './an-intent.ts';

const LATER = addMs(NOW, HOUR_MS);
const THIRD = 'a-new-name' as AccountName;

/** An account was charged, and another has its address by now. */
async function scene() {
  const { journal } = await aStore(aPath());
  const charge = anIntent();
  await journal.arm(request(charge));
  await enter(journal, charge, settled());
  await journal.remember(ONE, { identity: 'new@name.test' });
  await journal.remember(OTHER, { identity: charge.identity });
  const allows = async (account: AccountName, identity: string) => {
    const asked = { account, identity, kind: charge.kind, anchor: charge.anchor, now: LATER };
    const { attempts } = await journal.history({ ...asked, cardIdentities: [], scopes: [], listed: [] });
    return attempts.map(({ allowsNext }) => allowsNext);
  };
  return { journal, charge, allows };
}

async function resume(journal: Journal, account: AccountName): Promise<boolean> {
  const freeze = { account, kind: 'freeze', reason: 'for a test', since: NOW, intent: null } as const;
  await journal.setHold(freeze, []);
  return await journal.letGo(freeze, [], LATER);
}

test('who has the address that another was charged under lets go of that for itself alone', async () => {
  const { journal, charge, allows } = await scene();
  expect(await allows(OTHER, charge.identity)).toEqual([false]);
  expect(await resume(journal, OTHER)).toBe(true);
  expect(await allows(OTHER, charge.identity)).toEqual([true]);
  expect(await allows(ONE, 'new@name.test')).toEqual([false]);
});

test('an account keeps under a new name what was let go of under the old one', async () => {
  const { journal, charge, allows } = await scene();
  await resume(journal, ONE);
  await journal.rename(ONE, THIRD);
  expect(await allows(THIRD, 'new@name.test')).toEqual([true]);
  expect(await allows(OTHER, charge.identity)).toEqual([false]);
});

test('nor does it stay under the old name for whoever has that next', async () => {
  const { journal, charge, allows } = await scene();
  const other = 'another' as AccountName;
  await journal.remember(other, { identity: charge.identity });
  for (const one of [OTHER, other]) await resume(journal, one);
  await journal.rename(OTHER, other);
  await journal.rename(ONE, OTHER);
  expect(await allows(OTHER, 'new@name.test')).toEqual([false]);
});

import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Journal } from '../../src/charge/journal.ts';
import { addMs, MINUTE_MS } from '../../src/domain/time.ts';
import { Store } from '../../src/store/store.ts';
import { aPath, aStore, closeLater, OPTIONS } from './a-store.ts';
import { anIntent, enter, NOW, ONE, request, settled } from './an-intent.ts';

/** All that a pass over an account reads before it knows whether there is anything to do. */
async function whatAPassReads(journal: Journal) {
  return {
    open: (await journal.openIntents(ONE)).map(({ id, state }) => `${id} ${state.kind}`),
    holds: (await journal.holds(ONE)).map(({ kind }) => kind),
    hasEquationHeld: (await journal.memory(ONE)).hasEquationHeld,
    watch: (await journal.watch(ONE, NOW)).kind,
  };
}

const QUIET = { open: [], holds: [], hasEquationHeld: false, watch: 'quarantine' };

test('what a pass reads follows every write of its own', async () => {
  const { journal } = await aStore(aPath(), MINUTE_MS);
  expect(await whatAPassReads(journal)).toEqual(QUIET);
  await journal.adopt([], NOW);
  const intent = anIntent();
  await journal.arm(request(intent));
  await journal.setHold({ account: ONE, kind: 'pause', reason: 'a test', since: NOW, intent: null }, []);
  await journal.remember(ONE, { hasEquationHeld: true });
  const open = [`${intent.id} armed`];
  expect(await whatAPassReads(journal)).toEqual({
    open,
    holds: ['pause'],
    hasEquationHeld: true,
    watch: 'clear',
  });
  const sent = await journal.recordSend(intent, addMs(NOW, 1));
  expect((await journal.openIntents(ONE))[0]?.sends).toBe(2);
  await enter(journal, sent, settled());
  await journal.liftHold(ONE, 'pause', [], NOW);
  expect(await whatAPassReads(journal)).toEqual({
    open: [],
    holds: [],
    hasEquationHeld: true,
    watch: 'clear',
  });
});

test('a word of an operator in another process is seen in the next turn', async () => {
  const path = aPath();
  const { journal } = await aStore(path, MINUTE_MS);
  const intent = anIntent();
  await journal.adopt([], NOW);
  await journal.arm(request(intent));
  await whatAPassReads(journal);
  const command = Store.openForCommand(path, { ...OPTIONS, create: false });
  closeLater(command);
  await command.journal.setHold(
    { account: ONE, kind: 'freeze', reason: 'a test', since: NOW, intent: null },
    [],
  );
  await enter(command.journal, intent, settled());
  await command.journal.remember(ONE, { hasEquationHeld: true });
  await setImmediate();
  expect(await whatAPassReads(journal)).toEqual({
    open: [],
    holds: ['freeze'],
    hasEquationHeld: true,
    watch: 'clear',
  });
});

test('a write that failed leaves nothing of itself behind', async () => {
  const { journal } = await aStore();
  const intent = anIntent();
  await journal.arm(request(intent));
  const [before] = await journal.openIntents(ONE);
  const broken = { ...intent, body: 'another body' };
  await expect(enter(journal, broken, settled())).rejects.toThrow('was changed by someone else');
  expect(await journal.openIntents(ONE)).toEqual([before]);
});

test('what is remembered of upkeep follows every write, also that of an operator in another process', async () => {
  const path = aPath();
  const { upkeep } = await aStore(path);
  const record = { digest: 'one', result: 'trying', detail: '', at: NOW } as const;
  expect(upkeep.read(ONE, 'new_name')).toBe(null);
  await upkeep.write(ONE, 'new_name', record);
  await upkeep.write(ONE, 'coupon/WELCOME50', { ...record, digest: 'WELCOME50' });
  expect(upkeep.read(ONE, 'new_name')).toEqual(record);
  const command = Store.openForCommand(path, { ...OPTIONS, create: false });
  closeLater(command);
  await command.upkeep.write(ONE, 'new_name', { ...record, result: 'done' });
  await setImmediate();
  expect(upkeep.read(ONE, 'new_name')?.result).toBe('done');
  expect(upkeep.read(ONE, 'coupon/WELCOME50')?.digest).toBe('WELCOME50');
});

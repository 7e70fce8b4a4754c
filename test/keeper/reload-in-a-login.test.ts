import { expect, test } from 'vitest';
import { TokenSource } from '../../src/keeper/token-source.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { AKeeper } from './a-keeper.ts';
import { WatchedWire } from './watched-wire.ts';

test('a login of before a reload does not outlive the change of its e-mail', async () => {
  const client = await startClient();
  const emails: string[] = [];
  const hook: { now: (() => void) | null } = { now: null };
  const transport = new WatchedWire(async (send, _ordinal, { body }) => {
    emails.push(String(JSON.parse(String(body)).email));
    const reply = await send();
    hook.now?.();
    hook.now = null;
    return reply;
  });
  const keeper = await AKeeper.open(client, { transport, isByLogin: true });
  const first = keeper.account('agent-0001');
  const second = { ...keeper.account('agent-0002'), name: first.name };
  const source = new TokenSource({
    ...keeper.context,
    account: first.name,
    mayRotate: () => true,
    onToken: () => undefined,
  });
  hook.now = () => source.forget(); // what a reload does
  const signal = new AbortController().signal;
  await source.get(first, signal);
  await source.get(second, signal);
  expect(emails).toHaveLength(2);
  expect(emails[1]).toContain('agent-0002');
});

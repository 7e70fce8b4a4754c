import { expect, test } from 'vitest';
import type { AccountName } from '../../src/domain/ids.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { runOn } from './a-running-keeper.ts';
import { stepUntil } from './clock-steps.ts';
import { charges } from './sandbox-record.ts';
import { answer, WatchedWire } from './watched-wire.ts';

type Bad = {
  readonly what: string;
  readonly url: RegExp;
  readonly spoil: (reply: TransportReply) => TransportReply;
};

function dated(reply: TransportReply): TransportReply {
  if (reply.kind !== 'answered') return reply;
  const date = new Date(Date.parse(reply.headers['date'] ?? '') + 10 * MINUTE_MS).toUTCString();
  return { ...reply, headers: { ...reply.headers, date } };
}

/** Its totals are of another instant than its balance. */
function torn(reply: TransportReply): TransportReply {
  if (reply.kind !== 'answered') return reply;
  return { ...reply, bodyText: reply.bodyText.replace(/"amount_used":"?[\d.]+"?/, '"amount_used":0.01') };
}

/** From before the first charge. */
function older(reply: TransportReply): TransportReply {
  if (reply.kind !== 'answered') return reply;
  const bodyText = reply.bodyText
    .replace(/\{"id":1004,"source":"stripe"[^}]*\},/, '')
    .replace('"count":2,"total":2,', '"count":1,"total":1,')
    .replace('"total_credited":100,"amount_used":88', '"total_credited":50,"amount_used":38');
  return { ...reply, bodyText };
}

const BAD: readonly Bad[] = [
  { what: 'its debits are dated wrong', url: /type=debit/, spoil: dated },
  { what: 'its debits cannot be read', url: /type=debit/, spoil: () => answer(500, {}) },
  { what: 'its cards cannot be listed', url: /payment-methods/, spoil: () => answer(500, {}) },
  { what: 'its wallet and its totals are torn', url: /type=credit/, spoil: torn },
  { what: 'its page is an older one', url: /type=credit/, spoil: older },
];

test.each(BAD)('a low wallet at a rare poll is charged soon after: $what', async ({ url, spoil }) => {
  const client = await startClient();
  const bad = { isOn: false, met: 0 };
  const transport = new WatchedWire(
    (send) => send(),
    async (send, request) => {
      const reply = await send();
      if (!bad.isOn || !url.test(request.url)) return reply;
      bad.met += 1;
      return spoil(reply);
    },
  );
  const { keeper } = await runOn(client, { poll: '12h', accounts: { 'agent-0001': {} }, transport });
  const live = async (durationMs: number) => {
    const endAt = client.clock.now() + durationMs;
    await stepUntil(client.clock, 5 * SECOND_MS, 'time went by', () => client.clock.now() >= endAt);
  };
  const hurry = () => keeper.hurry('agent-0001' as AccountName);
  await live(5 * MINUTE_MS);
  await client.patch({ balance: 12 });
  hurry();
  await stepUntil(
    client.clock,
    SECOND_MS,
    'it was charged',
    async () => (await charges(client)).length === 1,
  );
  await live(90 * MINUTE_MS);
  await client.patch({ balance: 12 });
  bad.isOn = true;
  hurry();
  await stepUntil(client.clock, SECOND_MS, 'it was met', () => bad.met > 0);
  await live(2 * MINUTE_MS);
  bad.isOn = false;
  expect(await charges(client)).toHaveLength(1);
  const isCharged = async () => (await charges(client)).length > 1;
  await stepUntil(client.clock, 5 * SECOND_MS, 'it was charged before its next poll', isCharged);
});

import { expect, test } from 'vitest';
import { z } from 'zod';
import { cents } from '../../src/domain/money.ts';
import { Secret } from '../../src/domain/secret.ts';
import { login } from '../../src/modelslab/auth.ts';
import { createSetupIntent } from '../../src/modelslab/billing.ts';
import { read } from '../../src/modelslab/reading.ts';
import type { TransportReply } from '../../src/modelslab/transport.ts';
import { fundWallet, getWalletBalance } from '../../src/modelslab/wallet.ts';
import { answered, caller, enveloped, scripted, TOKEN } from './scripted-transport.ts';

const lost: TransportReply = { kind: 'lost', reason: 'ECONNRESET' };
const notSent: TransportReply = { kind: 'not_sent', reason: 'ECONNREFUSED' };
const good = enveloped({ balance: 12.5, currency: 'usd' });

test.each<[string, TransportReply[], number, number[]]>([
  ['a good answer is read once', [good], 1, []],
  ['a lost answer is asked for again', [lost, good], 2, [250]],
  ['the second wait is longer', [lost, notSent, good], 3, [250, 500]],
  ['three tries are all', [lost, lost, lost, good], 3, [250, 500]],
  ['a 502 is asked again', [answered(502, '<html>'), good], 2, [250]],
  ['a 503 is asked again when it says so', [answered(503, {}, { 'retry-after': '3' }), good], 2, [3_000]],
  ['a long Retry-After is left to the next poll', [answered(503, {}, { 'retry-after': '60' }), good], 1, []],
  ['a 401 is not asked again', [answered(401, { message: 'Unauthenticated.' }), good], 1, []],
  ['a 404 is not asked again', [answered(404, { message: 'Not found' }), good], 1, []],
  ['a malformed answer is not asked again', [enveloped({ balance: 'much' }), good], 1, []],
])('%s', async (_fact, script, requests, sleptMs) => {
  const { client, clock, transport } = scripted(script);
  const reply = await clock.run(getWalletBalance(client, caller));
  expect(transport.requests).toHaveLength(requests);
  expect(clock.sleptMs).toEqual(sleptMs);
  expect(reply.kind).toBe(script[requests - 1] === good ? 'ok' : 'failed');
});

test('a 429 with a short Retry-After is waited for', async () => {
  const { client, clock, transport } = scripted([answered(429, {}, { 'retry-after': '4' }), good]);
  expect(await clock.run(getWalletBalance(client, caller))).toMatchObject({ kind: 'ok' });
  expect(transport.requests).toHaveLength(2);
  expect(clock.monotonicMs()).toBe(4_000);
});

test('a signal ends the tries', async () => {
  const stop = new AbortController();
  const { client, transport } = scripted(() => {
    stop.abort();
    return lost;
  });
  const reply = await getWalletBalance(client, { ...caller, signal: stop.signal });
  expect(reply).toMatchObject({ kind: 'failed', failure: { reason: 'lost' } });
  expect(transport.requests).toHaveLength(1);
});

test('a write is sent once, whatever comes back', async () => {
  for (const reply of [lost, notSent, answered(500, ''), answered(429, {}, { 'retry-after': '0' })]) {
    const { client, transport } = scripted([reply]);
    const outcome = await fundWallet(client, caller, { amountCents: cents(5_000) });
    expect(outcome.kind).toBe('failed');
    expect(transport.requests).toHaveLength(1);
  }
});

test.each<[string, TransportReply, object]>([
  [
    'the envelope’s error',
    answered(402, {
      data: null,
      error: {
        code: 'payment_declined',
        message: 'Your card was declined.',
        details: { decline_code: 'lost_card' },
      },
      meta: { request_id: 'req_9' },
    }),
    {
      reason: 'refused',
      status: 402,
      code: 'payment_declined',
      message: 'Your card was declined.',
      details: { decline_code: 'lost_card' },
      requestId: 'req_9',
    },
  ],
  [
    'Laravel’s bare message',
    answered(401, { message: 'Unauthenticated.' }),
    { reason: 'unauthorized', status: 401, code: null, message: 'Unauthenticated.', details: {} },
  ],
  [
    'Laravel’s fields of a 422',
    answered(422, { message: 'No.', errors: { amount: ['min 10'] } }),
    { details: { amount: ['min 10'] } },
  ],
  [
    'the vendor’s other family',
    answered(403, { status: 'error', message: 'Resellers only' }),
    { reason: 'refused', message: 'Resellers only' },
  ],
  [
    'an error inside a 200',
    answered(200, { data: null, error: { code: 'x', message: 'y' } }),
    { reason: 'refused', code: 'x', status: 200 },
  ],
  [
    'a status of error inside a 200',
    answered(200, { status: 'error', message: 'y' }),
    { reason: 'refused', message: 'y' },
  ],
  [
    'a redirect',
    answered(302, '', { location: '/login' }),
    { reason: 'refused', message: 'the provider answered 302' },
  ],
  ['a 404', answered(404, { message: 'Not found' }), { reason: 'not_found' }],
  [
    'a web page in place of JSON',
    answered(200, '<html>'),
    { reason: 'malformed', message: 'the answer is not JSON' },
  ],
  ['an empty answer', answered(204, ''), { reason: 'malformed' }],
  [
    'a value of the wrong shape',
    enveloped({ balance: { x: 1 } }),
    { reason: 'malformed', message: 'balance: Invalid input' },
  ],
  ['nothing in the data', enveloped(null), { reason: 'malformed' }],
  ['nothing sent', notSent, { reason: 'unreachable', status: null, code: 'ECONNREFUSED' }],
  ['nothing back', lost, { reason: 'lost', code: 'ECONNRESET' }],
])('says what failed: %s', async (_what, reply, failure) => {
  const { client, clock } = scripted([reply]);
  expect(await clock.run(getWalletBalance(client, caller))).toMatchObject({ kind: 'failed', failure });
});

test('a message of the provider is cut, loses control characters and every secret', async () => {
  const { client } = scripted([
    answered(400, {
      error: {
        code: 'bad',
        message: `\u001b[31mtoken ${TOKEN}, card 4242 4242 4242 4242, pi_1_secret_x\r\n${'long '.repeat(100)}`,
        details: { client_secret: 'pi_1_secret_x', deep: { password: 'pw', note: `your ${TOKEN}` } },
      },
    }),
  ]);
  const reply = await getWalletBalance(client, caller);
  expect(reply).toMatchObject({
    failure: {
      details: { client_secret: '[secret]', deep: { password: '[secret]', note: 'your [secret]' } },
    },
  });
  const message = reply.kind === 'failed' ? reply.failure.message : '';
  expect(message).toMatch(/^ \[31mtoken \[secret\], card \[secret\], \[secret\] long /);
  expect(message).toHaveLength(200);
});

test('a refused login does not tell the password, even where the provider echoes it', async () => {
  const { client, log } = scripted([answered(401, { message: 'hunter2 is not the password of a@b.c' })]);
  const { account } = caller;
  const reply = await login(client, { account }, { email: 'a@b.c', password: new Secret('hunter2') });
  expect(JSON.stringify(reply) + log.lines.join()).not.toContain('hunter2');
  expect(reply).toMatchObject({
    failure: { reason: 'unauthorized', message: '[secret] is not the password of a@b.c' },
  });
});

test('a token and a client secret come back as secrets', async () => {
  const { client } = scripted([
    enveloped({ access_token: 'tok_new', expires_at: '2026-12-23T15:00:00Z' }),
    enveloped({ client_secret: 'seti_1_secret_2', setup_intent_id: 'seti_1' }),
  ]);
  const { account } = caller;
  const found = await login(client, { account }, { email: 'a@b.c', password: new Secret('x') });
  const intent = await createSetupIntent(client, caller);
  expect(JSON.stringify([found, intent])).not.toMatch(/tok_new|_secret_/);
  expect(found.kind === 'ok' && found.value.token.reveal()).toBe('tok_new');
  expect(intent.kind === 'ok' && intent.value.clientSecret.reveal()).toBe('seti_1_secret_2');
});

test.each([
  ['at the top', { data: {}, idempotency_replay: true }, true],
  ['in data', { data: { idempotency_replay: true } }, true],
  ['in meta', { data: {}, meta: { idempotency_replay: true } }, true],
  ['nowhere', { data: {} }, false],
  ['as anything but true', { data: { idempotency_replay: 'false' } }, false],
])('sees the replay flag %s', async (_where, body, replay) => {
  const { client } = scripted([answered(200, body)]);
  expect(await fundWallet(client, caller, { amountCents: cents(1_000) })).toMatchObject({
    kind: 'ok',
    replay,
  });
});

test('a broken decoder is not taken for a failed request', async () => {
  const { client } = scripted([good]);
  const broken = z.unknown().transform(() => {
    throw new RangeError('our own mistake');
  });
  await expect(read(client, caller, { endpoint: 'getMe' }, broken)).rejects.toThrow('our own mistake');
});

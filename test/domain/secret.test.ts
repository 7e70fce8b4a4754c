import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';

const BARE = 'hunter2-token';
const secret = new Secret(BARE);

test.each<[string, () => string]>([
  ['String()', () => String(secret)],
  ['a template', () => `Bearer ${secret}`],
  ['adding to text', () => `${['', secret].join('+')}`],
  ['JSON', () => JSON.stringify({ token: secret, list: [secret] })],
  ['util.inspect', () => inspect(secret)],
  [
    'util.inspect, nested and with everything shown',
    () => inspect({ a: [secret] }, { showHidden: true, depth: 9 }),
  ],
  ['util.inspect without custom printers', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['util.format with every placeholder', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['the message of an error', () => String(new Error(`no access with ${secret}`))],
  ['the cause of an error', () => inspect(new Error('no access', { cause: { secret } }))],
  ['Object.prototype.toString', () => Object.prototype.toString.call(secret)],
])('%s shows no secret', (_way, print) => {
  expect(print()).not.toContain('hunter2');
  expect(print()).toMatch(/\[secret\]/);
});

test('copies, keys and entries of a secret hold nothing', () => {
  expect(JSON.stringify([{ ...secret }, Object.entries(secret), structuredClone(secret)])).toBe('[{},[],{}]');
});

test('only reveal hands it out', () => {
  expect(secret.reveal()).toBe(BARE);
});

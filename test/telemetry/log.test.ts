import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Clock } from '../../src/domain/ports.ts';
import { PurserError } from '../../src/domain/purser-error.ts';
import { Secret } from '../../src/domain/secret.ts';
import { epochMs } from '../../src/domain/time.ts';
import { createLog, type LogLevel } from '../../src/telemetry/log.ts';
import { Redactor } from '../../src/telemetry/redactor.ts';

const clock: Clock = {
  now: () => epochMs(Date.UTC(2026, 10, 23, 15, 4, 5, 6)),
  monotonicMs: () => 0,
  sinceBoot: () => null,
  sleep: async () => undefined,
};

function setUp(options: { level?: LogLevel; pretty?: boolean; secrets?: readonly Secret[] } = {}) {
  const { level = 'debug', pretty = false, secrets = [] } = options;
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  const lines: string[] = [];
  const log = createLog({
    level,
    pretty,
    redactor,
    clock,
    destination: { write: (line) => lines.push(line) },
  });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '') };
}

test('writes one JSON line with time, level, event and fields', () => {
  const { log, lines, last } = setUp();
  log.warn('alerts.delivery_failed', { receiver: 'ops', attempts: 3 });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.endsWith('}\n')).toBe(true);
  expect(last()).toEqual({
    time: '2026-11-23T15:04:05.006Z',
    level: 'warn',
    event: 'alerts.delivery_failed',
    receiver: 'ops',
    attempts: 3,
  });
});

test('is silent below its level', () => {
  const { log, lines } = setUp({ level: 'warn' });
  log.debug('x');
  log.info('x');
  log.warn('x');
  log.error('x');
  expect(lines).toHaveLength(2);
});

test('a secret prints as [secret], in a field, deep down, by its value or in an error', () => {
  const token = new Secret('tok-very-"hidden"-0123456789');
  const { log, lines } = setUp({ secrets: [token] });
  const cause = new Error(`refused ${token.reveal()}`);
  log.info('x', {
    token,
    deep: { list: [token] },
    map: new Map([['t', token]]),
    text: `Bearer ${token.reveal()}`,
    err: new Error('no', { cause }),
    body: JSON.stringify({ token: token.reveal() }),
  });
  expect(lines.join('')).not.toContain('hidden');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    token: '[secret]',
    deep: { list: ['[secret]'] },
    map: { t: '[secret]' },
    err: { cause: { message: 'refused [secret]' } },
  });
});

test('a secret that the cut of a long text goes through leaves no half of itself', () => {
  const token = new Secret('0123456789abcdefghijklmnopqrstuv');
  const { log, lines } = setUp({ secrets: [token] });
  for (let offset = 3_960; offset <= 4_005; offset += 1)
    log.info('x', { text: 'é'.repeat(offset) + token.reveal() });
  expect(lines.join('')).not.toContain('01234');
});

test('errors carry name, code, mend and their chain of causes, each bounded', () => {
  const { log, last } = setUp();
  let error = new Error('root');
  for (let depth = 0; depth < 50; depth += 1)
    error = new Error(`level ${depth} ${'x'.repeat(10_000)}`, { cause: error });
  log.error('x', {
    error,
    known: new PurserError({ code: 'E_X', message: 'm', mend: 'do this', cause: error }),
  });
  expect(last()['known']).toMatchObject({
    name: 'PurserError',
    code: 'E_X',
    message: 'm',
    mend: 'do this',
    cause: {},
  });
  expect(JSON.stringify(last()).length).toBeLessThan(100_000);
});

test('nothing that is logged can throw or grow without end', () => {
  const { log, lines, last } = setUp();
  const circle: Record<string, unknown> = { name: 'circle' };
  circle['self'] = circle;
  log.info('x', {
    circle,
    big: 12n,
    nan: Number.NaN,
    when: new Date(Number.NaN),
    symbol: Symbol('s'),
    action: () => 1,
    nothing: null,
    missing: undefined,
    many: Array.from({ length: 10_000 }, (_, index) => index),
    set: new Set([1]),
    event: 'mine',
    level: 'mine',
    time: 'mine',
  });
  expect(last()).toMatchObject({
    big: '12',
    nan: 'NaN',
    set: [1],
    nothing: null,
    event: 'x',
    event_: 'mine',
    level_: 'mine',
  });
  expect(lines[0]?.length).toBeLessThan(5_000);
});

test('pretty is one readable line of the same, and as clean', () => {
  const token = new Secret('tok-0123456789abcdef');
  const { log, lines } = setUp({ pretty: true, secrets: [token] });
  log.info('charge.settled', { account: 'render-eu', detail: 'two words', token: token.reveal(), n: 1 });
  expect(lines).toEqual([
    '15:04:05 INFO  charge.settled account=render-eu detail="two words" token="[secret]" n=1\n',
  ]);
});

test('pretty prints a line whose JSON a mask broke as it is', () => {
  const { log, lines } = setUp({ pretty: true, secrets: [new Secret('123456')] });
  log.info('x', { n: 123456 });
  expect(lines[0]).toContain('"n":[secret]');
});

test('what looks like a card number in a field is masked, and the line is still JSON', () => {
  const { log, last } = setUp();
  log.info('x', { card: 4242424242424242, text: '4242 4242 4242 4242', at: 1795000000000 });
  expect(last()).toMatchObject({ card: '[secret]', text: '[secret]', at: 1795000000000 });
});

test('the type of a secret hides it from inspection too', () => {
  expect(inspect({ token: new Secret('hidden') })).not.toContain('hidden');
});

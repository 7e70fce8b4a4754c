import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { RecentTokens } from '../../src/telemetry/recent-tokens.ts';
import { Redactor } from '../../src/telemetry/redactor.ts';
import { account } from '../alerts/some-message.ts';

const [A, B] = [account('agent-a'), account('agent-b')];
const token = (index: number) => `token-of-an-agent-${String(index).padStart(6, '0')}`;

/** Which of the tokens are masked still, after those that were seen. */
function maskedAfter(seen: readonly (readonly [number, typeof A])[], asked: readonly number[]) {
  const redactor = new Redactor();
  const recent = new RecentTokens(redactor);
  for (const [index, name] of seen) recent.seen(new Secret(token(index)), name);
  return asked.filter((index) => redactor.clean(token(index)) === '[secret]');
}

test('the last three tokens of each account are masked, and older ones take no memory', () => {
  const seen = [1, 2, 3, 4, 4, 5].map((index) => [index, A] as const);
  expect(maskedAfter([...seen, [11, B]], [1, 2, 3, 4, 5, 11])).toEqual([3, 4, 5, 11]);
  expect(maskedAfter([...seen, [3, A], [6, A], [7, A]], [3, 4, 5, 6, 7])).toEqual([3, 6, 7]);
});

test('a token that two accounts share is masked as long as one of them may use it', () => {
  const newer = [2, 3, 4].map((index) => [index, A] as const);
  expect(maskedAfter([[1, A], [1, B], ...newer], [1])).toEqual([1]);
});

test('a line is cleaned as fast after twenty thousand logins as before them', () => {
  const redactor = new Redactor();
  const recent = new RecentTokens(redactor);
  const line = randomBytes(20_000).toString('hex');
  const quickestMs = () => {
    const times = Array.from({ length: 20 }, () => {
      const startedMs = performance.now();
      redactor.clean(line);
      return performance.now() - startedMs;
    });
    return Math.min(...times);
  };
  recent.seen(new Secret(token(0)), A);
  quickestMs(); // the first ones are slow for the compiler's reasons
  const before = quickestMs();
  for (let index = 1; index <= 20_000; index += 1) recent.seen(new Secret(token(index)), A);
  expect(quickestMs()).toBeLessThan(10 * before);
});

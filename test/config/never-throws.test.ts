import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../src/config/format-problems.ts';
import type { LoadedConfig } from '../../src/config/load-config.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { load } from './memory-disk.ts';

const example = readFileSync('config.example.yaml', 'utf8').replaceAll(/^\s*#.*\n/gm, '');
const real = readFileSync('test/broken-configs/bad-route.yaml', 'utf8');

/** Words that a config is made of, and the ones that break it. */
const fragment = fc.oneof(
  fc.constantFrom(
    ...':-?{}[],&*#|>@`"\'%!\t\n\r $\u0000\ufeff\u2028',
    '${',
    '${X}',
    '$$',
    '---\n',
    '- ',
    ': ',
    '<<: ',
    '&a ',
    '*a',
    '!!str ',
    '!x ',
    '|\n',
    '__proto__: 1\n',
    'constructor: 1\n',
  ),
  fc.constantFrom(
    '0',
    '-1',
    '1e9',
    '.inf',
    '.nan',
    '0x10',
    '20_000',
    '~',
    'true',
    '60s',
    '1ms',
    'pm_x',
    'default',
    'human',
    'x'.repeat(300),
  ),
  fc.constantFrom(
    'wallet',
    'caps',
    'policies',
    'accounts',
    'include',
    'token',
    'file',
    'env',
    'top_up',
    'runway',
    'schedule',
    'routes',
    'receivers',
  ),
  fc.string({ maxLength: 6 }),
);

const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), add: fragment });
const mutated = fc
  .tuple(fc.constantFrom(example, real), fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((before, { at, remove, add }) => {
      const start = Math.floor(at * before.length);
      return before.slice(0, start) + add + before.slice(start + remove);
    }, text),
  );
const soup = fc.array(fragment, { maxLength: 40 }).map((parts) => parts.join(''));
const tree = fc
  .json({ maxDepth: 4 })
  .map(
    (json) =>
      `version: 1\nmode: enforce\nprovider: sandbox\npolicies: ${json}\naccounts: ${json}\nalerts: ${json}\ncaps: ${json}\n`,
  );

function expectPlaces(text: string, loaded: LoadedConfig): void {
  const lines = text.split('\n').length;
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (!loaded.ok) expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
  for (const problem of problems) {
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.line).toBeLessThanOrEqual(lines);
    expect(problem.column).toBeGreaterThanOrEqual(1);
    expect(problem.endColumn).toBeGreaterThan(problem.column);
    expect(problem.message).not.toMatch(/undefined|\[object|wanted something else/);
  }
  const places = problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
  expect(new Set(places).size).toBe(places.length);
  expect(problems.map(({ line }) => line)).toEqual(
    problems.map(({ line }) => line).toSorted((a, b) => a - b),
  );
}

describe('whatever stands in a config, the answer is a spec or problems with places', () => {
  it.each([
    ['a good config with slips', mutated, 1_500],
    ['a soup of YAML', soup, 1_500],
    ['any tree in place of a section', tree, 500],
  ])('%s', (_, texts, count) => {
    fc.assert(
      fc.property(texts, (text) =>
        expectPlaces(
          text,
          load({ 'purser.yaml': text }, { env: { X: '20', PURSER_TEST_SLACK_URL: 'https://x.y/z' } }),
        ),
      ),
      fuzzRuns(count),
    );
  });
});

describe('no secret is ever in a problem', () => {
  const secret = fc
    .stringMatching(/^[A-Za-z0-9]{6}[0-9][a-z][A-Z0-9]{3}[a-z]{9}$/)
    .map((random) => `canary${random}`);
  const place = fc.constantFrom(
    'token: SECRET',
    'tokn: "SECRET"',
    "pasword: 'SECRET'",
    'secret: [SECRET]',
    'name: SECRET/x',
    'group: SECRET',
    'policy: SECRET',
    'poll: SECRET',
    'schedule: SECRET',
    'email: SECRET',
    'token: { file: SECRET }',
    'token: { env: SECRET }',
    'token: { file: "${SECRET_VARIABLE}" }',
    'token: { env: "${SECRET_VARIABLE}" }',
    'token: ${SECRET_VARIABLE}',
    'poll: ${SECRET_VARIABLE}',
    'group: ${SECRET_VARIABLE}',
    'policy: "x-${SECRET_VARIABLE}"',
    'schedule: ${SECRET_VARIABLE}',
    'timezone: ${SECRET_VARIABLE}',
    'token: { file: secret-file }\n    polcy: a',
    'token: { env: SECRET_VARIABLE }\n    polcy: a',
    'token: !x SECRET',
    'token: |\n      SECRET',
    'url: https://user:SECRET@example.com/SECRET',
    '- SECRET',
    '"SECRET',
    'token: @SECRET',
    'SECRET: SECRET: SECRET',
  );

  it('whether it stands in the wrong place, under a misspelled key, in a file or in a variable', () => {
    fc.assert(
      fc.property(secret, place, fc.boolean(), (value, where, color) => {
        const account = where
          .replaceAll('SECRET_VARIABLE', 'VARIABLE_')
          .replaceAll('SECRET', value)
          .replaceAll('VARIABLE_', 'SECRET_VARIABLE');
        const text = `version: 1\nmode: enforce\nprovider: modelslab\npolicies: {}\naccounts:\n  - name: a\n    ${account}\nalerts:\n  receivers:\n    a: { slack: { webhook_url: { env: SECRET_VARIABLE } } }\n    b: { webhook: { url: x, secret: { file: secret-file } } }\n`;
        const loaded = load(
          { 'purser.yaml': text, 'secret-file': value },
          { env: { SECRET_VARIABLE: value } },
        );
        if (loaded.ok) throw new Error('accepted');
        expect(formatProblems(loaded.problems, { color })).not.toContain(value);
        expect(JSON.stringify(loaded.problems)).not.toContain(value);
      }),
      fuzzRuns(1_000),
    );
  });

  it.each([
    'mode: ${PASSWORD}',
    'provider: ${PASSWORD}',
    'caps: { day: "${PASSWORD}" }',
    'quarantine: ${PASSWORD}',
    'defaults: { policy: "${PASSWORD}", poll: "${PASSWORD}", timezone: "${PASSWORD}" }',
    'server: { listen: "${PASSWORD}" }',
    'store: ${PASSWORD}',
    'accounts: ["${PASSWORD}", { name: a, group: "${PASSWORD}", policy: "${PASSWORD}", schedule: "${PASSWORD}" }]',
    'accounts: { include: "${PASSWORD}" }',
    'accounts: [{ name: a, token: { file: "${PASSWORD}" } }, { name: b, token: { env: "${PASSWORD}" } }]',
    'alerts: { receivers: { a: { webhook: { url: "${PASSWORD}", secret: { env: PASSWORD } } } }, routes: [{ to: ["${PASSWORD}"] }] }',
  ])('not even a short one: %s', (section) => {
    const loaded = load({ 'purser.yaml': `version: 1\n${section}\n` }, { env: { PASSWORD: 'swordfish' } });
    if (loaded.ok) throw new Error('accepted');
    expect(formatProblems(loaded.problems, { color: false })).not.toContain('swordfish');
  });

  it.each([
    'pass: swordfish',
    'passphrase: swordfish and more',
    'bearer: "swordfish"',
    'login: { user: me, with: swordfish }',
    'token:\n      swordfish',
    'token: [swordfish]',
    'token: { value: swordfish }',
    'token: { env: swordfish }',
    'token:swordfish',
    'token swordfish',
    'email: me@example.com # swordfish',
    'poll: [60s\n    swordfish',
  ])('nor a short one that a person typed where none belongs: %j', (wrong) => {
    const text = `version: 1\nmode: enforce\nprovider: modelslab\npolicies: {}\naccounts:\n  - name: a\n    ${wrong}\n  - swordfish\n`;
    const loaded = load({ 'purser.yaml': text });
    if (loaded.ok) throw new Error('accepted');
    expect(formatProblems(loaded.problems, { color: false })).not.toContain('swordfish');
  });
});

import { describe, expect, it } from 'vitest';
import type { ConfigProblem } from '../../src/config/config-problem.ts';
import { formatProblems } from '../../src/config/format-problems.ts';
import { hideSecrets } from '../../src/config/hide-secrets.ts';
import { interpolate } from '../../src/config/interpolate.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { suggest } from '../../src/config/suggest.ts';

describe('interpolation', () => {
  const env = { NAME: 'eu', EMPTY: '', NESTED: '${NAME}' };
  it.each([
    ['a-${NAME}-b', 'a-eu-b', []],
    ['${NAME:-us}', 'eu', []],
    ['${UNSET:-us}', 'us', []],
    ['${EMPTY:-us}', 'us', []],
    ['${UNSET:-}', '', []],
    ['${EMPTY}', '', []],
    ['$$NAME and $${NAME}', '$NAME and ${NAME}', []],
    ['costs $5 or $', 'costs $5 or $', []],
    ['${NESTED}', '${NAME}', []],
    ['${UNSET}${OTHER}', '', ['UNSET', 'OTHER']],
    ['${toString}', '', ['toString']],
  ])('%s', (text, expected, unset) => {
    expect(interpolate(text, env)).toMatchObject({ text: expected, unset, isMalformed: false });
  });

  it.each(['${', '${}', '${a b}', '${1}', '${NAME:us}'])('%s is malformed', (text) => {
    expect(interpolate(text, env).isMalformed).toBe(true);
  });
});

describe('suggestions', () => {
  const known = ['min_balance', 'top_up', 'cooldown', 'to'];
  it.each([
    ['min_balence', 'min_balance'],
    ['min-balance', 'min_balance'],
    ['minbalance', 'min_balance'],
    ['MIN_BALANCE', 'min_balance'],
    ['topup', 'top_up'],
    ['cooldwon', 'cooldown'],
    ['ot', 'to'],
    ['balance', null],
    ['zzz', null],
    ['', null],
  ])('%s', (word, expected) => {
    expect(suggest(word, known)).toBe(expected);
  });
});

describe('a line with secrets', () => {
  it.each([
    ['    token: hunter2', '    token: *******'],
    ['    token: hunter2 # note', '    token: **************'],
    ['    password: "a, b}c" # note', '    password: ******** # ****'],
    ['  - { name: a, password: hunter2, poll: 60s }', '  - { name: a, password: *******, poll: 60s }'],
    [
      '    token: { file: /run/secrets/render_eu_central_1_token }',
      '    token: { file: /run/secrets/render_eu_central_1_token }',
    ],
    ['    webhook_url: { env: SLACK_WEBHOOK_URL }', '    webhook_url: { env: SLACK_WEBHOOK_URL }'],
    ['    url: https://me:pw@example.com/x', '    url: https://******example.com/x'],
    ['    polcy: 12|abcdefghijklmnop0123', '    polcy: ***********************'],
    ['    - name: render-eu-central-1-production', '    - name: render-eu-central-1-production'],
    ['    polcy: standard, 10m', '    polcy: ********, 10m'],
    ['    min_balence: 20.50 # for now, swordfish', '    min_balence: 20.50 # for now, *********'],
    ['    policy: standard', '    policy: standard'],
    ['      - standard', '      - ********'],
    ['    token: { env: swordfish }', '    token: { env: ********* }'],
  ])('%s', (line, hidden) => {
    expect(hideSecrets(line, null)).toBe(hidden);
  });
});

describe('problems in print', () => {
  const problem: ConfigProblem = {
    ...{
      file: 'purser.yaml',
      line: 10,
      column: 5,
      endColumn: 16,
      severity: 'error',
      path: 'policies.prod.wallet',
    },
    ...{
      message: 'unknown key "min_balence"',
      mend: 'did you mean "min_balance"?',
      excerpt: '    min_balence: 5',
    },
  };

  it('look as the manual shows them', () => {
    expect(formatProblems([problem], { color: false })).toBe(
      [
        'purser.yaml:10:5 error  policies.prod.wallet: unknown key "min_balence" (did you mean "min_balance"?)',
        '   10 |     min_balence: 5',
        '      |     ^^^^^^^^^^^',
        '1 error. Nothing was changed.',
      ].join('\n'),
    );
  });

  it('count errors and warnings, and say that nothing was changed only where something is wrong', () => {
    const warning: ConfigProblem = { ...problem, severity: 'warning' };
    const last = (...problems: ConfigProblem[]) =>
      formatProblems(problems, { color: false }).split('\n').at(-1);
    expect(last(problem, problem, warning)).toBe('2 errors, 1 warning. Nothing was changed.');
    expect(last(warning)).toBe('1 warning.');
    expect(last()).toBe('No problems.');
  });

  it('let no control character through to a terminal', () => {
    const text = formatProblems([{ ...problem, message: 'a\u001b[2Jb', excerpt: '\tc\u0007\u202ed' }], {
      color: false,
    });
    expect(text).toContain('a·[2Jb');
    expect(text).toContain(' c··d');
  });

  it('are coloured on request', () => {
    expect(formatProblems([problem], { color: true })).toContain('\u001b[31merror\u001b[0m');
  });
});

describe('the JSON Schema', () => {
  it('is draft-07, requires what a load requires, and describes every key', () => {
    const schema = configJsonSchema();
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema.required).toEqual(['version', 'mode', 'provider', 'policies', 'accounts']);
    let count = 0;
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      if ('properties' in node && typeof node.properties === 'object' && node.properties !== null) {
        for (const [name, property] of Object.entries(node.properties)) {
          count += 1;
          expect(property.description, name).toBeTypeOf('string');
        }
      }
      for (const child of Object.values(node)) walk(child);
    };
    walk(schema);
    expect(count).toBeGreaterThan(60);
  });
});

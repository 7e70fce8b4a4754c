import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { configText, load, loadSpec } from './memory-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'purser-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const messages = (loaded: ReturnType<typeof load>) =>
  loaded.ok ? loaded.warnings.map(({ message }) => message) : loaded.problems.map(({ message }) => message);

describe('files on a real disk', () => {
  const at = (name: string) => loadConfig({ path: join(folder, name), env: {} });

  it('answers a missing file, a folder and a file that is too large', () => {
    mkdirSync(join(folder, 'a-folder'));
    writeFileSync(join(folder, 'large.yaml'), Buffer.alloc(5 * 1024 * 1024 + 1, '#'));
    expect(messages(at('nowhere.yaml'))).toEqual(['no such file']);
    expect(messages(at('a-folder'))).toEqual(['this is a folder, not a file']);
    expect(messages(at('large.yaml'))).toEqual(['the file is larger than 5 MiB']);
  });

  it('includes files by a glob, in order, relative to the config', () => {
    mkdirSync(join(folder, 'accounts'));
    writeFileSync(join(folder, 'accounts', 'b.yaml'), 'accounts:\n  - { name: b }\n');
    writeFileSync(join(folder, 'accounts', 'a.yaml'), '- { name: a }\n');
    writeFileSync(join(folder, 'purser.yaml'), configText({ accounts: '{ include: accounts/*.yaml }' }));
    const loaded = at('purser.yaml');
    expect(loaded.ok && [...loaded.spec.accounts.keys()]).toEqual(['a', 'b']);
  });

  it('warns of a secret file that everyone may read', () => {
    writeFileSync(join(folder, 'token'), 'x');
    writeFileSync(
      join(folder, 'open.yaml'),
      configText({ accounts: '[{ name: a, token: { file: token } }]' }),
    );
    chmodSync(join(folder, 'token'), 0o644);
    expect(messages(at('open.yaml'))).toEqual([
      `secret file ${join(folder, 'token')} is readable by everyone on this machine`,
    ]);
    chmodSync(join(folder, 'token'), 0o640);
    expect(messages(at('open.yaml'))).toEqual([]);
  });

  it('warns of a token that no request can bear', () => {
    writeFileSync(join(folder, 'tab'), '12|token\t\n', { mode: 0o600 });
    writeFileSync(join(folder, 'tab.yaml'), configText({ accounts: '[{ name: a, token: { file: tab } }]' }));
    expect(messages(at('tab.yaml'))).toEqual([
      `the file ${join(folder, 'tab')} is no token: it has a blank, a tab or a letter that none has, or is too long`,
    ]);
  });
});

describe('text of any make', () => {
  it('reads Windows line ends and a byte order mark, and still finds the place', () => {
    const text = `\ufeff${configText()}`.replaceAll('\n', '\r\n');
    expect(loadSpec({ 'purser.yaml': text }).mode).toBe('enforce');
    const broken = load({ 'purser.yaml': text.replace('mode: enforce', 'mode: on') });
    expect(broken).toMatchObject({
      ok: false,
      problems: [{ line: 2, column: 7, endColumn: 9, excerpt: 'mode: on' }],
    });
    expect(load({ 'purser.yaml': text.replace('version', 'versoin') })).toMatchObject({
      problems: [{ line: 1, column: 1 }],
    });
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(messages(load({ 'purser.yaml': Buffer.from('ff fe 61 00'.replaceAll(' ', ''), 'hex') }))).toEqual([
      'the file is not UTF-8 text',
    ]);
  });

  it.each([
    ['by the parser', '['.repeat(100_000), 'the file is nested too deeply'],
    ['by itself', `a: ${'['.repeat(70)}${']'.repeat(70)}`, 'nested more than 64 levels deep'],
    [
      'through aliases',
      `${[...Array(9).keys()].map((n) => `a${n}: &a${n} ${'['.repeat(8)}${n === 0 ? '' : `*a${n - 1}`}${']'.repeat(8)}`).join('\n')}\n`,
      'nested more than 64 levels deep',
    ],
  ])('answers nesting that is too deep %s', (_, text, message) => {
    expect(messages(load({ 'purser.yaml': text }))).toContain(message);
  });

  it('sees a key that would set the prototype', () => {
    const files = {
      'purser.yaml': configText({ accounts: '[{ name: a, token: { env: T, __proto__: x } }]' }),
    };
    expect(messages(load(files, { env: { T: 'x' } }))).toEqual(['unknown key "__proto__"']);
    const everywhere = {
      'purser.yaml': `__proto__: 1\n${configText({ caps: '{ day: 9000, __proto__: { day: 1 } }' })}`,
    };
    expect(messages(load(everywhere))).toEqual(['unknown key "__proto__"', 'unknown key "__proto__"']);
  });
});

describe('secrets', () => {
  const accounts = '[{ name: a, token: { file: token } }]';

  it.each([
    ['is empty', ''],
    ['is empty', '\n'],
    ['is not UTF-8 text', Buffer.from('ff', 'hex')],
    ['is larger than 64 KiB', 'x'.repeat(65_537)],
  ])('a secret file that %s is an error', (fault, token) => {
    expect(messages(load({ 'purser.yaml': configText({ accounts }), token }))).toEqual([
      `secret file /etc/purser/token ${fault}`,
    ]);
  });

  it('an empty variable is an error', () => {
    const files = { 'purser.yaml': configText({ accounts: '[{ name: a, token: { env: T } }]' }) };
    expect(messages(load(files, { env: { T: '' } }))).toEqual(['environment variable T is empty']);
  });
});

describe('many problems', () => {
  const names = Array.from({ length: 1_200 }, (_, index) => `a${index}`);

  it('lists a thousand errors of a file and no more', () => {
    const accounts = `[${names.map((name) => `{ name: ${name}, polcy: x }`).join(', ')}]`;
    expect(messages(load({ 'purser.yaml': configText({ accounts }) }))).toHaveLength(1_000);
  });

  it('does not lose an error among more than a thousand warnings', () => {
    const accounts = `[${names.map((name) => `{ name: ${name}, token: { file: token } }`).join(', ')}]`;
    const files = { 'purser.yaml': configText({ accounts }), token: 'x' };
    expect(load(files, { worldReadable: ['token'] })).toMatchObject({ ok: true });
    const withError = {
      ...files,
      'purser.yaml': files['purser.yaml'].replace('name: a1199', 'name: a1199, group: g'),
    };
    const loaded = load(withError, { worldReadable: ['token'] });
    expect(loaded.ok).toBe(false);
    expect(messages(loaded)).toContain('unknown group "g"');
  });
});

describe('the revision', () => {
  const files = {
    'purser.yaml': configText({ accounts: '{ include: a.yaml }' }),
    'a.yaml': '- { name: a, token: { file: t } }\n',
    t: 'x',
  };

  it('is 12 hex digits, and changes with every config file but not with secrets', () => {
    const { revision } = loadSpec(files);
    expect(revision).toMatch(/^[0-9a-f]{12}$/);
    expect(loadSpec({ ...files, t: 'y' }).revision).toBe(revision);
    expect(loadSpec({ ...files, 'a.yaml': `${files['a.yaml']}# note\n` }).revision).not.toBe(revision);
    expect(loadSpec({ ...files, 'purser.yaml': `${files['purser.yaml']}# note\n` }).revision).not.toBe(
      revision,
    );
  });
});

describe('problems that show later', () => {
  it('are placed in the file where the key stands', () => {
    const policies = '{ standard: { subscription: { plan: Gold } } }';
    const loaded = load({
      'purser.yaml': configText({ policies, accounts: '{ include: a.yaml }' }),
      'a.yaml': '- name: b\n- name: a\n',
    });
    if (!loaded.ok) throw new Error('not loaded');
    const remark = { message: 'unknown plan "Gold"', mend: 'known: Basic' };
    expect(loaded.problemAt(['policies', 'standard', 'subscription', 'plan'], remark)).toMatchObject({
      ...{
        file: '/etc/purser/purser.yaml',
        line: 4,
        column: 47,
        endColumn: 51,
        path: 'policies.standard.subscription.plan',
      },
      ...remark,
    });
    expect(loaded.problemAt(['accounts', 'a', 'name'], remark)).toMatchObject({
      file: '/etc/purser/a.yaml',
      line: 2,
      column: 9,
    });
    expect(loaded.problemAt(['accounts', 'a', 'token'], remark)).toMatchObject({
      file: '/etc/purser/a.yaml',
      line: 2,
      column: 3,
    });
  });
});

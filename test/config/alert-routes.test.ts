import { expect, test } from 'vitest';
import { configText, load } from './memory-disk.ts';

const WEBHOOK = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OPS = 'ops: { webhook: { url: "https://example.com/purser", secret: { env: HOOK } } }';

function warned(routes: string | null): readonly string[] {
  const alerts = `{ receivers: { ${OPS} }${routes === null ? '' : `, routes: ${routes}`} }`;
  const text = configText({ alerts, groups: '{ eu: {}, us: {} }' });
  const loaded = load({ 'purser.yaml': text }, { env: { HOOK: WEBHOOK } });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.warnings.map(({ path, message, mend }) => `${path}: ${message} (${mend})`);
}

const NOBODY =
  'alerts.routes: critical alerts of what is in no group, as of purser itself, reach nobody (add a last route "{ to: [ops] }")';

test.each([
  '[]',
  '[{ groups: [eu], to: [ops] }, { groups: [us], to: [ops] }]',
  '[{ severity: [warning, info], to: [ops] }]',
  '[{ severity: [critical], groups: [eu, us], to: [ops] }, { severity: [warning], to: [ops] }]',
])('routes by which a critical alert reaches nobody are warned of: %s', (routes) => {
  expect(warned(routes)).toEqual([NOBODY]);
});

test.each([null, '[{ to: [ops] }]', '[{ groups: [eu], to: [ops] }, { severity: [critical], to: [ops] }]'])(
  'routes that let every critical alert through are not: %s',
  (routes) => {
    expect(warned(routes)).toEqual([]);
  },
);

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runbookUrl } from '../../src/alerts/runbook.ts';
import { sampleFacts } from '../../src/alerts/sample-facts.ts';
import { epochMs } from '../../src/domain/time.ts';

test('every message that wants something done names a runbook that is there', () => {
  const pages = Object.values(sampleFacts(epochMs(0))).map((fact) => ({
    type: fact.type,
    page: runbookUrl(fact, 'docs/runbooks'),
  }));
  for (const { page } of pages) if (page !== null) expect(existsSync(page), page).toBe(true);
  const without = pages.filter(({ page }) => page === null).map(({ type }) => type);
  expect(new Set(without)).toEqual(new Set(['charge.succeeded', 'subscription.repaired']));
});

test.each([
  ['purser.degraded/purser/config_reload_failed', 'PurserConfigReloadFailed'],
  ['purser.degraded/provider/unreachable', 'PurserProviderUnreachable'],
  ['purser.degraded/render-eu/card_expiring/4242', 'PurserCardExpiring'],
  ['purser.degraded/unreachable/frozen', 'PurserNeedsHuman'],
])('%s leads to %s', (fingerprint, page) => {
  expect(runbookUrl({ type: 'purser.degraded', fingerprint }, 'https://wiki/x/')).toBe(
    `https://wiki/x/${page}.md`,
  );
});

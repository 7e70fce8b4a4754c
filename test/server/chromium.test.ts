import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import type { HttpServer } from '../../src/server/http-server.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { API_TOKEN } from './a-browser.ts';
import { aChromium, chromiumPath } from './a-chromium.ts';
import { aServer } from './a-server.ts';

const executable = chromiumPath();

/** One account was topped up and is kept low by a cap since, one is paused, one is healthy; with a token to sign in by. */
async function aFleet(): Promise<{ readonly keeper: AKeeper; readonly server: HttpServer }> {
  const client = await startClient();
  const keeper = await AKeeper.open(client, {
    caps: { per_charge: 50, day: 60 },
    wallet: { cooldown: '1s' },
    apiToken: API_TOKEN,
  });
  for (const _ of [1, 2]) {
    await client.patch({ balance: 12 });
    await keeper.live(2 * MINUTE_MS);
  }
  const now = client.clock.now();
  const { name } = keeper.account('agent-0002');
  await keeper.store.journal.setHold(
    { account: name, kind: 'pause', reason: `by hand ${'W'.repeat(190)}`, since: now, intent: null },
    [],
  );
  await keeper.pass('agent-0002');
  await keeper.store.samples.save(keeper.context.view.tally.takeAll(), { retentionMs: HOUR_MS, now });
  return { keeper, server: await aServer(keeper) };
}

type Violation = {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { html: string }[];
};

/** What axe-core holds against the page that is open, each with the first place. */
async function faults(page: Page): Promise<readonly string[]> {
  // Evaluated by the debugger, which the policy of the page does not bind.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document)')) as {
    readonly violations: readonly Violation[]; // axe-core's results, as its documentation has them
  };
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('Token').fill(API_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

if (executable !== null) {
  test.each([
    ['light', 1_280],
    ['light', 390],
    ['dark', 1_280],
    ['dark', 390],
  ] as const)(
    'axe finds nothing in %s at %d, nothing is cut off, and the policy blocks nothing',
    async (scheme, width) => {
      const { server } = await aFleet();
      const { open, complaints } = await aChromium(executable);
      const page = await open({ scheme, width });
      const look = async (path: string) => {
        await page.goto(server.url + path);
        expect({ path, faults: await faults(page) }).toEqual({ path, faults: [] });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      };
      for (const path of ['/', '/alerts', '/accounts/agent-0001', '/accounts/agent-0002', '/sign-in'])
        await look(path);
      await signIn(page, server.url);
      for (const path of ['/', '/accounts/agent-0001']) await look(path);
      await page.locator('summary').first().click();
      expect(await faults(page)).toEqual([]);
      expect(complaints).toEqual([]);
    },
  );

  test('a name of 63 letters without a break leaves room for what is beside it', async () => {
    const { server } = await aFleet();
    const { open } = await aChromium(executable);
    const page = await open({ javaScriptEnabled: false });
    await page.goto(server.url);
    await page.evaluate(`document.querySelector('tbody th a').textContent = 'W'.repeat(63)`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1_280);
    const why = await page.locator('td.why').first().boundingBox();
    expect(why?.width).toBeGreaterThan(200);
  });

  test('an open page takes over what changes, and leaves what somebody opened and typed', async () => {
    const { keeper, server } = await aFleet();
    const { open, complaints } = await aChromium(executable);
    const page = await open();
    await signIn(page, server.url);
    await page.goto(`${server.url}/accounts/agent-0001`);
    await page.locator('summary').first().click();
    await page.getByLabel('Reason of a pause').fill('half a word');
    await keeper.client.patch({ balance: 33.33 });
    await keeper.pass();
    await page.getByText('$33.33', { exact: true }).waitFor();
    expect(await page.getByLabel('Reason of a pause').inputValue()).toBe('half a word');
    expect(await page.locator('details[open]').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test('the keyboard reaches the content, the search and every account, and pauses one', async () => {
    const { server, keeper } = await aFleet();
    const { open } = await aChromium(executable);
    const page = await open();
    await signIn(page, server.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    await page.getByLabel('Name, group or policy').focus();
    await page.keyboard.type('agent-0001');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=agent-0001/);
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(['agent-0001']);
    await page.getByRole('rowheader').getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Reason of a pause').focus();
    await page.keyboard.type('at night');
    await page.keyboard.press('Enter');
    await page.getByText('at night').first().waitFor();
    expect(await keeper.store.journal.holds(keeper.account('agent-0001').name)).toMatchObject([
      { reason: 'at night' },
    ]);
  });

  test('everything is there without a script', async () => {
    const { server } = await aFleet();
    const { open } = await aChromium(executable);
    const page = await open({ javaScriptEnabled: false });
    await page.goto(server.url);
    await page.getByRole('link', { name: 'agent-0001', exact: true }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('agent-0001');
    expect(await page.getByRole('img', { name: /^\$12\.00 now/ }).count()).toBe(1);
  });
}

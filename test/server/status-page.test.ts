import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { configReloadFailed } from '../../src/alerts/degraded-facts.ts';
import type { PaymentMethodId } from '../../src/domain/ids.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts';
import { AKeeper, type Opening } from '../keeper/a-keeper.ts';
import { ABOVE_MINIMUM, aSeen, SEEN_AT } from '../keeper/a-seen.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { aServer, get } from './a-server.ts';

const degraded = configReloadFailed({ message: 'line 3', revision: 'abc' });
const HOSTILE = `"><img src=x onerror=alert(1)><script>alert('2')</script>`;

/** One account was topped up and is kept low by a cap since; another is healthy. */
async function aFleet(opening: Opening = {}) {
  const client = await startClient();
  const caps = { per_charge: 50, day: 60 };
  const keeper = await AKeeper.open(client, { caps, wallet: { cooldown: '1s' }, ...opening });
  await client.patch({ balance: 12 });
  await keeper.live(2 * MINUTE_MS);
  await client.patch({ balance: 12 });
  await keeper.live(2 * MINUTE_MS);
  await keeper.pass('agent-0002');
  const { tally } = keeper.context.view;
  const now = keeper.context.clock.now();
  await keeper.store.samples.save(tally.takeAll(), { retentionMs: HOUR_MS, now });
  return { client, keeper };
}

/** The text between tags, as somebody reads it. */
function read(text: string): string {
  return text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

test('the fleet shows what is wrong first, and why', async () => {
  const { keeper } = await aFleet();
  const { status, type, text } = await get(await aServer(keeper), '/');
  expect({ status, type }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
  expect(read(text)).toContain('1 below the minimum');
  expect(read(text)).toMatch(/critical agent-0001 hit its day cap \$60\.00/);
  expect(read(text)).toMatch(/agent-0001 held back \$12\.00 \$20\.00 .* day cap \$60\.00/);
  expect(read(text)).toMatch(/agent-0002 well \$50\.00 \$20\.00/);
});

test('an account shows its balance over time with the top-up, its caps, its charges and their story', async () => {
  const { keeper } = await aFleet();
  const { text } = await get(await aServer(keeper), '/accounts/agent-0001');
  expect(read(text)).toContain(
    '$12.00 now; lowest $12.00, highest $62.00. The minimum is $20.00. 1 top-up, $50.00 in all.',
  );
  expect(text).toMatch(/<path class="line" d="M[\d.Lh -]{20,}"/);
  expect(text).toMatch(/<g class="topup"><title>\$50\.00 at 2026-11-23T12:0\d:\d\dZ<\/title>/);
  expect(read(text)).toContain('day $50.00 of $60.00');
  expect(text).toContain('<rect class="fill" width="83.3" height="4"/>');
  expect(read(text)).toMatch(/top-up \$50\.00 settled .* armed .* settled ledger/);
  expect(read(text)).toContain('visa …4242, default');
});

test.each(['hour', 'day', 'week', 'all', 'nonsense', ''])('the range "%s" draws a chart', async (range) => {
  const { keeper } = await aFleet();
  const { status, text } = await get(await aServer(keeper), `/accounts/agent-0001?range=${range}`);
  expect(status).toBe(200);
  expect(text).toContain('<path class="line" d="M');
  expect(text).not.toMatch(/NaN|Infinity|undefined|\[object/);
});

test('/alerts shows everything that fires, and an account that has none says so', async () => {
  const { keeper } = await aFleet();
  const server = await aServer(keeper);
  expect(read((await get(server, '/alerts')).text)).toMatch(
    /critical agent-0001 hit its day cap .* warning agent-0001: wallet low/,
  );
  expect(read((await get(server, '/accounts/agent-0002')).text)).not.toContain('Alerts critical');
});

test('every answer forbids what a page does not need', async () => {
  const { keeper } = await aFleet();
  const server = await aServer(keeper);
  const [, sheet = ''] = /<style>(.*)<\/style>/s.exec((await get(server, '/')).text) ?? [];
  const digest = createHash('sha256').update(sheet).digest('base64');
  for (const path of ['/', '/accounts/agent-0001', '/nothing', '/metrics', '/api/v1/accounts', '/healthz']) {
    const { headers } = await fetch(server.url + path);
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('a page has nothing inline but one style sheet and nothing from elsewhere, so that the policy breaks none of it', async () => {
  const { keeper } = await aFleet();
  const server = await aServer(keeper);
  for (const path of ['/', '/alerts', '/accounts/agent-0001']) {
    const { text } = await get(server, path);
    expect(text.match(/<style/gi)).toHaveLength(1);
    expect(text).not.toMatch(/style=|<script(?![^>]* src="\/assets\/)|\son\w+=|javascript:/i);
    for (const [, url] of text.matchAll(/(?:src|href|action)="([^"]*)"/g)) expect(url).toMatch(/^[/#]/);
    for (const [, url = ''] of text.matchAll(/"(\/assets\/[^"]*)"/g)) {
      const asset = await fetch(server.url + url);
      expect(asset.status).toBe(200);
      expect(asset.headers.get('cache-control')).toContain('immutable');
    }
  }
});

test('whatever people and the provider write is text, wherever it stands', async () => {
  const { keeper } = await aFleet();
  const since = keeper.context.clock.now();
  const account = keeper.account('agent-0002').name;
  await keeper.store.journal.setHold({ account, kind: 'pause', reason: HOSTILE, since, intent: null }, []);
  const card = { id: HOSTILE as PaymentMethodId, last4: '4242', expMonth: 1, expYear: 2030 }; // the provider's word
  keeper.context.view.seen(
    aSeen('agent-0002', {
      at: since,
      failure: HOSTILE,
      wallet: { ...ABOVE_MINIMUM, sentence: HOSTILE },
      cards: [{ ...card, brand: HOSTILE, isDefault: true, fingerprint: HOSTILE }],
    }),
  );
  const fire = { kind: 'fire', fact: { ...degraded, headline: HOSTILE, detail: HOSTILE } } as const;
  await keeper.store.journal.tell([fire], since);
  const server = await aServer(keeper);
  for (const path of ['/', '/alerts', '/accounts/agent-0002', `/?q=${encodeURIComponent(HOSTILE)}`]) {
    const { text } = await get(server, path);
    expect(text).toContain(
      '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;alert(&#39;2&#39;)&lt;/script&gt;',
    );
    expect(text).not.toContain('<img');
    expect(text.match(/<script/g)).toHaveLength(1);
  }
});

test('letters that hide or turn the line around are taken out', async () => {
  const { keeper } = await aFleet();
  keeper.context.view.seen(aSeen('agent-0003', { failure: 'paid\u202eton\u0000 \u200bin', at: SEEN_AT }));
  const { text } = await get(await aServer(keeper), '/');
  expect(read(text)).toContain('paid ton in');
});

test('what is masked elsewhere is masked here', async () => {
  const { keeper } = await aFleet();
  const since = keeper.context.clock.now();
  const reason = 'no such token tok-secret-1';
  const { name: account } = keeper.account('agent-0002');
  keeper.context.view.seen(aSeen('agent-0002', { failure: reason, at: since }));
  await keeper.store.journal.setHold({ account, kind: 'freeze', reason, since, intent: null }, []);
  const server = await aServer(keeper, { clean: (text) => text.replaceAll('tok-secret-1', '[secret]') });
  for (const path of ['/', '/accounts/agent-0002']) {
    const { text } = await get(server, path);
    expect(text).toContain('no such token [secret]');
    expect(text).not.toContain('tok-secret-1');
  }
});

test('an account that left the config is shown as long as it is looked after', async () => {
  const { keeper } = await aFleet();
  const server = await aServer(keeper);
  keeper.respec({ accounts: { 'agent-0002': {} } });
  const { status, text } = await get(server, '/accounts/agent-0001');
  expect(status).toBe(200);
  expect(read(text)).toContain('top-up $50.00');
});

test('ten thousand accounts are pages of fifty, which can be searched and narrowed', {
  timeout: 60_000,
}, async () => {
  const keeper = await AKeeper.open(await startClient());
  for (let index = 0; index < 10_000; index += 1) {
    const paused = { ...aSeen('any').standing, pausedBecause: 'by hand' };
    keeper.context.view.seen(aSeen(`agent-${10_000 + index}`, index === 7_777 ? { standing: paused } : {}));
  }
  const server = await aServer(keeper);
  const rows = (text: string) =>
    [...text.matchAll(/<a href="\/accounts\/(agent-\d+)"/g)].map(([, name]) => name);
  const first = (await get(server, '/')).text;
  expect(rows(first)).toHaveLength(50);
  expect(read(first)).toContain('1 to 50 of 10,000');
  const next = /<a rel="next" href="([^"]+)"/.exec(first)?.[1] ?? '';
  const second = (await get(server, next)).text;
  expect(read(second)).toContain('51 to 100 of 10,000');
  expect(rows(second)).toHaveLength(50);
  expect(rows(second)).not.toEqual(expect.arrayContaining([rows(first)[0]]));
  const last = (await get(server, '/?page=200')).text;
  expect(last).not.toContain('rel="next"');
  expect(rows((await get(server, '/?page=9999')).text)).toEqual(rows(last));
  expect(rows((await get(server, '/?q=AGENT-1234')).text)).toEqual(
    Array.from({ length: 10 }, (_, index) => `agent-1234${index}`),
  );
  expect(rows((await get(server, '/?state=paused')).text)).toEqual(['agent-17777']);
  expect(read((await get(server, '/?q=nobody')).text)).toContain('No account is like that.');
  for (const page of ['0', '-1', '1.5', 'x', '1e99'])
    expect(rows((await get(server, `/?page=${page}`)).text)).toEqual(rows(first));
});

test('a page that has not changed is not sent again', async () => {
  const { keeper } = await aFleet();
  const server = await aServer(keeper);
  const etag = (await fetch(`${server.url}/`)).headers.get('etag') ?? '';
  const again = await fetch(`${server.url}/`, { headers: { 'if-none-match': etag } });
  expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: '' });
  keeper.context.view.seen(aSeen('agent-0003'));
  expect((await fetch(`${server.url}/`, { headers: { 'if-none-match': etag } })).status).toBe(200);
});

test('an account that the config does not have is a page that says so', async () => {
  const { keeper } = await aFleet();
  const { status, type, text } = await get(await aServer(keeper), '/accounts/nobody');
  expect({ status, type }).toEqual({ status: 404, type: 'text/html; charset=utf-8' });
  expect(text).toContain('No such account');
});

test.each([
  '/accounts/nobody',
  '/accounts/',
  '/accounts/agent-0001/x',
  '/accounts/%',
  '/assets/page.css',
  '/sign-in',
])('there is no page %s', async (path) => {
  const { keeper } = await aFleet();
  expect((await get(await aServer(keeper), path)).status).toBe(404);
});

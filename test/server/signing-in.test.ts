import { expect, test } from 'vitest';
import { frozen } from '../../src/alerts/degraded-facts.ts';
import { addMs, HOUR_MS } from '../../src/domain/time.ts';
import { AKeeper } from '../keeper/a-keeper.ts';
import { startClient } from '../sandbox/sandbox-client.ts';
import { anIntent } from '../store/an-intent.ts';
import { ABrowser, API_TOKEN } from './a-browser.ts';
import { aServer } from './a-server.ts';

async function aPage(apiToken: string | null = API_TOKEN) {
  const client = await startClient();
  const keeper = await AKeeper.open(client, apiToken === null ? {} : { apiToken });
  await keeper.pass();
  const server = await aServer(keeper);
  const holds = () => keeper.store.journal.holds(keeper.account('agent-0001').name);
  return { client, keeper, server, browser: new ABrowser(server), holds };
}

test('who is not signed in only looks', async () => {
  const { browser, holds } = await aPage();
  for (const path of ['/', '/accounts/agent-0001', '/alerts']) {
    const { text } = await browser.page(path);
    expect(text).toContain('<a href="/sign-in">Sign in</a>');
    expect(text).not.toContain('method="post"');
  }
  for (const path of [
    '/accounts/agent-0001/pause',
    '/accounts/agent-0001/resume',
    '/reload',
    '/acknowledge',
    '/sign-out',
  ]) {
    expect((await browser.post(path, { form: '', reason: 'no' })).status).toBe(401);
  }
  expect(await holds()).toEqual([]);
});

test('without a token in the config nobody signs in', async () => {
  const { browser } = await aPage(null);
  expect((await browser.page('/')).text).not.toContain('/sign-in');
  expect((await browser.page('/sign-in')).status).toBe(404);
  expect(await browser.post('/sign-in', { token: '' })).toMatchObject({ status: 403, cookie: null });
});

test('whoever opened the window keeps no hold of it where somebody signs in, or is signed in', async () => {
  const { browser } = await aPage();
  const policies = async () => {
    const answers = await Promise.all(['/', '/alerts', '/sign-in'].map((path) => browser.page(path)));
    return answers.map(({ openerPolicy }) => openerPolicy);
  };
  expect(await policies()).toEqual([null, null, 'same-origin']);
  expect((await browser.post('/sign-in', { token: 'wrong' })).openerPolicy).toBe('same-origin');
  await browser.signIn();
  expect(await policies()).toEqual(['same-origin', 'same-origin', 'same-origin']);
});

test('the token opens a session that scripts and other sites cannot use, and stands in no page', async () => {
  const { browser } = await aPage();
  const { status, location, cookie } = await browser.post('/sign-in', { token: API_TOKEN });
  expect({ status, location }).toEqual({ status: 303, location: '/' });
  expect(cookie).toMatch(/^purser_session=[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  for (const path of ['/', '/accounts/agent-0001']) {
    const { text } = await browser.page(path);
    expect(text).toContain('Sign out');
    expect(text).not.toContain(API_TOKEN);
    expect(text).not.toContain(/=([0-9a-f]+)/.exec(cookie ?? '')?.[1]);
  }
});

test('behind TLS the cookie is for TLS only', async () => {
  const { browser, server } = await aPage();
  const headers = { origin: server.url, 'x-forwarded-proto': 'https' };
  const { cookie } = await browser.post('/sign-in', { token: API_TOKEN }, headers);
  expect(cookie).toContain('; Secure');
});

test.each(['', 'wrong', `${API_TOKEN} `])('"%s" is not the token', async (token) => {
  const { browser } = await aPage();
  expect(await browser.post('/sign-in', { token })).toMatchObject({ status: 403, cookie: null });
  expect((await browser.page('/')).text).not.toContain('Sign out');
});

test('a pause stops the next charge, and a resume lets it go', async () => {
  const { browser, holds, client, keeper } = await aPage();
  await browser.signIn();
  const form = await browser.formToken();
  const paused = await browser.post('/accounts/agent-0001/pause', {
    form,
    reason: '  moving to another card ',
  });
  expect(paused).toMatchObject({ status: 303, location: '/accounts/agent-0001' });
  expect(await holds()).toMatchObject([{ kind: 'pause', reason: 'moving to another card' }]);
  expect((await browser.page('/accounts/agent-0001')).text).toContain('moving to another card');
  await client.patch({ balance: 12 });
  await keeper.passes(3);
  expect(await client.charges()).toHaveLength(0);
  expect((await browser.post('/accounts/agent-0001/resume', { form })).status).toBe(303);
  expect(await holds()).toEqual([]);
  await keeper.passes(3);
  expect(await client.charges()).toHaveLength(1);
});

test('a resume of an account that is frozen over an open charge says what to do first', async () => {
  const { browser, client, keeper, holds } = await aPage();
  const account = keeper.account('agent-0001').name;
  const now = client.clock.now();
  const intent = anIntent({ account, armedAt: now });
  await keeper.store.journal.arm({ intent, scopes: [], now, incidents: [] });
  const hold = { account, kind: 'freeze', reason: 'unclear', since: now, intent: intent.id } as const;
  await keeper.store.journal.setHold(hold, []);
  await browser.signIn();
  const form = await browser.formToken();
  const { status, text } = await browser.post('/accounts/agent-0001/resume', { form });
  expect(status).toBe(409);
  expect(text).toContain(`purser resolve ${intent.id} --charged`);
  expect(await holds()).toMatchObject([{ kind: 'freeze' }]);
});

test('a button lifts what its page showed, also where it is pressed twice', async () => {
  const { browser, client, keeper, holds } = await aPage();
  const hold = { account: keeper.account('agent-0001').name, since: client.clock.now(), intent: null };
  await keeper.store.journal.setHold({ ...hold, kind: 'pause', reason: 'contract ended' }, []);
  await keeper.store.journal.setHold({ ...hold, kind: 'freeze', reason: 'unclear' }, []);
  await browser.signIn();
  const form = await browser.formToken();
  const press = async (label: string) => {
    const { text } = await browser.page('/accounts/agent-0001');
    const held = text.match(`name="held" value="(.*?)"><button type="submit">${label}<`)?.[1] ?? '';
    const first = await browser.post('/accounts/agent-0001/resume', { form, held });
    return [first.status, (await browser.post('/accounts/agent-0001/resume', { form, held })).status];
  };
  expect(await press('End the freeze')).toEqual([303, 409]);
  expect(await holds()).toMatchObject([{ kind: 'pause', reason: 'contract ended' }]);
  expect(await press('Resume')).toEqual([303, 409]);
  expect(await holds()).toEqual([]);
  expect(await press('Try declined cards again')).toEqual([303, 303]);
  await keeper.store.journal.setHold({ ...hold, kind: 'freeze', reason: 'unclear' }, []);
  const { text } = await browser.page('/accounts/agent-0001');
  const [, held = ''] = /name="held" value="(.*?)"/.exec(text) ?? [];
  await keeper.store.journal.liftHold(hold.account, 'freeze', [], hold.since);
  const later = { ...hold, since: addMs(hold.since, HOUR_MS) };
  await keeper.store.journal.setHold({ ...later, kind: 'freeze', reason: 'taken back' }, []);
  expect((await browser.post('/accounts/agent-0001/resume', { form, held })).status).toBe(409);
});

test('an account that is not there is said so', async () => {
  const { browser } = await aPage();
  await browser.signIn();
  const form = await browser.formToken();
  expect((await browser.post('/accounts/nobody/pause', { form })).status).toBe(404);
});

test('a form from another site, or without what its page carries, changes nothing', async () => {
  const { browser, holds, server } = await aPage();
  await browser.signIn();
  const form = await browser.formToken();
  const path = '/accounts/agent-0001/pause';
  const other = 'http://evil.example';
  for (const headers of [
    { origin: other },
    { origin: 'null' },
    { origin: `${server.url}.evil.example` },
    {},
    { origin: server.url, 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ] as readonly Readonly<Record<string, string>>[]) {
    expect((await browser.post(path, { form }, headers)).status).toBe(403);
    expect((await browser.post('/sign-in', { token: API_TOKEN }, headers)).status).toBe(403);
  }
  for (const wrong of ['', 'x', form.slice(1), `${form}0`])
    expect((await browser.post(path, { form: wrong })).status).toBe(403);
  expect((await browser.post(path, { form: 'x'.repeat(5_000) })).status).toBe(403);
  expect(await holds()).toEqual([]);
  expect((await browser.post(path, { form }, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
});

test('signing out, time, and another token in the config end a session', async () => {
  const { browser, keeper, client } = await aPage();
  const isIn = async () => (await browser.page('/')).text.includes('Sign out');
  await browser.signIn();
  expect(await isIn()).toBe(true);
  const out = await browser.post('/sign-out', { form: await browser.formToken('/') });
  expect(out.cookie).toContain('Max-Age=0');
  expect(await isIn()).toBe(false);
  await browser.signIn();
  client.clock.advance(12 * HOUR_MS + 1);
  expect(await isIn()).toBe(false);
  await browser.signIn();
  expect(await isIn()).toBe(true);
  keeper.respec({ apiToken: 'another-token-of-the-page' });
  expect(await isIn()).toBe(false);
  keeper.respec({ apiToken: API_TOKEN });
  expect(await isIn()).toBe(false);
});

test('a cookie that was never given opens nothing', async () => {
  const { server } = await aPage();
  for (const cookie of ['purser_session=', `purser_session=${'0'.repeat(64)}`, 'purser_session=__proto__']) {
    const response = await fetch(`${server.url}/`, { headers: { cookie } });
    expect(await response.text()).toContain('Sign in</a>');
  }
});

test('a reload is asked for with the button, and the page says what became of it', async () => {
  const { browser } = await aPage();
  await browser.signIn();
  const { status, text } = await browser.post('/reload', { form: await browser.formToken('/') });
  expect(status).toBe(200);
  expect(text).toContain('The config is loaded, revision ');
});

test('an alert is acknowledged with its button, and says so from then on', async () => {
  const { browser, keeper } = await aPage();
  const account = keeper.account('agent-0001').name;
  const fact = frozen({ account, why: '<b>odd</b>', mend: '', intentId: null, amountCents: null });
  await keeper.store.journal.tell([{ kind: 'fire', fact }], keeper.context.clock.now());
  await browser.signIn();
  const before = (await browser.page('/alerts')).text;
  expect(before).toContain('>Acknowledge</button>');
  const [, id = ''] = /name="id" value="([^"]+)"/.exec(before) ?? [];
  const form = await browser.formToken('/alerts');
  expect(await browser.post('/acknowledge', { form, id, note: ' Ann <b>calls ' })).toMatchObject({
    status: 303,
    location: '/alerts',
  });
  const after = (await browser.page('/alerts')).text;
  expect(after).not.toContain('>Acknowledge</button>');
  expect(after).toContain(', acknowledged: Ann &lt;b&gt;calls</small>');
  expect((await browser.post('/acknowledge', { form, id: 'none' })).status).toBe(404);
});

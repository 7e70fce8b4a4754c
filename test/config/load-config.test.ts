import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { configText, load, loadSpec } from './memory-disk.ts';

const firstAccount = (sections: Record<string, string>, env: Record<string, string> = {}) => {
  const [account] = loadSpec(
    { 'purser.yaml': configText(sections), token: 'tok\r\n', pass: 'pw\n' },
    env,
  ).accounts.values();
  if (account === undefined) throw new Error('no account');
  return account;
};
const policy = (text: string) => firstAccount({ policies: `{ standard: ${text} }` }).policy;
const wallet = (text: string) =>
  policy(`{ wallet: { min_balance: 20, ${text} }, caps: { day: 500 } }`).wallet;

describe('a good config becomes a spec', () => {
  it('fills in what is safe where nothing is said', () => {
    const spec = loadSpec({ 'purser.yaml': configText() });
    expect(spec).toMatchObject({
      mode: 'enforce',
      provider: { kind: 'sandbox', speed: 1 },
      server: { host: '127.0.0.1', port: 9464 },
      store: { kind: 'sqlite', path: '/etc/purser/data/purser.db' },
      quarantineMs: 0,
      history: { retentionMs: 90 * 86_400_000 },
      alerts: { routes: [], repeatMs: 4 * 3_600_000 },
    });
    expect(spec.accounts.get([...spec.accounts.keys()][0]!)).toMatchObject({
      name: 'render-eu',
      group: null,
      credentials: { kind: 'sandbox' },
      schedule: { kind: 'every', periodMs: 60_000 },
      policy: {
        name: 'standard',
        wallet: {
          minBalanceCents: 2_000,
          cooldownMs: 600_000,
          payWith: [{ kind: 'default' }],
          foreignCredits: 'alert',
        },
        subscription: null,
      },
    });
  });

  it('remembers balances for as long as it is told', () => {
    const { history } = loadSpec({ 'purser.yaml': configText({ history: '{ retention: 400d }' }) });
    expect(history).toEqual({ retentionMs: 400 * 86_400_000 });
  });

  it.each([
    ['./invoices', '/etc/purser/invoices'],
    ['../books', '/etc/books'],
    ['/srv/invoices', '/srv/invoices'],
  ])('takes the folder of invoices %s from where the config is', (archive, path) => {
    const { invoices, wallet: none } = policy(`{ invoices: { archive: ${archive} } }`);
    expect({ invoices, none }).toEqual({ invoices: { archive: path }, none: null });
  });

  it.each([
    ['20', 2_000],
    ['20.1', 2_010],
    ['20.10', 2_010],
    ['20.100', 2_010],
    ['1e3', 100_000],
    ['0.1e1', 100],
    ['+20', 2_000],
    ['4.35', 435],
    ['1.15', 115],
    ['999999.99', 99_999_999],
  ])('reads the amount %s digit by digit', (text, cents) => {
    const spec = loadSpec({
      'purser.yaml': configText({
        mode: 'observe',
        caps: `{ month: ${text} }`,
        policies: '{ standard: { subscription: {} } }',
      }),
    });
    expect(spec.caps.monthCents).toBe(cents);
  });

  it.each([
    ['top_up: { amount: 50 }', { kind: 'amount', amountCents: 5_000 }],
    ['top_up: { to: 100.50 }', { kind: 'to', targetCents: 10_050 }],
    ['top_up: { to: 21 }', { kind: 'to', targetCents: 2_100 }],
    ['top_up: { runway: 48h }', { kind: 'runway', runwayMs: 172_800_000, minimumCents: 1_000 }],
    ['top_up: { runway: 2d, minimum: 25 }', { kind: 'runway', runwayMs: 172_800_000, minimumCents: 2_500 }],
  ])('%s', (text, topUp) => {
    expect(wallet(text)?.topUp).toEqual(topUp);
  });

  it('keeps the payment ladder in its order', () => {
    expect(wallet('top_up: { amount: 50 }, pay_with: [default, pm_backup, human]')?.payWith).toEqual([
      { kind: 'default' },
      { kind: 'card', id: 'pm_backup' },
      { kind: 'human' },
    ]);
  });

  it.each([
    [
      '{}',
      {
        plan: null,
        whenPastDue: 'alert',
        whenPaused: 'alert',
        whenCanceled: 'alert',
        whenWrongPlan: 'alert',
      },
    ],
    [
      '{ plan: 10, when_past_due: fix_payment }',
      { plan: { kind: 'id', id: '10' }, whenPastDue: 'fix_payment' },
    ],
    [
      '{ plan: Standard, when_canceled: subscribe }',
      { plan: { kind: 'name', name: 'Standard' }, whenCanceled: 'subscribe' },
    ],
    [
      '{ plan: "10", when_wrong_plan: change }',
      { plan: { kind: 'name', name: '10' }, whenWrongPlan: 'change' },
    ],
    ['{ when_paused: resume, when_wrong_plan: leave }', { whenPaused: 'resume', whenWrongPlan: 'leave' }],
  ])('subscription %s', (text, subscription) => {
    expect(policy(`{ subscription: ${text}, caps: { month: 500 } }`).subscription).toMatchObject(
      subscription,
    );
  });

  it.each([
    [
      'modelslab',
      { kind: 'remote', baseUrl: 'https://modelslab.com/api/agents/v1', stripeUrl: 'https://api.stripe.com' },
    ],
    ['{ sandbox: { speed: 60 } }', { kind: 'sandbox', speed: 60 }],
    [
      '{ base_url: "http://127.8.0.1:8787/api/agents/v1/", stripe_url: "http://[::1]:8787/stripe" }',
      {
        kind: 'remote',
        baseUrl: 'http://127.8.0.1:8787/api/agents/v1',
        stripeUrl: 'http://[::1]:8787/stripe',
      },
    ],
    [
      '{ base_url: http://localhost/v1 }',
      { kind: 'remote', baseUrl: 'http://localhost/v1', stripeUrl: 'https://api.stripe.com' },
    ],
  ])('provider %s', (text, provider) => {
    const accounts = '[{ name: render-eu, token: { file: token } }]';
    expect(
      loadSpec({ 'purser.yaml': configText({ provider: text, accounts }), token: 'x' }).provider,
    ).toEqual(provider);
  });

  it.each([
    ['token: { file: token }', 'the file /etc/purser/token'],
    ['email: a@example.com, password: { file: token }', 'the file /etc/purser/token'],
    ['token: { env: RENDER_EU }', 'the environment variable RENDER_EU'],
    // It may be the token itself.
    ['token: { env: sk_live_abc }', 'the environment variable that the config names'],
  ])('knows where %s was read', (text, place) => {
    const accounts = `[{ name: render-eu, ${text} }]`;
    const files = { 'purser.yaml': configText({ provider: 'modelslab', accounts }), token: 'x' };
    const spec = loadSpec(files, { RENDER_EU: 'x', sk_live_abc: 'x' });
    expect([...spec.accounts.values()][0]?.credentials).toMatchObject({ place });
  });

  it('waits 90 minutes with an empty journal before it charges real cards', () => {
    const files = {
      'purser.yaml': configText({ provider: 'modelslab', accounts: '[{ name: a, token: { env: T } }]' }),
    };
    expect(loadSpec(files, { T: 'x' }).quarantineMs).toBe(5_400_000);
  });

  it.each([
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['"[::1]:9464"', { host: '::1', port: 9464 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['localhost:9464', { host: 'localhost', port: 9464 }],
  ])('listens on %s', (listen, server) => {
    expect(loadSpec({ 'purser.yaml': configText({ server: `{ listen: ${listen} }` }) }).server).toEqual({
      ...server,
      apiToken: null,
    });
  });

  it.each([
    ['poll: 1h30m', { kind: 'every', periodMs: 5_400_000 }],
    ['schedule: "*/5 * * * *"', { kind: 'cron', expression: '*/5 * * * *', timezone: 'UTC' }],
    [
      'schedule: "0 */5 8-18 * * MON-FRI", timezone: Europe/Berlin',
      { kind: 'cron', expression: '0 */5 8-18 * * MON-FRI', timezone: 'Europe/Berlin' },
    ],
  ])('%s', (text, schedule) => {
    expect(firstAccount({ accounts: `[{ name: a, ${text} }]` }).schedule).toEqual(schedule);
  });

  it('takes tokens and passwords from files and variables, without their line breaks', () => {
    const fromFile = firstAccount({ accounts: '[{ name: a, token: { file: token } }]' }).credentials;
    expect(fromFile.kind === 'token' && fromFile.token.reveal()).toBe('tok');
    const fromVariable = firstAccount(
      { accounts: '[{ name: a, token: { env: T } }]' },
      { T: 'tik\n' },
    ).credentials;
    expect(fromVariable.kind === 'token' && fromVariable.token.reveal()).toBe('tik');
    const login = firstAccount({
      accounts: '[{ name: a, email: a@b.c, password: { file: pass } }]',
    }).credentials;
    expect(login.kind === 'password' && [login.email, login.password.reveal()]).toEqual(['a@b.c', 'pw']);
  });

  it('sends everything to every receiver where no routes are written', () => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const alerts = `{ receivers: { ops: { slack: { webhook_url: { env: S } } }, hook: { webhook: { url: "http://127.0.0.1:9/x", secret: { env: W }, allow_private: true } } } }`;
    const spec = loadSpec(
      { 'purser.yaml': configText({ alerts }) },
      { S: 'https://hooks.slack.com/x', W: secret },
    );
    expect(spec.alerts.routes).toEqual([
      { severities: [], groups: [], to: ['ops', 'hook'], continues: false },
    ]);
    expect(spec.alerts.receivers.get('hook')).toMatchObject({
      url: 'http://127.0.0.1:9/x',
      allowPrivate: true,
    });
  });

  it('reads every kind of receiver and the heartbeat, with their defaults', () => {
    const receivers = [
      'bot: { slack: { bot_token: { env: BOT }, channel: C01 } }',
      'pager: { pagerduty: { routing_key: { env: KEY } }, pay_links: true }',
      'am: { alertmanager: { url: "http://alertmanager:9093/", allow_private: true } }',
    ];
    const alerts = `{ receivers: { ${receivers.join(', ')} }, heartbeat: { url: { env: BEAT } }, group_wait: 0s }`;
    const env = { BOT: 'xoxb-1', KEY: 'k'.repeat(32), BEAT: 'https://hc.example.com/ping?x=1' };
    const spec = loadSpec({ 'purser.yaml': configText({ alerts }) }, env).alerts;
    expect(spec.groupWaitMs).toBe(0);
    expect(spec.heartbeat).toMatchObject({ everyMs: 60_000, method: 'GET', allowPrivate: false });
    expect(Object.fromEntries(spec.receivers)).toMatchObject({
      bot: { kind: 'slack_bot', channel: 'C01', apiUrl: 'https://slack.com/api', payLinks: false },
      pager: { kind: 'pagerduty', url: 'https://events.pagerduty.com', payLinks: true },
      am: { kind: 'alertmanager', url: 'http://alertmanager:9093', token: null, allowPrivate: true },
    });
    expect(loadSpec({ 'purser.yaml': configText({}) }).alerts).toMatchObject({
      groupWaitMs: 30_000,
      heartbeat: null,
    });
  });

  it('allows anchors and aliases', () => {
    const caps = '&limits { day: 100, month: 500 }';
    const policies = '{ standard: { wallet: { min_balance: 20, top_up: { amount: 50 } }, caps: *limits } }';
    const { version, ...rest } = { version: '', policies };
    expect(version).toBe('');
    const text = `caps: ${caps}\n${configText(rest)}`;
    expect(loadSpec({ 'purser.yaml': text }).accounts.values().next().value?.policy.caps.dayCents).toBe(
      10_000,
    );
  });

  it('warns where an API on this machine would have its cards sent to the real Stripe', () => {
    const of = (provider: string) =>
      load({
        'purser.yaml': configText({ provider, accounts: '[{ name: render-eu, token: { file: token } }]' }),
        token: 'x',
      });
    const base = 'base_url: http://127.0.0.1:8787/v1';
    const warned = [{ severity: 'warning', path: 'provider.base_url' }];
    expect(of(`{ ${base} }`)).toMatchObject({ ok: true, warnings: warned });
    const good = [
      `{ ${base}, stripe_url: http://127.0.0.1:8787/stripe }`,
      '{ base_url: https://a.example/v1 }',
    ];
    for (const provider of good) expect(of(provider)).toMatchObject({ ok: true, warnings: [] });
  });

  it('warns in observe mode, and refuses in enforce mode, what no cap limits', () => {
    const policies = '{ standard: { wallet: { min_balance: 20, top_up: { amount: 50 } } } }';
    const observed = load({ 'purser.yaml': configText({ mode: 'observe', policies }) });
    expect(observed).toMatchObject({
      ok: true,
      warnings: [{ severity: 'warning', path: 'policies.standard' }],
    });
    expect(load({ 'purser.yaml': configText({ policies }) })).toMatchObject({ ok: false });
    expect(load({ 'purser.yaml': configText({ policies, caps: '{ month: 500 }' }) })).toMatchObject({
      ok: true,
    });
  });
});

describe('config.example.yaml', () => {
  it('loads without any variable, warns of nothing, and has the five characters of the demo', () => {
    const loaded = loadConfig({ path: 'config.example.yaml', env: {} });
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
    if (!loaded.ok) return;
    expect([...loaded.spec.accounts.keys()]).toEqual([
      'render-eu',
      'render-us',
      'voice-support',
      'research-lab',
      'night-batch',
    ]);
    expect(readFileSync('config.example.yaml', 'utf8')).toContain('$schema=./docs/config.schema.json');
  });
});

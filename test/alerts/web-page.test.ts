import { expect, test } from 'vitest';
import { openReceiver } from '../../src/alerts/open-receiver.ts';
import { MemoryThreads } from '../../src/alerts/threads.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { ReceiverSpec } from '../../src/domain/spec.ts';
import { LocalReceiver } from './local-receiver.ts';
import { SOME_INSTANT, someMessage } from './some-message.ts';

const SIGN_IN = '\n<!doctype html><title>Sign in to the network</title>';

const KINDS: Readonly<
  Record<string, { readonly good: string; readonly specOf: (url: string) => ReceiverSpec }>
> = {
  Slack: {
    good: 'ok',
    specOf: (url) => ({ kind: 'slack', webhookUrl: new Secret(url), payLinks: false }),
  },
  PagerDuty: {
    good: '{"status":"success"}',
    specOf: (url) => ({ kind: 'pagerduty', routingKey: new Secret('k'.repeat(32)), url, payLinks: false }),
  },
};

test.each(Object.entries(KINDS))(
  'a web page in the place of %s is no delivery, whatever its status says',
  async (_name, { good, specOf }) => {
    await using server = await LocalReceiver.open();
    const receiver = openReceiver(specOf(server.url('/x')), {
      name: 'ops',
      threads: new MemoryThreads(),
      revision: () => null,
      runbooks: () => 'docs/runbooks',
    });
    server.answer = () => ({ status: 200, body: SIGN_IN });
    expect(await receiver.deliver(someMessage('m1', {}), SOME_INSTANT)).toMatchObject({
      kind: 'brief',
      reason: 'server_error',
    });
    server.answer = () => ({ status: 202, body: good });
    expect(await receiver.deliver(someMessage('m1', {}), SOME_INSTANT)).toEqual({ kind: 'delivered' });
    await receiver.close();
  },
);

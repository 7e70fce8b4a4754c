import { webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signedHeaders, webhookKey } from '../../src/alerts/standard-webhooks.ts';
import { assert } from '../../src/domain/assert.ts';
import { Secret } from '../../src/domain/secret.ts';
import { epochMs } from '../../src/domain/time.ts';

/** A receiver's side, written against the specification and another implementation of HMAC. */
async function verifies(
  secret: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<boolean> {
  const bytes = Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (character) => character.charCodeAt(0));
  const key = await webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'verify',
  ]);
  const signed = new TextEncoder().encode(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
  const [version, signature = ''] = (headers['webhook-signature'] ?? '').split(',');
  const mac = Uint8Array.from(atob(signature), (character) => character.charCodeAt(0));
  return version === 'v1' && (await webcrypto.subtle.verify('HMAC', key, mac, signed));
}

function keyOf(secret: string): Buffer {
  const key = webhookKey(new Secret(secret));
  assert(key !== null, 'a valid secret');
  return key;
}

test("signs the specification's example as its libraries do", () => {
  const headers = signedHeaders({
    key: keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: epochMs(1_614_265_330_999),
    body: '{"test": 2432232314}',
  });
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('a receiver accepts what was sent and nothing that was changed', async () => {
  const bytes = fc.uint8Array({ minLength: 24, maxLength: 64 });
  await fc.assert(
    fc.asyncProperty(bytes, fc.string(), fc.nat(), async (raw, body, seconds) => {
      const secret = `whsec_${Buffer.from(raw).toString('base64')}`;
      const headers = signedHeaders({ key: keyOf(secret), id: 'msg_1', at: epochMs(seconds * 1_000), body });
      expect(await verifies(secret, headers, body)).toBe(true);
      expect(await verifies(secret, headers, `${body} `)).toBe(false);
      expect(await verifies(secret, { ...headers, 'webhook-id': 'msg_2' }, body)).toBe(false);
      expect(await verifies(secret, { ...headers, 'webhook-timestamp': `${seconds + 1}` }, body)).toBe(false);
    }),
  );
});

test.each([
  '',
  'whsec_',
  'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'whsec_not base64',
  'whsec_abc',
  'WHSEC_MfKQ9r8G',
])('"%s" is no secret', (text) => {
  expect(webhookKey(new Secret(text))).toBe(null);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { Redactor } from '../../src/telemetry/redactor.ts';

function redactorOf(...values: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const value of values) redactor.add(new Secret(value));
  return redactor;
}

describe('registered values', () => {
  const password = 'p@ss "word"\\ ünï/+=&?';
  const redactor = redactorOf(password);

  test.each([
    ['as they are', password],
    ['in JSON', JSON.stringify({ password })],
    ['in JSON in JSON', JSON.stringify({ body: JSON.stringify({ password }) })],
    ['in a URL', `https://x.example/?p=${encodeURIComponent(password)}&q=1`],
    [
      'in a URL with small hexadecimal digits',
      encodeURIComponent(password).replace(/%../g, (hex) => hex.toLowerCase()),
    ],
    ['in a form', new URLSearchParams({ password }).toString()],
    ['in base64', Buffer.from(password).toString('base64')],
    ['in base64 for URLs', Buffer.from(password).toString('base64url')],
    ['in base64 behind one byte', Buffer.from(`:${password}`).toString('base64')],
    ['in base64 behind two bytes', Buffer.from(`x:${password}`).toString('base64')],
    [
      'in base64 between others',
      Buffer.from(`somebody@example.com:${password}, and more`).toString('base64'),
    ],
  ])('are masked %s', (_title, text) => {
    const cleaned = redactor.clean(text);
    expect(cleaned).toContain('[secret]');
    for (const piece of [
      'ss "word',
      'ss \\"word',
      'ss%20',
      'ss+',
      Buffer.from(password).toString('base64').slice(4, 16),
    ]) {
      expect(cleaned).not.toContain(piece);
    }
  });

  test('are masked wherever they stand, whatever else is registered', () => {
    const value = fc.string({ unit: 'binary', minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 20 }),
        fc.string(),
        fc.string(),
        (values, before, after) => {
          const many = redactorOf(...values);
          for (const secret of values) {
            expect(many.clean(before + secret + after)).not.toContain(secret);
            expect(many.clean(JSON.stringify(before + secret + after))).not.toContain(
              JSON.stringify(secret).slice(1, -1),
            );
          }
        },
      ),
    );
  });

  test('one within another, or two that overlap, leave nothing over', () => {
    expect(redactorOf('abcdefgh', 'cdefghijklmnopqrstuv').clean('<abcdefghijklmnopqrstuv>')).toBe(
      '<[secret]>',
    );
    expect(redactorOf('abcdefghijklmnop', 'defghijk').clean('<abcdefghijklmnop>')).toBe('<[secret]>');
  });

  test('text between is kept to the byte', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('x', 'y', ' ', '"', 'é') }), { maxLength: 8 });
    const plain = redactorOf('0123456789abcdef01234567');
    fc.assert(
      fc.property(words, (parts) => {
        expect(plain.clean(parts.join('0123456789abcdef01234567'))).toBe(parts.join('[secret]'));
      }),
    );
  });

  test('a short one is masked only as a word of its own; three characters not at all', () => {
    const short = redactorOf('root', 'abc');
    expect(short.clean('root rooted uproot "root" abc {"p":"\\nroot"}')).toBe(
      '[secret] rooted uproot "[secret]" abc {"p":"\\n[secret]"}',
    );
  });

  test('one that was removed is text again', () => {
    const token = new Secret('tok-0123456789abcdef');
    const forgetful = new Redactor();
    forgetful.add(token);
    expect(forgetful.clean('tok-0123456789abcdef')).toBe('[secret]');
    forgetful.remove(token);
    expect(forgetful.clean('tok-0123456789abcdef')).toBe('tok-0123456789abcdef');
  });
});

describe('things that give themselves away', () => {
  const redactor = new Redactor();
  test.each([
    ['authorization: Bearer abc.DEF-123_456', 'authorization: Bearer [secret]'],
    ['{"authorization":"bearer abcdef123456"}', '{"authorization":"bearer [secret]"}'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [secret]'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.abc_def-123.', 'token [secret].'],
    ['pi_3Abc_secret_XyZ123 failed', '[secret] failed'],
    ['"seti_1Abc_secret_XyZ123"', '"[secret]"'],
    ['cs_test_a1_secret_Zz9', '[secret]'],
    ['key sk_live_abcDEF123456, next', 'key [secret], next'],
    ['rk_test_abcdef', '[secret]'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==', '[secret]'],
    ['post https://hooks.slack.com/services/T0/B0/xyz now', 'post [secret] now'],
    ['{"url":"https:\\/\\/hooks.slack.com\\/services\\/T0\\/B0\\/xyz"}', '{"url":"[secret]"}'],
    ['u=https%3A%2F%2Fhooks.slack.com%2Fservices%2FT0%2FB0%2Fxyz&v=1', 'u=[secret]&v=1'],
    ['hooks.slack.com:443/services/T0/B0/xyz', '[secret]'],
  ])('%s', (text, expected) => {
    expect(redactor.clean(text)).toBe(expected);
  });

  test.each([
    'the bearer of this token',
    'pi_3AbcDEF0123456789012 settled',
    'pm_1ABC used, publishable key pk_hidden, task_secret',
    'https://slack.com/help and hooks.slack.com alone',
    'a basic misunderstanding: Basic authentication',
    '{"event":"alerts.delivery_failed","receiver":"ops","nextTry":"2026-11-23T15:04:05Z"}',
  ])('leaves alone: %s', (text) => {
    expect(redactor.clean(text)).toBe(text);
  });
});

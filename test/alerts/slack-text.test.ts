import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slackLine, slackText } from '../../src/alerts/slack-text.ts';

test.each([
  ['leaves short text alone', 'plain', 10, 'plain'],
  [
    'escapes what Slack reads as markup',
    '<!channel> & <https://x|y>',
    100,
    '&lt;!channel&gt; &amp; &lt;https://x|y&gt;',
  ],
  ['cuts with an ellipsis', 'abcdefghij', 5, 'abcd…'],
  ['fits exactly without one', 'abcde', 5, 'abcde'],
  ['never cuts through an escape', 'abc&def', 6, 'abc…'],
  ['never cuts through an emoji', 'abc😀def', 5, 'abc…'],
  ['leaves no blank before the ellipsis', 'abc def', 5, 'abc…'],
])('%s', (_title, text, lengthMax, expected) => {
  expect(slackText(text, lengthMax)).toBe(expected);
});

test('a line has no line breaks', () => {
  expect(slackLine(' a\n b\r\n\tc ', 20)).toBe('a b c');
});

test('is never too long, never holds bare markup, and never half a character', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '&', '<', '>', ' ', '😀', 'é'), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 50 }), (given, lengthMax) => {
      const shown = slackText(given, lengthMax);
      expect(shown.length).toBeLessThanOrEqual(lengthMax);
      expect(shown).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      expect(shown.isWellFormed()).toBe(true);
    }),
  );
});

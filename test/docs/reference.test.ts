import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { referencePages } from '../../docs/generate/reference-pages.ts';

const pages = [...(await referencePages())];

test.each(pages)('%s says what the code has, and no more (npm run docs)', (path, text) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});

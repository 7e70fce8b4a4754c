import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configJsonSchema } from '../../src/config/json-schema.ts';

test('docs/config.schema.json is what `purser schema` prints', () => {
  const committed: unknown = JSON.parse(readFileSync('docs/config.schema.json', 'utf8'));
  expect(committed).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

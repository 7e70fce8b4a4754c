import { z } from 'zod';
import { factsOf, isWrapper } from './key-facts.ts';
import { configSchema } from './schema.ts';

/** Names of keys whose values anybody may read. A key that the schema does not know may hold anything. */
export const OPEN_KEYS: ReadonlySet<string> = new Set(['file', ...openBelow(configSchema, null)]);

function openBelow(schema: z.core.$ZodType, name: string | null): readonly string[] {
  if (factsOf(schema)?.isSecret === true) return [];
  if (isWrapper(schema)) return openBelow(schema._zod.def.innerType, name);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, inner]) => openBelow(inner, key));
  if (schema instanceof z.ZodArray) return openBelow(schema.def.element, name);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => openBelow(option, name));
  if (schema instanceof z.ZodRecord) return openBelow(schema.def.valueType, null);
  return name === null ? [] : [name];
}

import { z } from 'zod';
import { configSchema } from './schema.ts';

/** The config as JSON Schema (draft-07), for editors and the generated reference. */
export function configJsonSchema(): z.core.JSONSchema.JSONSchema {
  const schema = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
  return { ...schema, title: 'purser config' };
}

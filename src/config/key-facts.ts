import { z } from 'zod';
import type { ScalarNode } from './config-node.ts';

/** What a problem with a key needs to know beyond its type. */
export type KeyFacts = {
  /** Completes "wanted …". */
  readonly wanted: string;
  /** As it would stand in YAML. */
  readonly example: string;
  /** How to write what was evidently meant, or `null` where that is not evident. */
  readonly rewrite?: (found: ScalarNode) => string | null;
  /** True where only `{ file: … }` or `{ env: … }` is accepted and the value must never be shown. */
  readonly isSecret?: boolean;
};

const KEY_FACTS = z.registry<KeyFacts>();

/** A key of the config: its description goes into the JSON Schema and the reference, its facts into problems. */
export function key<S extends z.ZodType>(schema: S, facts: KeyFacts & { description: string }): S {
  const { description, ...rest } = facts;
  const described = schema.describe(description);
  KEY_FACTS.add(described, rest);
  return described;
}

/** Facts of a schema, looking through `.optional()` and `.default()`. */
export function factsOf(schema: z.core.$ZodType): KeyFacts | null {
  return KEY_FACTS.get(schema) ?? (isWrapper(schema) ? factsOf(schema._zod.def.innerType) : null);
}

/** The schema of one key or list item below another; `null` where there is none. */
export function schemaBelow(schema: z.core.$ZodType, step: string | number): z.core.$ZodType | null {
  if (isWrapper(schema)) return schemaBelow(schema._zod.def.innerType, step);
  if (schema instanceof z.ZodObject) return shapeOf(schema)[step] ?? null;
  if (schema instanceof z.ZodArray) return schema.def.element;
  return null;
}

/** The keys that an object schema knows; none for anything else. */
export function knownKeys(schema: z.core.$ZodType): string[] {
  if (isWrapper(schema)) return knownKeys(schema._zod.def.innerType);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function shapeOf(schema: z.ZodObject): Readonly<Record<string, z.core.$ZodType | undefined>> {
  return schema.shape;
}

export function isWrapper(schema: z.core.$ZodType): schema is z.ZodOptional | z.ZodDefault {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
}

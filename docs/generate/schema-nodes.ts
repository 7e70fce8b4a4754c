import { z } from 'zod';

/** The parts of a JSON Schema that our generator writes. */
export type SchemaNode = {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>> | undefined;
  readonly additionalProperties?: SchemaNode | boolean | undefined;
  readonly items?: SchemaNode | undefined;
  readonly anyOf?: readonly SchemaNode[] | undefined;
};

const nodeSchema: z.ZodType<SchemaNode> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    description: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    properties: z.record(z.string(), nodeSchema).optional(),
    additionalProperties: z.union([z.boolean(), nodeSchema]).optional(),
    items: nodeSchema.optional(),
    anyOf: z.array(nodeSchema).optional(),
  }),
);

export type SchemaKey = {
  /** Such as `accounts[].token.file`; `*` is any name, `[]` any entry of a list. */
  readonly path: string;
  readonly node: SchemaNode;
};

/** Every key of a JSON Schema, in its order; each path once. */
export function schemaKeys(schema: unknown): readonly SchemaKey[] {
  const keys = new Map(below(nodeSchema.parse(schema), '').map((key) => [key.path, key]));
  return [...keys.values()];
}

function below(node: SchemaNode, before: string): readonly SchemaKey[] {
  const { properties = {}, additionalProperties, items, anyOf = [] } = node;
  const dot = before === '' ? '' : `${before}.`;
  const at = (path: string, inner: SchemaNode): readonly SchemaKey[] => [
    { path, node: inner },
    ...below(inner, path),
  ];
  return [
    ...Object.entries(properties).flatMap(([key, inner]) => at(`${dot}${key}`, inner)),
    ...(typeof additionalProperties === 'object' ? at(`${dot}*`, additionalProperties) : []),
    ...(items === undefined ? [] : at(`${before}[]`, items)),
    ...anyOf.flatMap((one) => below(one, before)),
  ];
}

type Node = {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
};

/** The path of every key that a JSON Schema knows; `*` is any name, `[]` any entry of a list. */
export function schemaKeys(schema: unknown): readonly string[] {
  return below(schema as Node, ''); // of our own generator; what it lacks is passed over
}

function below(node: Node, before: string): readonly string[] {
  const { properties = {}, additionalProperties, items, anyOf = [] } = node;
  const named = Object.entries(properties).flatMap(([key, value]) => [
    `${before}${key}`,
    ...below(value, `${before}${key}.`),
  ]);
  const any = typeof additionalProperties === 'object' ? below(additionalProperties, `${before}*.`) : [];
  const listed = items === undefined ? [] : below(items, `${before}[].`);
  return [...named, ...any, ...listed, ...anyOf.flatMap((one) => below(one, before))];
}

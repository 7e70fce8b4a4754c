import { configJsonSchema } from '../../src/config/json-schema.ts';
import { codeInCell, GENERATED, inCell } from './page.ts';
import { type SchemaKey, type SchemaNode, schemaKeys } from './schema-nodes.ts';

/** docs/reference/config.md: every key of the config, as `purser schema` explains it. */
export function configPage(): string {
  const sections = Map.groupBy(schemaKeys(configJsonSchema()), ({ path }) => path.split(/[.[]/, 1).join(''));
  return `# Config reference

${GENERATED}

\`*\` stands for a name of your own, \`[]\` for each entry of a list. Amounts are US dollars, written bare; durations are
whole numbers with a unit (\`90s\`, \`1h30m\`). An unknown key, a key given twice and an unset variable are errors:
\`purser check\` names file, line and column, and what to write instead.

${[...sections].map(([name, keys]) => section(name, keys)).join('\n')}`;
}

function section(name: string, keys: readonly SchemaKey[]): string {
  const rows = keys
    .filter(({ node }) => node.description !== undefined)
    .map(
      ({ path, node }) =>
        `| ${codeInCell(path)} | ${inCell(typeOf(node))} | ${inCell(node.description ?? '')} |`,
    );
  return `## ${name}\n\n| key | value | what it means |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

function typeOf({ type, enum: words, const: only, anyOf = [] }: SchemaNode): string {
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(' or ');
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (type === undefined) return [...new Set(anyOf.map(typeOf))].join(' or ');
  return type === 'array' ? 'list' : type === 'object' ? 'mapping' : type;
}

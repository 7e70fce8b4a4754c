import type { z } from 'zod';
import { type ConfigNode, plainValue } from './config-node.ts';
import type { Problems } from './config-problem.ts';
import { factsOf, type KeyFacts, knownKeys, schemaBelow } from './key-facts.ts';
import { isMisspelled } from './misspelled.ts';
import { describeFound } from './shown-text.ts';
import { type ConfigPath, type Spot, spotAt } from './spot.ts';
import { didYouMean } from './suggest.ts';
import { reportUnknownKey } from './unknown-key.ts';

/** Validates what stands at a spot; `null` after reporting every issue at its own place. */
export function parseSpot<S extends z.ZodType>(
  schema: S,
  spot: Spot,
  problems: Problems,
): z.output<S> | null {
  if (spot.node === null) {
    reportMissing(spot, factsOf(schema), problems);
    return null;
  }
  const parsed = schema.safeParse(plainValue(spot.node));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) reportIssue(schema, spot, issue, problems);
  return null;
}

/**
 * For a mapping whose keys are resolved one by one, so that one fault hides no other: true if it is one.
 * Reports what else stands there, and keys that the schema does not know.
 */
export function openMapping(schema: z.ZodType, spot: Spot, problems: Problems): boolean {
  const facts = factsOf(schema);
  if (spot.node === null) {
    reportMissing(spot, facts, problems);
    return false;
  }
  if (spot.node.kind !== 'map') {
    reportMismatch({ spot, node: spot.node, facts, choices: [] }, problems);
    return false;
  }
  const known = knownKeys(schema);
  for (const name of known.length === 0 ? [] : spot.node.entries.keys()) {
    if (!known.includes(name)) reportUnknownKey(spot, name, known, problems);
  }
  return true;
}

/**
 * Validates a mapping key by key; `null` where there is no mapping. A key with faults is reported and left out, so
 * that what depends on the others can still be checked: whether it is there at all, only its spot can tell.
 */
export function parseKeys<S extends z.ZodObject>(
  schema: S,
  spot: Spot,
  problems: Problems,
): Partial<z.output<S>> | null {
  if (!openMapping(schema, spot, problems)) return null;
  const values: Record<string, unknown> = {};
  for (const [name, below] of Object.entries(schema.shape)) {
    const here = spotAt(spot, name);
    const absent = here.node === null ? below.safeParse(undefined) : null;
    const value = absent?.success ? absent.data : parseSpot(below, here, problems);
    if (value !== null && value !== undefined) values[name] = value;
  }
  return values as Partial<z.output<S>>; // every value was made by the schema of its own key
}

/** For a required key that is absent: points at its parent. */
function reportMissing(spot: Spot, facts: KeyFacts | null, problems: Problems): void {
  if (isMisspelled(spot)) return;
  const name = String(spot.path.at(-1) ?? '');
  const example = facts === null ? '…' : facts.example;
  problems.error(
    { ...spot, path: spot.path.slice(0, -1) },
    `missing key "${name}"`,
    `add "${name}: ${example}"`,
  );
}

function reportIssue(root: z.ZodType, spot: Spot, issue: z.core.$ZodIssue, problems: Problems): void {
  const path: ConfigPath = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const schema = path.reduce<z.core.$ZodType | null>(
    (above, step) => above && schemaBelow(above, step),
    root,
  );
  const here = spotAt(spot, ...path);
  if (issue.code === 'unrecognized_keys') {
    for (const name of issue.keys)
      reportUnknownKey(here, name, schema === null ? [] : knownKeys(schema), problems);
    return;
  }
  const facts = schema === null ? null : factsOf(schema);
  if (here.node === null) reportMissing(here, facts, problems);
  else
    reportMismatch(
      { spot: here, node: here.node, facts, choices: issue.code === 'invalid_value' ? issue.values : [] },
      problems,
    );
}

type Mismatch = {
  readonly spot: Spot;
  readonly node: ConfigNode;
  readonly facts: KeyFacts | null;
  readonly choices: readonly unknown[];
};

function reportMismatch({ spot, node, facts, choices }: Mismatch, problems: Problems): void {
  if (facts?.isSecret === true && node.kind === 'scalar' && node.value !== null) {
    const variable = /^\$\{(\w+)\}$/.exec(
      node.span.source.text.slice(node.span.start, node.span.end).replaceAll('"', ''),
    )?.[1];
    const mend = `keep it in a file or a variable and write ${variable === undefined ? facts.example : `{ env: ${variable} }`}`;
    problems.error(spot, 'a secret must not stand in the config', mend);
    return;
  }
  const wanted = facts === null ? 'something else' : facts.wanted;
  const mend =
    rewriteOf(node, facts) ??
    nearChoice(node, choices) ??
    (facts === null ? null : `for example ${facts.example}`);
  problems.error(spot, `wanted ${wanted}, found ${describeFound(spot, node)}`, mend);
}

function rewriteOf(node: ConfigNode, facts: KeyFacts | null): string | null {
  if (node.kind !== 'scalar' || node.isInterpolated) return null;
  const better = facts?.rewrite?.(node) ?? null;
  return better === null ? null : `write ${better}`;
}

function nearChoice(node: ConfigNode, choices: readonly unknown[]): string | null {
  if (node.kind !== 'scalar' || node.isInterpolated) return null;
  return didYouMean(
    node.text,
    choices.filter((choice) => typeof choice === 'string'),
  );
}

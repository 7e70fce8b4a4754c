import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import { Anchors, DEPTH_MAX } from './anchors.ts';
import type { ConfigNode, MapNode, ScalarNode } from './config-node.ts';
import type { Problems } from './config-problem.ts';
import { type Environment, interpolate } from './interpolate.ts';
import { plainScalarValue } from './plain-scalar.ts';
import type { SourceFile, Span } from './source-file.ts';
import type { ConfigPath } from './spot.ts';

const NOTHING = {
  kind: 'scalar',
  value: null,
  text: '',
  isQuoted: false,
  isInterpolated: false,
  isBroken: false,
} as const;

/** The parser's document as our tree, with variables replaced. Reports duplicate keys, odd keys, wild aliases. */
export function buildTree(
  root: ParsedNode,
  source: SourceFile,
  env: Environment,
  problems: Problems,
): ConfigNode {
  return new TreeBuilder(source, env, problems).build(root, []);
}

class TreeBuilder {
  readonly #source: SourceFile;
  readonly #env: Environment;
  readonly #problems: Problems;
  readonly #anchors = new Anchors();
  /** Nodes made so far, those behind aliases included. */
  #weight = 0;

  constructor(source: SourceFile, env: Environment, problems: Problems) {
    this.#source = source;
    this.#env = env;
    this.#problems = problems;
  }

  build(yaml: ParsedNode | null, path: ConfigPath, fallback?: Span): ConfigNode {
    const span = yaml === null ? (fallback ?? this.#span([0, 0])) : this.#span(yaml.range);
    if (yaml === null) return { ...NOTHING, span };
    if (isAlias(yaml)) return this.#alias(yaml.source, path, span);
    if (path.length > DEPTH_MAX) {
      this.#error([], span, `nested more than ${DEPTH_MAX} levels deep`, 'flatten it');
      return { ...NOTHING, isBroken: true, span };
    }
    const before = this.#weight;
    this.#weight += 1;
    const node = isMap(yaml)
      ? this.#map(yaml, path, span)
      : isSeq(yaml)
        ? this.#list(yaml.items, path, span)
        : this.#scalar(yaml, path, span);
    if (yaml.anchor !== undefined) this.#anchors.add(yaml.anchor, node, this.#weight - before);
    return node;
  }

  #alias(name: string, path: ConfigPath, span: Span): ConfigNode {
    const target = this.#anchors.resolve(name, path.length);
    switch (target.kind) {
      case 'found':
        this.#weight += target.weight;
        return target.node;
      case 'unknown':
        this.#error(
          path,
          span,
          `no anchor "&${name}" stands before this alias`,
          `write "&${name}" before the value it repeats`,
        );
        break;
      case 'too_deep':
        this.#error([], span, `nested more than ${DEPTH_MAX} levels deep`, 'flatten it');
        break;
      case 'too_much':
        if (target.isFirst)
          this.#error([], span, 'aliases repeat more than a million values', 'write less with aliases');
        break;
    }
    return { ...NOTHING, isBroken: true, span };
  }

  #map(yaml: YAMLMap.Parsed<ParsedNode, ParsedNode | null>, path: ConfigPath, span: Span): MapNode {
    const entries = new Map<string, { keySpan: Span; node: ConfigNode }>();
    for (const { key, value } of yaml.items) {
      const keySpan = this.#span(key.range);
      if (!isScalar(key) || key.source === '') {
        this.#error(path, keySpan, 'a key must be plain text', 'write "key: value"');
        continue;
      }
      const name = key.source;
      if (entries.has(name)) {
        this.#error(path, keySpan, `key "${name}" is written twice`, 'keep one of the two');
        continue;
      }
      entries.set(name, { keySpan, node: this.build(value, [...path, name], keySpan) });
    }
    return { kind: 'map', entries, span };
  }

  #list(items: readonly ParsedNode[], path: ConfigPath, span: Span): ConfigNode {
    return {
      kind: 'list',
      items: items.map((item, index) => this.build(item, [...path, index], span)),
      span,
    };
  }

  #scalar(yaml: Scalar.Parsed, path: ConfigPath, span: Span): ScalarNode {
    const isQuoted = yaml.type !== 'PLAIN';
    const written = typeof yaml.value === 'string' ? yaml.value : yaml.source;
    const { text, isChanged, unset, isMalformed } = interpolate(written, this.#env);
    for (const name of unset) {
      this.#error(
        path,
        span,
        `environment variable ${name} is not set`,
        `set it, or write \${${name}:-default}`,
      );
    }
    if (isMalformed)
      this.#error(
        path,
        span,
        'a "${" is not closed or names no variable',
        'write ${NAME}, ${NAME:-default}, or $$ for a dollar sign',
      );
    const value =
      isChanged && !isQuoted ? plainScalarValue(text) : typeof yaml.value === 'string' ? text : yaml.value;
    const isBroken = isMalformed || unset.length > 0;
    return {
      kind: 'scalar',
      value: knownValue(value, text),
      text,
      isQuoted,
      isInterpolated: isChanged,
      isBroken,
      span,
    };
  }

  #error(path: ConfigPath, anchor: Span, message: string, mend: string): void {
    this.#problems.error({ path, node: null, anchor, parent: null }, message, mend);
  }

  #span(range: readonly number[]): Span {
    const [start = 0, end = start] = range;
    return { source: this.#source, start, end };
  }
}

/** The core schema of YAML 1.2 makes nothing else; what it might is kept as text. */
function knownValue(value: unknown, text: string): ScalarNode['value'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    return value;
  return text;
}

import {
  type Document,
  isCollection,
  isScalar,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { buildTree } from './build-tree.ts';
import type { ConfigNode } from './config-node.ts';
import type { Problems } from './config-problem.ts';
import { deepNesting } from './deep-nesting.ts';
import type { Environment } from './interpolate.ts';
import { placeOf, type SourceFile, type Span } from './source-file.ts';
import { OPEN_BRACKET, syntaxRemark } from './syntax-remark.ts';

/**
 * YAML 1.2 text to a tree with variables replaced, or `null` after reporting why not. A file whose syntax is
 * broken is not looked at any further: what it would mean is a guess.
 */
export function parseSource(source: SourceFile, env: Environment, problems: Problems): ConfigNode | null {
  const deepAt = deepNesting(source.text);
  if (deepAt !== null) {
    report({ source, start: deepAt, end: deepAt + 1 }, problems, syntaxRemark('RESOURCE_EXHAUSTION'));
    return null;
  }
  const document = parseYaml(source);
  if (document === null) {
    report(wholeFile(source), problems, syntaxRemark('RESOURCE_EXHAUSTION'));
    return null;
  }
  if (!reportSyntax(document, source, problems)) return null;
  if (document.contents === null || isEmptyScalar(document)) {
    report(wholeFile(source), problems, {
      message: 'the file is empty',
      mend: 'begin with a copy of config.example.yaml, or take it away: `purser init` writes one',
    });
    return null;
  }
  return buildTree(document.contents, source, env, problems);
}

/** `null` where the nesting is deeper than the parser's stack. Unique keys are ours to check: the parser's way is quadratic. */
function parseYaml(source: SourceFile): Document.Parsed<ParsedNode> | null {
  try {
    return parseDocument(source.text, { prettyErrors: false, uniqueKeys: false, strict: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Reports the first fault of each line, since one slip makes several; false if there was any. */
function reportSyntax(document: Document.Parsed, source: SourceFile, problems: Problems): boolean {
  const faults = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const openings = faults.length === 0 ? {} : openingsOf(document, source.text);
  let lastLine = 0;
  for (const fault of faults) {
    const opened = openedAt(fault, openings);
    const start = opened ?? Math.min(fault.pos[0], source.text.length);
    const span = { source, start, end: Math.max(fault.pos[1], start + 1) };
    const { line } = placeOf(span);
    if (line === lastLine) continue;
    lastLine = line;
    const isBracket = opened !== null && fault.code === 'BAD_INDENT';
    report(span, problems, isBracket ? OPEN_BRACKET : syntaxRemark(fault.code));
    // Behind what is never closed, everything is a fault.
    if (opened !== null) break;
  }
  return faults.length === 0;
}

type Opening = { readonly start: number; readonly end: number };
/** By the code of the complaint about them. */
type Openings = Partial<Record<YAMLError['code'], readonly Opening[]>>;

/** Where a quote or a bracket begins that is not closed: the parser complains behind it, with that code. */
function openedAt({ code, pos: [offset] }: YAMLError, openings: Openings): number | null {
  const around = (openings[code] ?? []).filter(({ start, end }) => start < offset && offset <= end + 1);
  // The innermost: what is around it is cut off too.
  return around.length === 0 ? null : Math.max(...around.map(({ start }) => start));
}

/** Every quoted text, and every bracket that does not end with one. */
function openingsOf(document: Document.Parsed, text: string): Openings {
  const brackets: Opening[] = [];
  const quotes: Opening[] = [];
  visit(document, {
    Node: (_, node) => {
      const [start, valueEnd, end] = node.range ?? [0, 0, 0];
      if (isCollection(node) && node.flow === true && !/[\]}]/.test(text[valueEnd - 1] ?? ''))
        brackets.push({ start, end });
      if (isScalar(node) && node.type?.startsWith('QUOTE') === true) quotes.push({ start, end });
    },
  });
  return { BAD_INDENT: brackets, MISSING_CHAR: quotes };
}

function isEmptyScalar(document: Document.Parsed): boolean {
  const { contents } = document;
  return contents !== null && 'value' in contents && contents.value === null;
}

function wholeFile(source: SourceFile): Span {
  return { source, start: 0, end: 1 };
}

function report(span: Span, problems: Problems, remark: { message: string; mend: string }): void {
  problems.error({ path: [], node: null, anchor: span, parent: null }, remark.message, remark.mend);
}

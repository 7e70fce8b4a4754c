import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync, Visitor, type VisitorObject } from 'oxc-parser';

/** One TypeScript file of the tree, parsed. Paths are relative to the root of the repository, with `/`. */
export type Source = {
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly imports: readonly Import[];
  readonly comments: readonly {
    readonly text: string;
    readonly firstLine: number;
    readonly lastLine: number;
  }[];
  lineAt(offset: number): number;
  visit(visitor: VisitorObject): void;
};

/** Anything that makes one file need another: static, dynamic, `export … from`, `import('…').Type`, worker URLs. */
export type Import = {
  /** `null` where a dynamic import is computed. */
  readonly specifier: string | null;
  /** Path of the imported file where the specifier is relative; `null` for a package. */
  readonly target: string | null;
  readonly isTypeOnly: boolean;
  readonly line: number;
};

/** Every `.ts` file under the folders, parsed; missing folders have none. */
export function readSources(root: string, folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => filesUnder(root, folder))
    .map((path) => parseSource(path, read(root, path)));
}

/** Throws where the text is not TypeScript: nothing may pass because it could not be read. */
export function parseSource(path: string, text: string): Source {
  const parsed = parseSync(path, text);
  if (parsed.errors.length > 0) throw new Error(`${path}: ${parsed.errors[0]?.message}`);
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  const lineAt = (offset: number) => lineStarts.findLastIndex((start) => start <= offset) + 1;
  const visit = (visitor: VisitorObject) => new Visitor(visitor).visit(parsed.program);
  return {
    path,
    text,
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: importsOf(path, visit, lineAt),
    comments: parsed.comments.map((comment) => ({
      text: comment.value,
      firstLine: lineAt(comment.start),
      lastLine: lineAt(comment.end - 1),
    })),
    lineAt,
    visit,
  };
}

function importsOf(
  path: string,
  visit: (visitor: VisitorObject) => void,
  lineAt: (offset: number) => number,
): readonly Import[] {
  const imports: Import[] = [];
  const add = (specifier: string | null, isTypeOnly: boolean, start: number) => {
    const isRelative = specifier?.startsWith('.') === true;
    const target = isRelative ? posix.join(posix.dirname(path), specifier) : null;
    imports.push({ specifier, target, isTypeOnly, line: lineAt(start) });
  };
  visit({
    ImportDeclaration(node) {
      const areTypes = node.specifiers.every(
        (it) => it.type === 'ImportSpecifier' && it.importKind === 'type',
      );
      add(
        node.source.value,
        node.importKind === 'type' || (node.specifiers.length > 0 && areTypes),
        node.start,
      );
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null) add(node.source.value, node.exportKind === 'type', node.start);
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.exportKind === 'type', node.start);
    },
    ImportExpression(node) {
      add(literal(node.source), false, node.start);
    },
    TSImportType(node) {
      add(node.source.value, true, node.start);
    },
    NewExpression(node) {
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL';
      const [first] = node.arguments;
      const specifier = isUrl && node.arguments.length === 2 && first !== undefined ? literal(first) : null;
      if (specifier?.endsWith('.ts') === true) add(specifier, false, node.start);
    },
  });
  return imports;
}

function literal(node: { type: string; value?: unknown }): string | null {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : null;
}

function filesUnder(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => posix.join(folder, name))
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function read(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

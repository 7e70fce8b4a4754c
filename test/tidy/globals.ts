import { PURE_ROWS, rowOf } from './import-direction.ts';
import type { Source } from './source.ts';

type Use = { readonly name: string; readonly offset: number };

/** `process.exit`, `process.env`, `setInterval`, and what pure code must not reach for, outside their places. */
export function globals(sources: readonly Source[]): readonly string[] {
  return sources
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap((source) => {
      const uses = [...usesOf(source), ...(PURE_ROWS.includes(rowOf(source.path)) ? impurities(source) : [])];
      return uses
        .filter(({ name }) => !isAllowed(source.path, name))
        .map(({ name, offset }) => `${source.path}:${source.lineAt(offset)} uses ${name}`);
    });
}

function isAllowed(path: string, name: string): boolean {
  if (name === 'process.exit') return path === 'src/main.ts';
  if (name === 'process.env') return path === 'src/main.ts' || path.startsWith('src/cli/');
  return false;
}

function usesOf(source: Source): readonly Use[] {
  const uses: Use[] = [];
  source.visit({
    Identifier(node) {
      if (node.name === 'setInterval') uses.push({ name: 'setInterval', offset: node.start });
    },
    MemberExpression(node) {
      if (node.object.type !== 'Identifier' || node.object.name !== 'process') return;
      const { property } = node;
      const name =
        property.type === 'Identifier' ? property.name : property.type === 'Literal' ? property.value : '';
      if (name === 'exit' || name === 'env') uses.push({ name: `process.${name}`, offset: node.start });
    },
    ImportDeclaration(node) {
      if (!/^(?:node:)?process$/.test(node.source.value)) return;
      for (const specifier of node.specifiers) {
        if (specifier.type !== 'ImportSpecifier' || specifier.imported.type !== 'Identifier') continue;
        const { name } = specifier.imported;
        if (name === 'exit' || name === 'env') uses.push({ name: `process.${name}`, offset: node.start });
      }
    },
  });
  return uses;
}

/** What Biome's list of denied globals can not name: members, clocks read through `Date`, and waiting. */
function impurities(source: Source): readonly Use[] {
  const uses: Use[] = [];
  const addIfAsync = (node: { readonly async: boolean; readonly start: number }) => {
    if (node.async) uses.push({ name: 'async in pure code', offset: node.start });
  };
  source.visit({
    FunctionDeclaration: addIfAsync,
    FunctionExpression: addIfAsync,
    ArrowFunctionExpression: addIfAsync,
    AwaitExpression(node) {
      uses.push({ name: 'await in pure code', offset: node.start });
    },
    MemberExpression(node) {
      if (node.object.type !== 'Identifier' || node.property.type !== 'Identifier') return;
      const name = `${node.object.name}.${node.property.name}`;
      if (name === 'Math.random' || name === 'Date.now') {
        uses.push({ name: `${name} in pure code`, offset: node.start });
      }
    },
    NewExpression(node) {
      const isClock =
        node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0;
      if (isClock) uses.push({ name: 'new Date() in pure code', offset: node.start });
    },
  });
  return uses;
}

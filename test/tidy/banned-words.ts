import type { Source } from './source.ts';

const BANNED_IN_COMMENTS = /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|nocheck)\b/;
const TESTS_SWITCHED_OFF: readonly string[] = ['skip', 'only', 'todo'];

/** Promises to do it later, checks switched off, and `any`. */
export function bannedWords(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => [...inComments(source), ...inCode(source)]);
}

function inComments({ path, comments }: Source): readonly string[] {
  return comments.flatMap(({ text, firstLine }) => {
    const word = BANNED_IN_COMMENTS.exec(text)?.[0];
    return word === undefined ? [] : [`${path}:${firstLine} says ${word}`];
  });
}

function inCode(source: Source): readonly string[] {
  const found: string[] = [];
  source.visit({
    TSAnyKeyword(node) {
      found.push(`${source.path}:${source.lineAt(node.start)} says any`);
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      if (!TESTS_SWITCHED_OFF.includes(callee.property.name)) return;
      found.push(`${source.path}:${source.lineAt(node.start)} calls .${callee.property.name}(`);
    },
  });
  return found;
}

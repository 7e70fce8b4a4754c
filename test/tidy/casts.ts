import type { Source } from './source.ts';

/**
 * Every `as` and `!` in `src` without a comment, on its lines or the one above, that says why it holds. A cast inside
 * an explained one is explained by it.
 */
export function casts(sources: readonly Source[]): readonly string[] {
  return sources.filter(({ path }) => path.startsWith('src/')).flatMap(uncommented);
}

type Cast = { readonly spelling: string; readonly start: number; readonly end: number };

function uncommented(source: Source): readonly string[] {
  const all = castsOf(source);
  const explained = all.filter((cast) => hasComment(source, cast));
  return all
    .filter((cast) => !explained.some((it) => it.start <= cast.start && cast.end <= it.end))
    .map(
      ({ start, spelling }) =>
        `${source.path}:${source.lineAt(start)} has ${spelling} and no reason beside it`,
    );
}

function hasComment(source: Source, cast: Cast): boolean {
  const first = source.lineAt(cast.start);
  const last = source.lineAt(cast.end);
  return source.comments.some((it) => it.lastLine >= first - 1 && it.firstLine <= last);
}

function castsOf(source: Source): readonly Cast[] {
  const casts: Cast[] = [];
  const add = (spelling: string, { start, end }: { readonly start: number; readonly end: number }) =>
    casts.push({ spelling, start, end });
  source.visit({
    TSAsExpression(node) {
      const { typeAnnotation: type } = node;
      const isConst =
        type.type === 'TSTypeReference' &&
        type.typeName.type === 'Identifier' &&
        type.typeName.name === 'const';
      if (!isConst) add('`as`', node);
    },
    TSTypeAssertion(node) {
      add('`<T>`', node);
    },
    TSNonNullExpression(node) {
      add('`!`', node);
    },
  });
  return casts;
}

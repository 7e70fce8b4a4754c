export type Environment = Readonly<Record<string, string | undefined>>;

export type Interpolated = {
  readonly text: string;
  readonly isChanged: boolean;
  /** Variables that are not set and have no default. */
  readonly unset: readonly string[];
  /** True where a `${` has no end or no proper name. */
  readonly isMalformed: boolean;
};

const DOLLAR = /\$\$|\$\{([^}]*)(\}?)/g;
const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in one scalar; `$$` is a plain dollar, and so is a dollar before
 * anything else. The default stands in for an unset and for an empty variable. What comes in is not looked at
 * again, so a variable cannot bring in another.
 */
export function interpolate(text: string, env: Environment): Interpolated {
  if (!text.includes('$')) return { text, isChanged: false, unset: [], isMalformed: false };
  const unset: string[] = [];
  let isMalformed = false;
  let isChanged = false;
  const replaced = text.replace(
    DOLLAR,
    (whole: string, inside: string | undefined, close: string | undefined) => {
      if (whole === '$$') return '$';
      const match = close === '}' ? VARIABLE.exec(inside ?? '') : null;
      if (match === null) {
        isMalformed = true;
        return whole;
      }
      isChanged = true;
      const [, name = '', fallback] = match;
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
      if (value === undefined) unset.push(name);
      return value ?? '';
    },
  );
  return { text: replaced, isChanged, unset, isMalformed };
}

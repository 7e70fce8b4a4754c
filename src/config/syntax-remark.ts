import type { ErrorCode } from 'yaml';

type SyntaxRemark = { readonly message: string; readonly mend: string };

/** Of a bracket that ends with the lines around it. */
export const OPEN_BRACKET: SyntaxRemark = {
  message: 'this bracket is not closed, or what is in it is not indented enough',
  mend: 'close it, or indent its lines further than the key',
};

/**
 * A YAML fault in our words. The parser's own message is never shown: it may quote the text at fault, which may
 * be a secret.
 */
export function syntaxRemark(code: ErrorCode): SyntaxRemark {
  switch (code) {
    case 'TAB_AS_INDENT':
      return { message: 'a tab is used to indent', mend: 'indent with spaces' };
    case 'BAD_INDENT':
      return {
        message: 'the indentation does not line up',
        mend: 'start keys of one level in the same column',
      };
    case 'MULTIPLE_DOCS':
      return {
        message: 'a second YAML document begins here',
        mend: 'keep one document per file: take out this "---"',
      };
    case 'MISSING_CHAR':
      return {
        message: 'a closing quote, bracket or comma is missing',
        mend: 'close it, or put quotes around the value',
      };
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
    case 'KEY_OVER_1024_CHARS':
      return {
        message: 'this is not "key: value"',
        mend: 'check the indentation and the colon of this line and the next',
      };
    case 'BAD_SCALAR_START':
      return { message: 'a value may not begin with this character', mend: 'put quotes around the value' };
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'unknown escape in double quotes',
        mend: 'use single quotes, or write \\\\ for one backslash',
      };
    case 'UNEXPECTED_TOKEN':
    case 'BLOCK_IN_FLOW':
    case 'BAD_COLLECTION_TYPE':
      return {
        message: 'this does not belong here',
        mend: 'check brackets and quotes; a variable inside { } needs quotes: "${NAME}"',
      };
    case 'TAG_RESOLVE_FAILED':
    case 'MULTIPLE_TAGS':
      return { message: 'tags ("!…") are not supported', mend: 'take the tag out' };
    case 'BAD_DIRECTIVE':
      return { message: 'this directive ("%…") is not supported', mend: 'take the line out' };
    case 'ALIAS_PROPS':
    case 'BAD_ALIAS':
    case 'MULTIPLE_ANCHORS':
    case 'BAD_PROP_ORDER':
      return {
        message: 'this anchor or alias is malformed',
        mend: 'write "&name value" once and "*name" where it is used',
      };
    case 'DUPLICATE_KEY':
      return { message: 'this key is written twice', mend: 'keep one of the two' };
    case 'NON_STRING_KEY':
      return { message: 'a key must be plain text', mend: 'write "key: value"' };
    case 'RESOURCE_EXHAUSTION':
      return { message: 'the file is nested too deeply', mend: 'flatten it' };
    case 'IMPOSSIBLE':
      return { message: 'this is not YAML', mend: 'check the line above it, too' };
  }
}

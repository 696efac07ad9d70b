// What a declaration's docstring says.
import ts from 'typescript';

/**
 * @typedef {object} Comment
 * @property {string} text with the line ends of the source
 * @property {string[]} throws
 * @property {Map<string, string>} params
 */

const textOf = (comment) => ts.getTextOfJSDocComment(comment)?.trim() ?? '';

/** @returns {Comment} of the first of the nodes that has any */
export function commentOf(...nodes) {
  const comment = { text: '', throws: [], params: new Map() };
  const docs = nodes.map((node) => node?.jsDoc?.at(-1)).find((doc) => doc !== undefined);
  if (!docs) return comment;
  const { text, throws } = split(textOf(docs.comment));
  comment.text = text;
  comment.throws.push(...throws);
  for (const tag of docs.tags ?? []) {
    const name = tag.tagName.text;
    if (name === 'throws') comment.throws.push(...split(`@throws ${textOf(tag.comment)}`).throws);
    else if (name === 'param') comment.params.set(tag.name.getText(), textOf(tag.comment));
    else throw new Error(`@${name} is not known here: ${docs.getText()}`);
  }
  return comment;
}

/** A tag in the middle of a line is text to the compiler. */
function split(text) {
  const [first = '', ...throws] = text.split(/(?:^|\s)@throws\s+/);
  return { text: first.trim(), throws: throws.map((each) => each.trim()) };
}

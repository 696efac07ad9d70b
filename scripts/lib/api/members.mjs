// The members of an interface, a class or an object type, as rows of a table.
import ts from 'typescript';
import { commentOf } from './comment.mjs';

/** @typedef {{ name: string, type: string, comment: import('./comment.mjs').Comment }} Member */

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Static | ts.ModifierFlags.Override;

const isHidden = (node) =>
  (node.name && ts.isPrivateIdentifier(node.name)) ||
  (node.name && ts.isComputedPropertyName(node.name)) ||
  ts.getCombinedModifierFlags(node) & HIDDEN ||
  /@internal\b/.test(node.jsDoc?.at(-1)?.getText() ?? '');

/** A signature without its body and defaults: `get(id: RowId, options?: RequestOptions): Promise<Row>`. */
export function signature(node, name, types) {
  const { generics, parameters, result } = partsOf(node, types);
  const typed = generics.length > 0 ? `<${generics.join(', ')}>` : '';
  return `${name}${typed}(${parameters.join(', ')})${result}`;
}

/** The same for a page that is `width` letters wide. */
export function wrappedSignature(node, name, types, width) {
  const line = signature(node, name, types);
  if (line.length <= width) return line;
  const { generics, parameters, result } = partsOf(node, types);
  const list = (open, items, close) =>
    items.length === 0 ? '' : `${open}\n${items.map((each) => `  ${each},\n`).join('')}${close}`;
  return `${name}${list('<', generics, '>')}${list('(', parameters, ')') || '()'}${result}`;
}

function partsOf(node, types) {
  return {
    generics: (node.typeParameters ?? []).map((each) => each.getText().replace(/\s+/g, ' ')),
    parameters: node.parameters
      // What tests of our own hand in is in the source, and not for users.
      .filter((each) => each.name.getText() !== 'internals')
      .map((each) => parameter(each, types)),
    result: node.type ? `: ${types.text(node.type)}` : '',
  };
}

function parameter(node, types) {
  const optional = node.questionToken !== undefined || node.initializer !== undefined;
  const isPattern = !ts.isIdentifier(node.name);
  const name = isPattern ? 'options' : node.name.text;
  const type = types.text(node.type, { optional }) || typeOfDefault(node.initializer);
  const rest = node.dotDotDotToken ? '...' : '';
  return `${rest}${name}${optional ? '?' : ''}${type ? `: ${type}` : ''}`;
}

function typeOfDefault(value) {
  if (!value) return '';
  if (ts.isNumericLiteral(value)) return 'number';
  if (ts.isStringLiteral(value)) return 'string';
  return /^(true|false)$/.test(value.getText()) ? 'boolean' : 'number';
}

/** @returns {Member[]} */
export function membersOf(nodes, types) {
  return nodes.filter((node) => !isHidden(node)).flatMap((node) => memberOf(node, types));
}

function memberOf(node, types) {
  const comment = commentOf(node);
  if (ts.isConstructorDeclaration(node)) {
    const own = node.parameters
      .filter((each) => ts.isParameterPropertyDeclaration(each, node) && !isHidden(each))
      .map((each) => ({
        name: each.name.getText(),
        type: types.text(each.type),
        comment: commentOf(each),
      }));
    // One without a word is not for users to call.
    if (comment.text === '') return own;
    return [{ name: signature(node, 'constructor', types), type: '', comment }, ...own];
  }
  const name = node.name?.getText() ?? '';
  if (ts.isMethodSignature(node) || ts.isMethodDeclaration(node)) {
    return [{ name: signature(node, name, types), type: '', comment }];
  }
  if (ts.isPropertySignature(node) || ts.isPropertyDeclaration(node)) {
    const optional = node.questionToken !== undefined;
    const type = types.text(node.type, { optional });
    return [{ name: `${name}${optional ? '?' : ''}`, type, comment }];
  }
  if (ts.isGetAccessorDeclaration(node)) {
    return [{ name, type: types.text(node.type), comment }];
  }
  throw new Error(`a member of an unknown kind: ${node.getText()}`);
}

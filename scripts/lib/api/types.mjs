// Types as text: as they stand in the source, on one line, and what is not exported written out.
import ts from 'typescript';

const LONGEST_ALIAS = 80;

const flat = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/([([{<]) /g, '$1')
    .replace(/,? ([)\]>])/g, '$1')
    .replace(/^\| /, '')
    .replace(/\{(?=\S)/g, '{ ')
    .replace(/(\S)\}/g, '$1 }')
    .trim();

export class Types {
  #checker;
  #exported;

  /** @param {Set<string>} exported names that a reader can look up */
  constructor(checker, exported) {
    this.#checker = checker;
    this.#exported = exported;
  }

  /** Of a type node; of an optional member without the `undefined` that says so twice. */
  text(node, { optional = false } = {}) {
    if (!node) return '';
    let text = node.getText();
    for (const [name, alias] of this.#localAliases(node)) {
      text = text.replace(new RegExp(`\\b${name}\\b`, 'g'), () => alias);
    }
    text = flat(text);
    return withoutOuter(optional ? text.replace(/ \| undefined$/, '') : text);
  }

  /** Short names of one file that nobody else knows. */
  #localAliases(node) {
    const found = new Map();
    const visit = (each) => {
      if (ts.isTypeReferenceNode(each) && ts.isIdentifier(each.typeName) && !each.typeArguments) {
        const name = each.typeName.text;
        const text = this.#exported.has(name) ? undefined : this.#aliasText(each.typeName);
        if (text !== undefined) found.set(name, text);
      }
      ts.forEachChild(each, visit);
    };
    visit(node);
    return found;
  }

  #aliasText(name) {
    const declaration = this.declarationOf(name);
    if (!declaration || !ts.isTypeAliasDeclaration(declaration)) return undefined;
    if (declaration.typeParameters || /node_modules/.test(declaration.getSourceFile().fileName)) {
      return undefined;
    }
    const { type } = declaration;
    if (ts.isMappedTypeNode(type) || ts.isIndexedAccessTypeNode(type)) return undefined;
    const text = this.text(type);
    if (text.length > LONGEST_ALIAS) return undefined;
    return ts.isUnionTypeNode(type) || ts.isFunctionTypeNode(type) ? `(${text})` : text;
  }

  /** Where a type's name is declared; undefined for one of a library. */
  declarationOf(name) {
    let symbol = this.#checker.getSymbolAtLocation(name);
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) {
      symbol = this.#checker.getAliasedSymbol(symbol);
    }
    const declaration = symbol?.declarations?.[0];
    return declaration?.getSourceFile().fileName.includes('node_modules') ? undefined : declaration;
  }
}

/** Without brackets that stand around all of it. */
function withoutOuter(text) {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')' && --depth === 0) return text;
  }
  return text.slice(1, -1);
}

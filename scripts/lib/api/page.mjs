// A door's page.
import ts from 'typescript';
import { commentOf } from './comment.mjs';
import { membersOf, signature, wrappedSignature } from './members.mjs';

const WIDTH = 100;

const isConstant = (node) => ts.isVariableDeclaration(node);

export class Page {
  #door;
  #types;
  #homes;

  /** @param {import('./homes.mjs').Homes} homes */
  constructor(door, types, homes) {
    this.#door = door;
    this.#types = types;
    this.#homes = homes;
  }

  text() {
    const here = this.#door.exports.filter((each) => this.#homes.of(each) === this.#door.page);
    const elsewhere = this.#door.exports.filter((each) => !here.includes(each));
    const of = (test) => here.filter(({ declarations: [first] }) => test(first));
    return [
      `# \`${this.#door.name}\``,
      'Made of the docstrings by `npm run docs`. Times are in milliseconds unless a line says otherwise.',
      this.#section('Functions', of(ts.isFunctionDeclaration), (each) => this.#function(each)),
      this.#constants(of(isConstant)),
      this.#section('Classes', of(ts.isClassDeclaration), (each) => this.#shape(each)),
      this.#section(
        'Types',
        of((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)),
        (each) => this.#shape(each),
      ),
      elsewhere.length === 0
        ? ''
        : `## From other doors\n\n${elsewhere.map(({ name }) => this.#link(name)).join(', ')}`,
    ]
      .filter((part) => part !== '')
      .join('\n\n')
      .concat('\n');
  }

  #section(title, exports, render) {
    if (exports.length === 0) return '';
    return [`## ${title}`, ...exports.map(render)].join('\n\n');
  }

  #function({ name, declarations }) {
    const code = declarations.map((each) => wrappedSignature(each, name, this.#types, WIDTH));
    return [`### ${name}`, `\`\`\`ts\n${code.join('\n')}\n\`\`\``, this.#prose(...declarations)]
      .filter((part) => part !== '')
      .join('\n\n');
  }

  #constants(exports) {
    if (exports.length === 0) return '';
    const rows = exports.map(({ name, declarations: [node] }) => {
      const literal = node.initializer && objectIn(node.initializer);
      const type = node.type
        ? this.#types.text(node.type)
        : (literal?.properties ?? [])
            .map((each) => signature(each, each.name.getText(), this.#types))
            .join('; ');
      const comment = commentOf(node.parent.parent);
      const members = literal?.properties.map((each) => commentOf(each)) ?? [];
      return this.#row(name, type, [comment, ...members]);
    });
    return ['## Values', `| | | |\n|---|---|---|\n${rows.join('\n')}`].join('\n\n');
  }

  #shape({ name, declarations: [node] }) {
    const { type } = node;
    const isAlias = ts.isTypeAliasDeclaration(node) && !ts.isTypeLiteralNode(type);
    const generics = node.typeParameters
      ? `<${node.typeParameters.map((each) => each.getText()).join(', ')}>`
      : '';
    const prose = this.#prose(node);
    if (isAlias) {
      const code = `type ${name}${generics} = ${this.#wrapped(type)}`;
      return [`### ${name}`, `\`\`\`ts\n${code}\n\`\`\``, prose].filter(Boolean).join('\n\n');
    }
    const { bases, members } = this.#inherited(node);
    const own = membersOf(type?.members ?? node.members, this.#types);
    const rows = [...own, ...members].map((each) =>
      this.#row(each.name, each.type, [each.comment]),
    );
    const more = bases.length === 0 ? '' : `And the members of ${bases.join(', ')}.`;
    const table = rows.length === 0 ? '' : `| | | |\n|---|---|---|\n${rows.join('\n')}`;
    return [`### ${name}`, prose, table, more].filter((part) => part !== '').join('\n\n');
  }

  /** An alternative a line, when they are too long for one. */
  #wrapped(type) {
    const text = this.#types.text(type);
    if (text.length <= WIDTH || !ts.isUnionTypeNode(type)) return text;
    return type.types.map((each) => `\n  | ${this.#types.text(each)}`).join('');
  }

  /** What it extends: by name where that is exported, else with its members. */
  #inherited(node) {
    const bases = [];
    const members = [];
    for (const { expression } of (node.heritageClauses ?? []).flatMap(({ types }) => [...types])) {
      const name = expression.getText();
      const declaration = this.#types.declarationOf(expression);
      if (this.#homes.page(name, this.#door) !== undefined) bases.push(this.#link(name));
      else if (!declaration) bases.push(`\`${name}\``);
      else {
        members.push(...membersOf(declaration.members, this.#types));
        const { bases: more, members: theirs } = this.#inherited(declaration);
        bases.push(...more);
        members.push(...theirs);
      }
    }
    // A member that is declared again, as `constructor` may be, is the later one's.
    const own = new Set(node.members.map((each) => each.name?.getText() ?? 'constructor'));
    const isNew = ({ name }) => !own.has(name.replace(/[?(].*/s, ''));
    return { bases, members: members.filter(isNew) };
  }

  #prose(...nodes) {
    const { text, throws, params } = commentOf(...nodes);
    const listed = [...params].map(([name, about]) => `- \`${name}\`: ${about}`);
    const thrown = throws.map((each) => `Throws ${each}${/[.:]$/.test(each) ? '' : '.'}`);
    return [text, listed.join('\n'), thrown.join('\n')].filter((part) => part !== '').join('\n\n');
  }

  #row(name, type, comments) {
    const about = comments.flatMap(({ text, throws }) => [
      text,
      ...throws.map((each) => `Throws ${each}.`),
    ]);
    const cells = [`\`${name}\``, this.#linked(type), about.filter(Boolean).join(' ')];
    return `| ${cells.map(cell).join(' | ')} |`;
  }

  /** A type as code, with a link to the first name in it that is told of somewhere. */
  #linked(type) {
    if (type === '') return '';
    const named = type
      .match(/\b[A-Z]\w+\b/g)
      ?.find((name) => this.#homes.page(name, this.#door) !== undefined);
    return named ? `[\`${type}\`](${this.#address(named)})` : `\`${type}\``;
  }

  #link(name) {
    return `[\`${name}\`](${this.#address(name)})`;
  }

  #address(name) {
    const home = this.#homes.page(name, this.#door);
    const { declarations } = this.#homes.export(name, this.#door);
    // Values stand in one table, without a heading each.
    const heading = isConstant(declarations[0]) ? 'values' : name.toLowerCase();
    return `${home === this.#door.page ? '' : home}#${heading}`;
  }
}

const cell = (text) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();

function objectIn(node) {
  return ts.isObjectLiteralExpression(node) ? node : undefined;
}

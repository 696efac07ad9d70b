// The doors of the package and what each of them exports.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../paths.mjs';

/**
 * @typedef {object} Export
 * @property {string} name
 * @property {ts.Declaration[]} declarations all overloads, without the implementation
 */

/** @typedef {{ name: string, page: string, about: string, exports: Export[] }} Door */

const DOORS = [
  ['tidemark', 'index'],
  ['tidemark/react', 'react'],
  ['tidemark/entities', 'entities'],
  ['tidemark/testing', 'testing'],
  ['tidemark/devtools', 'devtools'],
];

/** @returns {{ doors: Door[], checker: ts.TypeChecker }} */
export function readDoors() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const files = DOORS.map(([, file]) => join(root, `js/${file}.ts`));
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const doors = DOORS.map(([name], i) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(files[i]));
    return {
      name,
      page: `${name.split('/').at(-1)}.md`,
      exports: checker
        .getExportsOfModule(module)
        .map((symbol) => exportOf(symbol, checker))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    };
  });
  return { doors, checker };
}

function exportOf(symbol, checker) {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const { declarations = [] } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  const overloads = declarations.filter((each) => !(each.body && ts.isFunctionDeclaration(each)));
  return { name: symbol.name, declarations: overloads.length > 0 ? overloads : declarations };
}

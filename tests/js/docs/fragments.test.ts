import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { blocksOf, pages } from './pages.ts';

const fragments = pages
  .flatMap(blocksOf)
  .filter(({ language, source }) => /^tsx?$/.test(language) && source === '')
  // What is left out of a definition.
  .map((block) => ({ ...block, code: block.code.replace(/^ *…,$/m, '  ...rest,') }));

/** What stands around a fragment in an app. */
const AROUND = `
import type { QueryClient } from '@tanstack/react-query';
import type * as core from 'tidemark';
import type * as entities from 'tidemark/entities';
import type * as react from 'tidemark/react';
declare global {
  const queryClient: QueryClient;
  const integration: core.RealtimeIntegration;
  const createRealtimeIntegration: typeof core.createRealtimeIntegration;
  const replay: typeof core.replay;
  const defaultEntities: typeof core.defaultEntities;
  const defineEntity: typeof entities.defineEntity;
  const withRest: typeof entities.withRest;
  const projectsApi: typeof entities.projectsApi;
  const useRealtimeQuery: typeof react.useRealtimeQuery;
  const useTasks: entities.EntityHooks<Record<string, unknown>>['useList'];
  const tasks: core.EntityDefinition;
  const rest: core.EntityDefinition;
  const websocketUrl: string;
  const url: string;
  const key: string;
  const supabase: core.SupabaseClientLike;
  const user: { id: number };
  const session: { token(request: { refresh: boolean }): Promise<string> };
}`;
const ASSETS = `declare module '*?url' { const address: string; export default address; }`;

/** Every fragment as a module of its own. */
function complaints(sources: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd());
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.fileExists = (file) => sources.has(file) || fileExists.call(host, file);
  host.readFile = (file) => sources.get(file) ?? readFile.call(host, file);
  const { getSourceFile } = host;
  host.getSourceFile = (file, languageVersion, ...more) => {
    const text = sources.get(file);
    return text === undefined
      ? getSourceFile.call(host, file, languageVersion, ...more)
      : ts.createSourceFile(file, text, languageVersion, true);
  };
  const program = ts.createProgram([...sources.keys()], options, host);
  return [...sources.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ].map(({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  });
}

const at = (name: string): string => join(process.cwd(), 'docs/examples', name);

describe('the fragments in the pages', () => {
  it('are in their types what the package is', { timeout: 120_000 }, () => {
    const sources = new Map([
      [at('around.ts'), AROUND],
      [at('assets.d.ts'), ASSETS],
    ]);
    fragments.forEach(({ page, code }, i) => {
      const name = `fragment-${i}-${page.replace(/\W/g, '-')}.tsx`;
      sources.set(at(name), `${code}\nexport {};\n`);
    });
    expect(fragments.length).toBeGreaterThan(10);
    expect(complaints(sources)).toEqual([]);
  });
});

/**
 * Firefox remembers for good that a module's address failed, as the HTML standard has it, so the
 * same module is asked for by another. Its name is known from the error alone: bundlers choose it.
 *
 * @returns how to load it; undefined where trying as before is all that can be done
 */
export function importAgain(thrown: unknown, tries: number): (() => Promise<unknown>) | undefined {
  const [, address] = /error loading .*module: (https?:[^\s?]+)/.exec(String(thrown)) ?? [];
  if (address === undefined) return undefined;
  const again = `${address}?again=${tries}`;
  return () => import(/* @vite-ignore */ /* webpackIgnore: true */ again);
}

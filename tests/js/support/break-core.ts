import { loadCore } from '../../../js/core/load.ts';

/** Makes the page's core ask for more memory than there is, as any of its engines might. */
export async function breakCore(): Promise<void> {
  const core = await loadCore();
  try {
    core.configScratch(0x7fff0000);
  } catch {
    // What it is about.
  }
  if (!core.aborted) throw new Error('the core is still there');
}

/** Forgets the page's one core, so that the next load begins anew. */
export function forgetCore(): void {
  for (const key of Object.getOwnPropertySymbols(globalThis)) {
    if (key.description?.startsWith('tidemark.core ')) Reflect.deleteProperty(globalThis, key);
  }
}

/** What this process holds after a full collection, in bytes. `external` includes Wasm memory. */
export function heldBytes() {
  for (let i = 0; i < 3; i++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What a row that is inserted without an id is called until the server gives it one. */
export function temporaryId(mutationId: string): string {
  return `temp-${mutationId}`;
}

/** Whether it is that of a row which some edit inserted. */
export function isTemporaryId(id: unknown): boolean {
  return typeof id === 'string' && id.startsWith('temp-');
}

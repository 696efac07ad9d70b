// What is read from the demo page, by Playwright and by Puppeteer. The functions run in the
// page, where they are sent as text: each uses nothing from outside itself.

export type Row = Record<string, unknown>;

export interface ShownRow {
  /** The object that the page's query holds. */
  row: Row;
  /** What the row's cells say: id, name, status, city, budget, needed, tags, version. */
  cells: string[];
}

/** What the page says of itself, from `at` until the next one. */
export interface Claim {
  at: number;
  status: string;
  transport: string;
  continuity: string;
}

export interface PageRecord {
  claims: Claim[];
  /** The rows that stood there when 'live' was painted, each time that it came. */
  whenLive: Array<{ at: number; rows: Row[] }>;
}

export function readRows(): ShownRow[] {
  return [...document.querySelectorAll<HTMLElement>('[data-row-id]')].map((element) => ({
    row: JSON.parse(element.dataset.row ?? 'null'),
    cells: [...element.children].map(
      (cell) => cell.querySelector('data')?.value ?? cell.textContent ?? '',
    ),
  }));
}

/** Notes everything that the page says of itself from now on. */
export function startRecord(): void {
  const record: PageRecord = { claims: [], whenLive: [] };
  let isDue = false;
  const said = (id: string) => document.querySelector(`[data-testid=${id}]`)?.textContent ?? '';
  const noteRows = () => {
    if (!isDue) return;
    isDue = false;
    const elements = [...document.querySelectorAll<HTMLElement>('[data-row-id]')];
    const rows = elements.map(({ dataset }) => JSON.parse(dataset.row ?? 'null') as Row);
    record.whenLive.push({ at: Date.now(), rows });
  };
  const note = () => {
    const claim = {
      at: Date.now(),
      status: said('status'),
      transport: said('transport'),
      continuity: said('continuity'),
    };
    const before = record.claims.at(-1);
    const isNew = JSON.stringify({ ...before, at: 0 }) !== JSON.stringify({ ...claim, at: 0 });
    if (!isNew) return;
    record.claims.push(claim);
    if (claim.continuity !== 'live' || before?.continuity === 'live') return;
    isDue = true;
    // After the frame in which a reader first sees it; a page that was frozen paints none.
    requestAnimationFrame(() => setTimeout(noteRows));
    setTimeout(noteRows, 200);
  };
  note();
  const everything = { childList: true, subtree: true, characterData: true, attributes: true };
  new MutationObserver(note).observe(document.querySelector('header') as HTMLElement, everything);
  Object.defineProperty(globalThis, 'tidemarkRecord', { value: record });
}

export function readRecord(): PageRecord {
  return (globalThis as unknown as { tidemarkRecord: PageRecord }).tidemarkRecord;
}

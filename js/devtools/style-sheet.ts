import { STYLES } from './styles.ts';

const sheets = new WeakMap<Document, CSSStyleSheet>();

/**
 * Gives the document, or shadow tree, of an element the panel's styles. A constructed sheet is
 * allowed under a Content-Security-Policy that forbids inline ones. Where there are none, the panel
 * has no styles.
 */
export function adoptStyles(element: Element): void {
  const root = element.getRootNode() as Document | ShadowRoot;
  const sheet = sheetOf(element.ownerDocument);
  if (!sheet || !root.adoptedStyleSheets || root.adoptedStyleSheets.includes(sheet)) return;
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** A sheet belongs to the document in whose window it was made. */
function sheetOf(document: Document): CSSStyleSheet | undefined {
  const known = sheets.get(document);
  if (known) return known;
  const Constructor = document.defaultView?.CSSStyleSheet;
  if (!Constructor || !('replaceSync' in Constructor.prototype)) return undefined;
  const sheet = new Constructor();
  sheet.replaceSync(STYLES);
  sheets.set(document, sheet);
  return sheet;
}

import type { Locator } from '@playwright/test';

/**
 * Replaces what a field holds, key by key. Over WebDriver BiDi Playwright's `fill` sets the field's
 * value where React does not notice it.
 */
export async function typeInto(field: Locator, text: string): Promise<void> {
  // By the field's own `press` it would lose the selection, in a window that is not in front.
  const { keyboard } = field.page();
  await field.selectText();
  if (text === '') await keyboard.press('Delete');
  else await keyboard.type(text);
}

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

interface Look {
  /** A selector; the whole page and its frames when it is left out. */
  within?: string;
  /** Rules of axe that do not hold there. */
  without?: readonly string[];
}

/** What axe has against what is shown, each with the elements that it means. */
export async function violationsOf(
  page: Page,
  { within, without = [] }: Look = {},
): Promise<string[]> {
  const builder = new AxeBuilder({ page }).disableRules([...without]);
  if (within) builder.include(within);
  const { violations, passes } = await builder.analyze();
  // Or it has looked at nothing.
  expect(passes.length).toBeGreaterThan(within ? 0 : 10);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';

interface Look {
  /** A selector; the whole page and its frames when it is left out. */
  within?: string;
  /** Rules of axe that do not hold there. */
  without?: readonly string[];
}

// What it finds leaves a page as text, and without the elements that pass: over WebDriver BiDi each
// object of a megabyte is named by itself, which takes longer than the look.
const asText = `;{
  const { runPartial, finishRun } = axe;
  axe.runPartial = async (...given) => JSON.stringify(await runPartial(...given));
  axe.finishRun = async (partials, options) => {
    const found = await finishRun(partials.map((each) => JSON.parse(each)), options);
    return { ...found, passes: found.passes.map(({ id }) => ({ id })), inapplicable: [] };
  };
}`;

/** What axe has against what is shown, each with the elements that it means. */
export async function violationsOf(
  page: Page,
  { within, without = [] }: Look = {},
): Promise<string[]> {
  const axeSource = axe.source + asText;
  const builder = new AxeBuilder({ page, axeSource }).disableRules([...without]);
  if (within) builder.include(within);
  const { violations, passes } = await builder.analyze();
  // Or it has looked at nothing.
  expect(passes.length).toBeGreaterThan(within ? 0 : 10);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

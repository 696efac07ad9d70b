import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';

export interface Tab {
  readonly name: string;
  /** How much there is in it; nothing for 0. */
  readonly count?: number;
  show(): ReactNode;
}

const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowRight: (at, count) => (at + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** As the ARIA Authoring Practices have tabs: one stop for Tab, arrows between them. */
export function Tabs({
  label,
  tabs,
  chosen,
  onChoose,
}: {
  label: string;
  tabs: readonly Tab[];
  chosen: string;
  onChoose: (name: string) => void;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === chosen),
  );
  // Whoever opened the panel goes on in it.
  useEffect(() => {
    list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  }, []);
  const step = (event: KeyboardEvent) => {
    const to = STEPS[event.key]?.(at, tabs.length);
    const name = to === undefined ? undefined : tabs[to]?.name;
    if (name === undefined) return;
    event.preventDefault();
    onChoose(name);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[to as number]?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={step}>
        {tabs.map(({ name, count }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={index === at}
            aria-controls={`${id}-shown`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => onChoose(name)}
          >
            {name}
            {count ? ` ${count}` : ''}
          </button>
        ))}
      </div>
      <div
        className="shown"
        role="tabpanel"
        id={`${id}-shown`}
        aria-labelledby={`${id}-${tabs[at]?.name}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        tabIndex={0}
      >
        {tabs[at]?.show()}
      </div>
    </>
  );
}

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { getIntegration } from '../realtime/attachment.ts';
import { Panel } from './panel.tsx';
import { adoptStyles } from './style-sheet.ts';
import { useInspector } from './use-inspector.ts';

/** Where the panel is, and whose. */
export interface TidemarkDevtoolsProps {
  /** Default false. */
  initialIsOpen?: boolean | undefined;
  /** Where the button floats. Default `bottom-left`: TanStack's devtools are at the right. */
  buttonPosition?: 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | undefined;
  /** The edge of the page that the panel is at. Default `bottom`. */
  position?: 'top' | 'bottom' | 'left' | 'right' | undefined;
  /** Whose integration is shown. Default: the `QueryClientProvider`'s. */
  client?: QueryClient | undefined;
}

const never = () => () => {};

/**
 * A button that opens a panel with what the query client's integration knows: its link, its
 * queries, its events and what became of each, its pending edits, its memory. Closed, it only
 * listens to the link's changes of state. Renders nothing on a server.
 */
export function TidemarkDevtools(props: TidemarkDevtoolsProps) {
  const isInPage = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return isInPage ? <Floating {...props} /> : null;
}

function Floating({
  initialIsOpen = false,
  buttonPosition = 'bottom-left',
  position = 'bottom',
  client,
}: TidemarkDevtoolsProps) {
  const inspector = useInspector(getIntegration(useQueryClient(client)));
  const [isOpen, setOpen] = useState(initialIsOpen);
  const host = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useLayoutEffect(() => {
    if (host.current) adoptStyles(host.current);
  }, []);
  // Who closes the panel is where it was opened.
  useLayoutEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const close = () => setOpen(false);
  const closeByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
  };
  return (
    <div className="tidemark-devtools" ref={host}>
      {isOpen ? (
        <section
          className={`panel ${position}`}
          aria-label="Tidemark devtools"
          onKeyDown={closeByKey}
        >
          {inspector ? (
            <Panel inspector={inspector} onClose={close} />
          ) : (
            <header>
              <h2>Tidemark</h2>
              <p>There is no integration on this query client.</p>
              <button type="button" onClick={close}>
                Close
              </button>
            </header>
          )}
        </section>
      ) : (
        <button
          type="button"
          className={`open ${buttonPosition}`}
          aria-label="Open Tidemark devtools"
          ref={button}
          onClick={() => setOpen(true)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M3 9q4-5 8 0t8 0M3 14q4-5 8 0t8 0M3 19q4-5 8 0t8 0" />
          </svg>
        </button>
      )}
    </div>
  );
}

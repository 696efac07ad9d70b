import { useEffect } from 'react';

/** What the browser's tab, and a screen reader on its way in, says of the page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tidemark demo`;
  }, [title]);
}

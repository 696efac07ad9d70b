import { useState } from 'react';
import { Badge } from './badge.tsx';
import { ConnectionTab } from './connection-tab.tsx';
import { EditsTab } from './edits-tab.tsx';
import { EventsTab } from './events-tab.tsx';
import type { Inspector } from './inspector.ts';
import { MemoryTab } from './memory-tab.tsx';
import { QueriesTab } from './queries-tab.tsx';
import { RecorderTab } from './recorder-tab.tsx';
import { type Tab, Tabs } from './tabs.tsx';
import { usePicture } from './use-inspector.ts';

/** All that there is to see. It reads the integration before each paint while it is there. */
export function Panel({ inspector, onClose }: { inspector: Inspector; onClose: () => void }) {
  const picture = usePicture(inspector);
  const [chosen, setChosen] = useState('Connection');
  const { link, queries, core } = picture.inspection;
  const tabs: readonly Tab[] = [
    { name: 'Connection', show: () => <ConnectionTab picture={picture} /> },
    {
      name: 'Queries',
      count: queries.length,
      show: () => <QueriesTab picture={picture} />,
    },
    {
      name: 'Events',
      count: picture.events.length,
      show: () => <EventsTab picture={picture} inspector={inspector} />,
    },
    {
      name: 'Edits',
      count: core?.edits.length ?? 0,
      show: () => <EditsTab picture={picture} />,
    },
    { name: 'Memory', show: () => <MemoryTab picture={picture} /> },
    {
      name: 'Recorder',
      show: () => <RecorderTab picture={picture} recorder={inspector.recorder} />,
    },
  ];
  return (
    <>
      <header>
        <h2>Tidemark</h2>
        <p role="status">
          <Badge word={link.status} /> {link.transport ?? ''}
        </p>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      <Tabs label="What to look at" tabs={tabs} chosen={chosen} onChoose={setChosen} />
    </>
  );
}

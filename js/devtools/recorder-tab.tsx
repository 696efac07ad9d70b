import { useState } from 'react';
import type { FlightRecorder } from './flight-recorder.ts';
import type { Picture } from './inspector.ts';
import { saveFile } from './save-file.ts';

const STATES = {
  none: 'Nothing is recorded.',
  recording: 'Recording.',
  stopped: 'Stopped; what was recorded can be downloaded.',
} as const;

/** Starts and stops a recording, and hands it out. */
export function RecorderTab({ picture, recorder }: { picture: Picture; recorder: FlightRecorder }) {
  const [isMasked, setMasked] = useState(true);
  const [problem, setProblem] = useState('');
  const attempt = async (work: () => void | Promise<void>) => {
    setProblem('');
    try {
      await work();
    } catch (thrown) {
      setProblem(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  const download = async () => {
    const name = `tidemark-${new Date().toISOString().replaceAll(':', '-')}.json`;
    saveFile(name, await recorder.text(), 'application/json');
  };
  const { recorder: state } = picture;
  return (
    <>
      <p>
        A recording holds every input of the core from its start, and <code>replay</code> runs it
        again, byte for byte. Starting one takes a new core: the link opens anew, and the queries
        are read again. Tokens are never recorded.
      </p>
      <div className="controls">
        <label>
          <input
            type="checkbox"
            checked={isMasked}
            onChange={({ target }) => setMasked(target.checked)}
          />{' '}
          Mask what rows say (ids, versions and filters are kept)
        </label>
      </div>
      <div className="controls">
        <button type="button" onClick={() => attempt(() => recorder.start(isMasked))}>
          {state === 'none' ? 'Start' : 'Start anew'}
        </button>
        <button
          type="button"
          disabled={state !== 'recording'}
          onClick={() => attempt(() => recorder.stop())}
        >
          Stop
        </button>
        <button type="button" disabled={state === 'none'} onClick={() => attempt(download)}>
          Download
        </button>
      </div>
      <p role="status">{STATES[state]}</p>
      {problem ? <p role="alert">{problem}</p> : null}
    </>
  );
}

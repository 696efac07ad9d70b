import { useCallback, useState } from 'react';

/** Runs what a button does, and holds what went wrong with the last one. */
export function useAction(): {
  problem: string | undefined;
  run: (action: () => Promise<unknown>) => void;
} {
  const [problem, setProblem] = useState<string>();
  const run = useCallback((action: () => Promise<unknown>) => {
    setProblem(undefined);
    action().catch((thrown: unknown) => {
      // What fetch throws when nobody answers.
      const isSilent = thrown instanceof TypeError;
      setProblem(isSilent ? 'The server does not answer.' : String(thrown));
    });
  }, []);
  return { problem, run };
}

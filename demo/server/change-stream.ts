import type { Change, Feed } from '../../js/testing/feed.ts';

/** A feed whose past can be read, and which knows whether it is up to date. */
export interface ChangeStream extends Feed {
  /** Called when the history that `seq` counts in was replaced: nobody can resume. */
  onNewEpoch: () => void;
  /**
   * Resolves when every change that was committed before the call was handed out. Rejects when
   * that cannot be known.
   */
  refresh(): Promise<void>;
  /** Whether every change after `seq` can still be had. */
  keeps(seq: number): Promise<boolean>;
  /** The next changes after `seq`, from where they are kept; undefined when some of them are gone. */
  stored(seq: number): Promise<readonly Change[] | undefined>;
  close(): Promise<void>;
}

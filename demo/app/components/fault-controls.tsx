import { blockBoth, blockWebSocket, cut } from '../faults/fault.ts';
import { FaultSwitch } from '../faults/fault-switch.tsx';
import { useAction } from '../use-action.ts';

const AT_HAND = [cut, blockWebSocket, blockBoth] as const;

/** Breaks this page's connection at the server, to watch it recover. */
export function FaultControls() {
  const { problem, run } = useAction();
  return (
    <fieldset>
      <legend>
        Break the connection (<a href="#/faults">all faults</a>)
      </legend>
      {AT_HAND.map((fault) => (
        <FaultSwitch key={fault.id} fault={fault} run={run} />
      ))}
      {problem ? <p role="alert">{problem}</p> : null}
    </fieldset>
  );
}

import { useId } from 'react';
import { useAction } from '../use-action.ts';
import { type Fault, faults } from './fault.ts';
import { FaultSwitch } from './fault-switch.tsx';

/** Everything that can be broken, each with what is then to be seen. */
export function FaultPanel() {
  const { problem, run } = useAction();
  return (
    <section className="card" aria-labelledby="faults-title">
      <div className="title">
        <h2 id="faults-title">What goes wrong</h2>
        <p>{problem ? null : 'for this page, unless it says otherwise'}</p>
      </div>
      {problem ? <p role="alert">{problem}</p> : null}
      <ul className="faults">
        {faults.map((fault) => (
          <FaultItem key={fault.id} fault={fault} run={run} />
        ))}
      </ul>
    </section>
  );
}

function FaultItem({
  fault,
  run,
}: {
  fault: Fault;
  run: (action: () => Promise<unknown>) => void;
}) {
  const id = useId();
  const lasts = fault.forMs ? `${fault.forMs / 1000} s` : fault.forMs === 0 ? '' : 'until released';
  return (
    <li>
      <FaultSwitch fault={fault} run={run} describedBy={id} />
      <p id={id}>
        {fault.visible}
        {lasts ? <span className="lasts"> {lasts}</span> : null}
      </p>
    </li>
  );
}

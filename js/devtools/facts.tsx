import type { ReactNode } from 'react';

/** Names and values. */
export function Facts({
  facts,
}: {
  facts: ReadonlyArray<readonly [name: string, value: ReactNode]>;
}) {
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

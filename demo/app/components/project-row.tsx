import { memo, useState } from 'react';
import { formatAmount } from '../format.ts';
import type { Project } from '../project.ts';

/** One row; the page's tests read the whole of it from `data-row`. */
export const ProjectRow = memo(function ProjectRow({ project }: { project: Project }) {
  const { id, name, status, city, budget, version } = project;
  const [firstVersion] = useState(version);
  return (
    <tr data-row-id={id} data-row={JSON.stringify(project)}>
      <td className="id">{id}</td>
      <th scope="row">{name}</th>
      <td>
        <span className="tag" data-tag={status}>
          {status}
        </span>
      </td>
      <td>{city}</td>
      <td className="budget">
        <data value={budget}>{formatAmount(budget)}</data>
      </td>
      {/* A new element for each version, so that the highlight starts again. */}
      <td key={version} className={version === firstVersion ? 'version' : 'version changed'}>
        {version}
      </td>
    </tr>
  );
});

import { useProjects } from '../use-projects.ts';
import { ProjectRow } from './project-row.tsx';
import { useRenderCounter } from './render-counter.ts';

const COLUMNS = ['Id', 'Name', 'Status', 'City', 'Budget', 'Version'] as const;

export function ProjectTable() {
  const { data, error } = useProjects();
  const renderCount = useRenderCounter();
  const rows = data ?? [];
  return (
    <section className="card projects" aria-labelledby="projects-title">
      <div className="title">
        <h2 id="projects-title">Projects</h2>
        <p>
          <span data-testid="row-count">{rows.length}</span> rows, list rendered{' '}
          <output ref={renderCount} data-testid="render-count" aria-live="off" /> times
        </p>
      </div>
      {error && !data ? <p role="alert">The projects cannot be read: {error.message}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it */}
      <section className="scroller" aria-label="Table of projects" tabIndex={0}>
        <table aria-busy={!data && !error}>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" className={column.toLowerCase()}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((project) => (
              <ProjectRow key={project.id} project={project} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

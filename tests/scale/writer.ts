import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';

const CONNECTIONS = 4;
const TICK_MS = 10;
/** Of eight changes one insert, one delete; the others are updates. */
const KINDS = ['insert', 'update', 'update', 'update', 'delete', 'update', 'update', 'update'];

/** Changes rows of `applications` over several connections, each by itself, at a steady rate. */
export class Writer {
  readonly #sql: postgres.Sql;
  readonly #rate: number;
  readonly #projects: number;
  #writing: Promise<void> | undefined;
  #stopped = false;
  #failure: unknown;
  /** Statements that changed a row. */
  written = 0;

  constructor(url: string, projects: number, rowsPerSecond: number) {
    this.#sql = postgres(url, { max: CONNECTIONS, onnotice: () => {} });
    this.#projects = projects;
    this.#rate = rowsPerSecond;
  }

  /** Gives each project its first rows. */
  async fill(rowsEach: number): Promise<void> {
    await this.#sql`truncate volunteer_applications`;
    await this.#sql`create index on volunteer_applications (project_id)`;
    await this.#sql`insert into volunteer_applications (project_id, volunteer_id, message)
      select project, gen_random_uuid(), 'I would like to help, as I did last year'
      from generate_series(1, ${this.#projects}) project, generate_series(1, ${rowsEach})`;
  }

  start(): void {
    this.#stopped = false;
    this.#writing = this.#run();
  }

  /** @throws what a write failed with */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** Every project's rows, as REST gives them, in the order of their ids. */
  async table(): Promise<Record<string, unknown[]>> {
    const rows = await this.#sql<Array<{ project: string; rows: string }>>`
      select project_id::text as project, json_agg(to_jsonb(t) order by id)::text as rows
      from volunteer_applications t group by project_id`;
    return Object.fromEntries(rows.map(({ project, rows }) => [project, JSON.parse(rows)]));
  }

  async end(): Promise<void> {
    await this.#sql.end({ timeout: 2 });
  }

  async #run(): Promise<void> {
    const began = performance.now();
    let begun = 0;
    const open = new Set<Promise<void>>();
    while (!this.#stopped && !this.#failure) {
      const due = ((performance.now() - began) / 1000) * this.#rate;
      // Postgres that does not keep up slows the writer, which then says so by its count.
      while (begun < due && open.size < 50) {
        const work = this.#write(begun++).catch((error) => {
          this.#failure = error;
        });
        open.add(work);
        void work.finally(() => open.delete(work));
      }
      await pause(TICK_MS);
    }
    await Promise.all(open);
  }

  async #write(turn: number): Promise<void> {
    const project = 1 + Math.floor(Math.random() * this.#projects);
    const { count } = await this.#statement(KINDS[turn % KINDS.length] as string, project);
    this.written += count;
  }

  #statement(kind: string, project: number) {
    switch (kind) {
      case 'insert':
        return this.#sql`insert into volunteer_applications (project_id, volunteer_id, message)
          values (${project}, gen_random_uuid(), 'I am new here')`;
      case 'delete':
        return this.#sql`delete from volunteer_applications where id = (
          select id from volunteer_applications where project_id = ${project} limit 1)`;
      default:
        return this.#sql`update volunteer_applications
          set status = (array['pending', 'accepted', 'rejected'])[1 + floor(random() * 3)::int]
          where id = (select id from volunteer_applications where project_id = ${project}
                      order by random() limit 1)`;
    }
  }
}

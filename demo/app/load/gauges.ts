import { createEntityHooks, createRestApi, defineEntity } from 'tidemark/entities';

export interface Gauge {
  id: number;
  station: string;
  level_mm: number;
  updated_at: string;
  version: number;
}

/** The table that is measured with. Nobody edits it here. */
export const gauges = defineEntity<Gauge>()({
  name: 'gauges',
  table: 'gauges',
  idField: 'id',
  versionField: 'version',
  queryKeys: { list: ['gauges', 'list'] },
});

export const { useList: useGauges } = createEntityHooks(gauges);

export const gaugesApi = createRestApi(gauges);

/** The version of the row that was changed last. */
export async function newestVersion(): Promise<number> {
  const { data } = await gaugesApi.list({}, { order: 'version.desc', limit: 1 });
  return data[0]?.version ?? 0;
}

/** How many of `shown` are not as in the table, or not there. */
export async function differences(shown: readonly Gauge[]): Promise<number> {
  const { data } = await gaugesApi.list();
  const byId = new Map(shown.map((row) => [row.id, row]));
  const isSame = (row: Gauge) => {
    const found = byId.get(row.id);
    return found?.version === row.version && found.level_mm === row.level_mm;
  };
  return data.filter((row) => !isSame(row)).length + Math.max(0, shown.length - data.length);
}

-- 100,000 rows for the page that measures, only where the table is empty. They are no news, and
-- would be most of what the outbox keeps: its triggers rest meanwhile.
begin;
select pg_advisory_xact_lock(7240901);
alter table gauges disable trigger user;
insert into gauges (id, station, level_mm)
select
  n,
  (array['Pegel', 'Tide gauge', 'Marégraphe', 'پیمانہ', 'Vattenstånd'])[1 + n % 5] || ' ' || n,
  (2000 + 1500 * sin(n / 40.0))::int
from generate_series(1, 100000) as n
where not exists (select from gauges);
alter table gauges enable trigger user;
commit;

-- Rows to begin with, the same on every machine, and only where a table is empty.
begin;
select pg_advisory_xact_lock(7240901);

insert into projects (name, status, city, budget, volunteers_needed, tags, details, created_at)
select
  (array['Clean water', 'School meals', 'Flood relief', 'Tree planting', 'Eye camp',
         'صاف پانی', 'Bücher für alle', 'Solar lamps 太陽'])[1 + n % 8] || ' ' || n,
  (array['draft', 'active', 'active', 'completed'])[1 + n % 4],
  (array['Lahore', 'Karachi', 'کوئٹہ', 'Islamabad', 'Malmö'])[1 + n % 5],
  n * 1250.50,
  n % 13,
  case when n % 3 = 0 then array['water', 'health'] else array['education', 'naïve'] end,
  jsonb_build_object('lead', 'Zoë ' || n, 'milestones', jsonb_build_array(n, n + 1)),
  timestamptz '2026-01-01 08:00:00+00' + n * interval '1 day'
from generate_series(1, 40) as n
where not exists (select from projects);

insert into volunteers (id, name, city, available, skills, hours)
select
  ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
  (array['Ayesha', 'Björn', 'عمران', 'Chloé', 'Sana'])[1 + n % 5] || ' ' || n,
  (array['Lahore', 'Karachi', 'Islamabad'])[1 + n % 3],
  n % 4 <> 0,
  case when n % 2 = 0 then array['teaching'] else array['driving', 'first aid'] end,
  n * 2.5
from generate_series(1, 20) as n
where not exists (select from volunteers);

insert into volunteer_applications (project_id, volunteer_id, status, message)
select
  1 + n % 10,
  ('00000000-0000-4000-8000-' || lpad((1 + n % 20)::text, 12, '0'))::uuid,
  (array['pending', 'accepted', 'rejected'])[1 + n % 3],
  case when n % 4 = 0 then null else 'I would like to help – nº ' || n end
from generate_series(1, 24) as n
where not exists (select from volunteer_applications);

insert into payment_approvals (corporate_id, project_id, amount, status)
select 1 + n % 3, 1 + n % 10, n * 999.99, (array['pending', 'approved', 'rejected'])[1 + n % 3]
from generate_series(1, 15) as n
where not exists (select from payment_approvals);

insert into ngos (name, verification_status, city)
select
  (array['Hilfe ohne Grenzen', 'روشنی', 'Green Valley', 'Água Viva'])[1 + n % 4] || ' ' || n,
  (array['verified', 'pending', 'rejected'])[1 + n % 3],
  (array['Lahore', 'Karachi', 'Multan'])[1 + n % 3]
from generate_series(1, 12) as n
where not exists (select from ngos);

insert into users (name, email, role, last_seen_at)
select
  (array['Noor', 'Łukasz', 'Maya'])[1 + n % 3] || ' ' || n,
  'user' || n || '@example.org',
  (array['viewer', 'editor', 'admin'])[1 + n % 3],
  case when n % 2 = 0 then timestamptz '2026-01-31 12:00:00+00' - n * interval '1 hour' end
from generate_series(1, 8) as n
where not exists (select from users);

insert into vetting_queue (subject, organization_id, priority, status)
select
  (array['New organisation', 'Changed bank account', 'Complaint – überprüfen'])[1 + n % 3],
  1 + n % 12,
  n % 4,
  (array['pending', 'pending', 'approved'])[1 + n % 3]
from generate_series(1, 10) as n
where not exists (select from vetting_queue);
commit;

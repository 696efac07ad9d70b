/** Something of everything, for the time in which nobody listens. */
export const CHANGES = `
  update projects set city = 'While away', budget = budget * 2 where id % 3 = 0;
  delete from projects where id % 10 = 1;
  insert into projects (name, status, tags, details)
    select 'Born meanwhile ' || n, 'active', array['ö', '"'], jsonb_build_object('n', n)
    from generate_series(1, 20) n;
  update projects set name = 'Twice' where id = 5;
  update projects set name = 'Thrice' where id = 5;`;

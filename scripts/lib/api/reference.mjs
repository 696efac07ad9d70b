// The API reference: a page for each door of the package, of what its docstrings say.
import { readDoors } from './doors.mjs';
import { Homes } from './homes.mjs';
import { Page } from './page.mjs';
import { Types } from './types.mjs';

/** @returns {Map<string, string>} the text of each page of docs/api, by its file's name */
export function apiReference() {
  const { doors, checker } = readDoors();
  const homes = new Homes(doors);
  const types = new Types(checker, homes.names());
  return new Map(doors.map((door) => [door.page, new Page(door, types, homes).text()]));
}

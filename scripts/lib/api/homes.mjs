// Which page tells of an export. What several doors export is told of at the first.
export class Homes {
  #pages = new Map();
  /** By name, of the first door that has it: two doors may have different things of one name. */
  #named = new Map();

  constructor(doors) {
    for (const { page, exports } of doors) {
      for (const each of exports) {
        const [declaration] = each.declarations;
        if (!this.#pages.has(declaration)) this.#pages.set(declaration, page);
        if (!this.#named.has(each.name)) this.#named.set(each.name, each);
      }
    }
  }

  names() {
    return new Set(this.#named.keys());
  }

  of({ declarations: [declaration] }) {
    return this.#pages.get(declaration);
  }

  /** Of what is called so at `door`, else at any; undefined for what nobody exports. */
  page(name, door) {
    const found = this.export(name, door);
    return found && this.of(found);
  }

  export(name, door) {
    return door.exports.find((each) => each.name === name) ?? this.#named.get(name);
  }
}

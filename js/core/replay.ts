import { scalarBuild, wasmBuild } from '#core/build';
import {
  type CompiledCore,
  canCompile,
  compileCore,
  inlinedBytes,
  scalarCore,
} from './compiled-core.ts';
import type { CoreModule } from './core-module.ts';
import { unavailable } from './core-source.ts';
import type { Effect } from './effects.ts';
import { Engine } from './engine.ts';
import { TidemarkError } from './errors.ts';
import { unpackBytes, unpackMemory } from './packing.ts';
import { Player } from './player.ts';
import type { RecordedArgument, RecordedBytes, Recording, ReplayResult } from './recording.ts';

const isBytes = (arg: RecordedArgument): arg is RecordedBytes =>
  typeof arg === 'object' && arg !== null && 'base64' in arg;

/** The core of a build by name; undefined when it is not in this package. */
async function coreOfBuild(build: string): Promise<CompiledCore | undefined> {
  if (build === scalarBuild) return scalarCore;
  if (build !== wasmBuild) return undefined;
  if (!canCompile())
    throw unavailable('the recording is of a WebAssembly core, which cannot run here');
  return compileCore({ wasmBinary: await inlinedBytes() });
}

/** Writes a whole memory back into an instance that is new. */
function restore(core: CoreModule, memory: Uint8Array): void {
  // Growing is left to the allocator, because the glue's views follow only then.
  if (core.HEAPU8.length < memory.length) core.configScratch(memory.length);
  core.HEAPU8.fill(0);
  core.HEAPU8.set(memory);
}

/**
 * Runs the recorded inputs through a core of its own, and compares.
 *
 * @throws TidemarkError `other_build` for a recording of another version of the core,
 * `bad_recording` for one that cannot be read
 */
export async function replay(recording: Recording): Promise<ReplayResult> {
  const { format, build, config, seed, checkpoint } = recording;
  if (format !== 1) throw new TidemarkError('bad_recording', `format ${format} is not known`);
  const compiled = await coreOfBuild(build);
  if (!compiled) {
    const message = `recorded with core ${build}, which is not the one of this version`;
    throw new TidemarkError('other_build', message);
  }
  const core = await compiled.instantiate();
  if (checkpoint) restore(core, await unpackMemory(checkpoint));
  const player = new Player(
    checkpoint ? Engine.at(core, config, checkpoint.address) : Engine.in(core, config, seed),
  );
  const effects: Effect[] = [];
  let firstDifference: number | null = null;
  recording.inputs.forEach(([method, digest, ...args], at) => {
    const played = player.play(
      method,
      args.map((arg) => (isBytes(arg) ? unpackBytes(arg) : arg)),
    );
    if (played.effects !== '') effects.push(...(JSON.parse(played.effects) as Effect[]));
    if (played.digest !== digest) firstDifference ??= at;
  });
  const inputs = recording.inputs.length;
  return { identical: firstDifference === null, inputs, firstDifference, effects };
}

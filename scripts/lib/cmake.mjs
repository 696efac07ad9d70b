import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { firstFile, onPath } from './paths.mjs';
import { must, run } from './run.mjs';

const inEmscripten = (folder) => folder && join(folder, 'cmake/Modules/Platform/Emscripten.cmake');

/** Emscripten's CMake toolchain file: `$EMSDK`, then the emcc on the PATH, then Debian's. */
export function emscriptenToolchain() {
  const emcc = onPath('emcc');
  return firstFile(
    process.env.EMSDK && inEmscripten(join(process.env.EMSDK, 'upstream/emscripten')),
    emcc && inEmscripten(dirname(realpathSync(emcc))),
    emcc && inEmscripten(join(dirname(dirname(realpathSync(emcc))), 'libexec')),
    inEmscripten('/usr/share/emscripten'),
  );
}

/** Configures a preset (quick when nothing changed) and builds one target of it. */
export async function cmakeBuild(preset, target) {
  const toolchain = preset.startsWith('wasm')
    ? [`-DCMAKE_TOOLCHAIN_FILE=${emscriptenToolchain()}`]
    : [];
  await must('cmake', ['--preset', preset, ...toolchain], { capture: true });
  await must('cmake', ['--build', '--preset', preset, '--target', target]);
}

/** The path of a compiler's own file, or undefined when the compiler lacks it. */
export async function compilerFolder(compiler) {
  const { code, output } = await run(compiler, ['-print-resource-dir'], { capture: true });
  return code === 0 ? output.trim() : undefined;
}

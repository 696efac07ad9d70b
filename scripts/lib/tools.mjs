import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, findFirefox, findMiniBrowser } from './browser.mjs';
import { compilerFolder, emscriptenToolchain } from './cmake.mjs';
import { firstFile, onPath } from './paths.mjs';
import { run } from './run.mjs';

const onLinux = process.platform === 'linux';

const tool =
  (...names) =>
  () =>
    onPath(...names) !== undefined;

/** Does clang have a run-time library of this name? */
const clangRuntime = (name) => async () => {
  const folder = onPath('clang++') && (await compilerFolder('clang++'));
  if (!folder || !existsSync(join(folder, 'lib'))) return false;
  return readdirSync(join(folder, 'lib'), { recursive: true }).some((file) =>
    name.test(String(file)),
  );
};

/** Debian keeps daemons where only root looks. */
const daemon = (name) => () =>
  onPath(name) !== undefined || firstFile(`/usr/sbin/${name}`) !== undefined;

/** Is there a font with this character? Who has no fontconfig is not asked. */
const drawn = (character) => async () => {
  if (onPath('fc-list') === undefined) return true;
  const code = character.codePointAt(0).toString(16);
  const { output } = await run('fc-list', [`:charset=${code}`, 'family'], { capture: true });
  return output.trim() !== '';
};

function hasPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  return (
    onPath('initdb') !== undefined ||
    versions.some((version) => existsSync(join(debian, version, 'bin/initdb')))
  );
}

/**
 * What the project needs from the system, found by looking for the thing itself.
 * `apt`: package names to try in turn; `brew`: what to say on other systems.
 */
const all = {
  cmake: { has: tool('cmake'), apt: ['cmake'], brew: 'brew install cmake' },
  ninja: { has: tool('ninja'), apt: ['ninja-build'], brew: 'brew install ninja' },
  ccache: { has: tool('ccache'), apt: ['ccache'], brew: 'brew install ccache', optional: true },
  'nlohmann/json': {
    has: () =>
      firstFile(
        '/usr/include/nlohmann/json.hpp',
        '/usr/local/include/nlohmann/json.hpp',
        '/opt/homebrew/include/nlohmann/json.hpp',
      ) !== undefined,
    apt: ['nlohmann-json3-dev'],
    brew: 'brew install nlohmann-json',
  },
  emscripten: {
    has: () => (onPath('emcc') || process.env.EMSDK) && emscriptenToolchain() !== undefined,
    apt: ['emscripten'],
    brew: 'brew install emscripten, or emsdk with $EMSDK set',
  },
  clang: { has: tool('clang++'), apt: ['clang'], brew: 'xcode-select --install' },
  sanitizers: {
    has: clangRuntime(/libclang_rt\.(asan|asan_osx)/),
    apt: ['libclang-rt-dev', 'libclang-rt-14-dev'],
    brew: 'brew install llvm',
  },
  libFuzzer: {
    has: clangRuntime(/libclang_rt\.fuzzer/),
    apt: ['libclang-rt-dev', 'libclang-rt-14-dev'],
    brew: 'brew install llvm',
  },
  googletest: {
    has: () =>
      firstFile(
        process.env.GOOGLETEST_DIR &&
          join(process.env.GOOGLETEST_DIR, 'googletest/src/gtest-all.cc'),
        '/usr/src/googletest/googletest/src/gtest-all.cc',
      ) !== undefined,
    apt: ['googletest'],
    brew: 'git clone googletest and set $GOOGLETEST_DIR to it',
  },
  chromium: {
    has: () => findChromium() !== undefined,
    apt: ['chromium'],
    brew: 'brew install --cask chromium, or set $CHROMIUM_PATH',
  },
  firefox: {
    has: () => findFirefox() !== undefined,
    apt: ['firefox-esr', 'firefox'],
    brew: 'brew install --cask firefox, or set $FIREFOX_PATH',
  },
  webkitgtk: {
    has: () => !onLinux || (findMiniBrowser() !== undefined && tool('WebKitWebDriver')()),
    apt: ['webkit2gtk-driver'],
    brew: 'the package with WebKitWebDriver and MiniBrowser',
  },
  xvfb: {
    has: () => !onLinux || tool('Xvfb')(),
    apt: ['xvfb'],
    brew: 'the package with Xvfb',
  },
  postgresql: { has: hasPostgres, apt: ['postgresql'], brew: 'brew install postgresql' },
  nginx: { has: daemon('nginx'), apt: ['nginx-light', 'nginx'], brew: 'brew install nginx' },
  'nats-server': {
    has: daemon('nats-server'),
    apt: ['nats-server'],
    brew: 'brew install nats-server',
  },
  // The demo's rows have names in these.
  'Urdu font': {
    has: drawn('ہ'),
    apt: ['fonts-noto-ui-core', 'fonts-noto-core'],
    brew: 'brew install --cask font-noto-sans-arabic',
  },
  'Chinese font': {
    has: drawn('陽'),
    apt: ['fonts-droid-fallback', 'fonts-noto-cjk'],
    brew: 'brew install --cask font-noto-sans-cjk',
  },
  'clang-format': {
    has: tool('clang-format'),
    apt: ['clang-format'],
    brew: 'brew install clang-format',
  },
  'clang-tidy': { has: tool('clang-tidy'), apt: ['clang-tidy'], brew: 'brew install llvm' },
};

const forBuild = ['cmake', 'ninja', 'ccache', 'nlohmann/json', 'emscripten'];
const forScale = ['postgresql', 'nginx', 'nats-server'];
const forTest = [
  'clang',
  'sanitizers',
  'googletest',
  'chromium',
  'firefox',
  'webkitgtk',
  'xvfb',
  ...forScale,
];

/** What each purpose needs. */
const purposes = {
  build: forBuild,
  start: forBuild,
  screenshots: [...forBuild, 'chromium', 'Urdu font', 'Chinese font'],
  test: [...forBuild, ...forTest],
  scale: [...forBuild, ...forScale],
  fuzz: ['cmake', 'ninja', 'ccache', 'nlohmann/json', 'clang', 'sanitizers', 'libFuzzer'],
  lint: [...forBuild, 'clang-format'],
  tidy: [...forBuild, 'clang', 'clang-format', 'clang-tidy', 'googletest'],
};

/** The things that `purpose` needs and this machine lacks. */
export async function missingTools(purpose) {
  const missing = [];
  for (const name of purposes[purpose]) {
    if (!(await all[name].has())) missing.push({ name, ...all[name] });
  }
  return missing;
}

import { firstFile, onPath } from './paths.mjs';

/** Where this machine keeps a Chromium, or undefined. `CHROMIUM_PATH` decides when set. */
export function findChromium() {
  if (process.env.CHROMIUM_PATH) return firstFile(process.env.CHROMIUM_PATH);
  return (
    onPath('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
    firstFile(
      '/usr/bin/chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    )
  );
}

/** The same for Firefox, and `FIREFOX_PATH`. */
export function findFirefox() {
  if (process.env.FIREFOX_PATH) return firstFile(process.env.FIREFOX_PATH);
  return (
    onPath('firefox-esr', 'firefox') ??
    firstFile('/usr/bin/firefox-esr', '/Applications/Firefox.app/Contents/MacOS/firefox')
  );
}

/** WebKitGTK's own small browser, or undefined: it lies beside the library, out of the PATH. */
export const findMiniBrowser = () =>
  onPath('MiniBrowser') ??
  firstFile(
    ...['x86_64', 'aarch64'].map(
      (machine) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-4.1/MiniBrowser`,
    ),
  );

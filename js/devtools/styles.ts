/**
 * The panel's own styles. `:not(#_)` outweighs an app's rules for elements and classes, and
 * `revert` undoes what they say, so that neither styles the other.
 */
export const STYLES = `
.tidemark-devtools:not(#_) {
  all: revert;
  --paper: #ffffff;
  --raised: #f3f5f7;
  --ink: #16202a;
  --faint: #52606d;
  --line: #d3dae0;
  --accent: #0b5cad;
  --good: #0f6b32;
  --fair: #7a4a00;
  --bad: #a3122a;
  color-scheme: light;
  @media (prefers-color-scheme: dark) {
    --paper: #10171e;
    --raised: #1a232c;
    --ink: #e4eaf0;
    --faint: #9fadba;
    --line: #33404c;
    --accent: #79b8ff;
    --good: #6fdd8b;
    --fair: #f0b84a;
    --bad: #ff8b94;
    color-scheme: dark;
  }

  & *:not(svg, svg *) {
    all: revert;
    box-sizing: border-box;
  }
  & button, & select, & input {
    font: inherit;
    color: inherit;
  }
  & button, & select {
    background: var(--raised);
    border: 1px solid var(--line);
    border-radius: 4px;
    padding: 2px 8px;
  }
  & button:not(:disabled) {
    cursor: pointer;
  }
  & button:disabled {
    color: var(--faint);
    cursor: default;
  }
  & button[aria-pressed='true'] {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--paper);
  }
  & :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }

  & .open, & .panel {
    position: fixed;
    z-index: 99999;
    background: var(--paper);
    color: var(--ink);
    border: 1px solid var(--line);
    font: 13px/1.4 system-ui, sans-serif;
    text-align: left;
  }
  & .open {
    width: 40px;
    height: 40px;
    padding: 8px;
    border-radius: 50%;
    margin: 12px;
  }
  & .open svg {
    display: block;
    width: 22px;
    height: 22px;
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
    stroke-linecap: round;
  }
  & .open.top-left { top: 0; left: 0; }
  & .open.top-right { top: 0; right: 0; }
  & .open.bottom-left { bottom: 0; left: 0; }
  & .open.bottom-right { bottom: 0; right: 0; }

  & .panel {
    display: flex;
    flex-direction: column;
    box-shadow: 0 0 16px rgb(0 0 0 / 0.25);
  }
  & .panel.top { inset: 0 0 auto; height: 45vh; }
  & .panel.bottom { inset: auto 0 0; height: 45vh; }
  & .panel.left { inset: 0 auto 0 0; width: min(640px, 100vw); }
  & .panel.right { inset: 0 0 0 auto; width: min(640px, 100vw); }

  & header {
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 6px 12px;
    background: var(--raised);
  }
  & header p {
    margin: 0;
    flex: 1;
  }
  & h2 {
    margin: 0;
    font-size: 14px;
  }
  & h3 {
    margin: 0 0 4px;
    font-size: 13px;
  }
  & .tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 2px;
    padding: 0 8px;
    background: var(--raised);
    border-bottom: 1px solid var(--line);
  }
  & .tabs button {
    background: none;
    border: none;
    border-bottom: 2px solid transparent;
    border-radius: 0;
    padding: 4px 10px;
    font-variant-numeric: tabular-nums;
  }
  & .tabs button[aria-selected='true'] {
    border-bottom-color: var(--accent);
    font-weight: 600;
  }
  & .shown {
    flex: 1;
    min-height: 0;
    overflow: auto;
    padding: 10px 12px;
  }
  & section section, & .shown > section {
    margin-bottom: 14px;
  }

  & dl {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 24px;
    margin: 0 0 12px;
  }
  & dt {
    color: var(--faint);
  }
  & dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  & table {
    border-collapse: collapse;
    width: 100%;
    color: inherit;
    font-variant-numeric: tabular-nums;
  }
  & th, & td {
    height: 24px;
    padding: 0 12px 0 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    white-space: nowrap;
  }
  & th {
    position: sticky;
    top: 0;
    background: var(--paper);
    color: var(--faint);
    font-weight: 500;
  }
  & .number {
    text-align: right;
  }
  & code {
    font: 12px ui-monospace, monospace;
  }
  & .badge {
    font-weight: 600;
  }
  & .badge.good { color: var(--good); }
  & .badge.fair { color: var(--fair); }
  & .badge.bad { color: var(--bad); }
  & .badge.plain { color: var(--faint); }
  & .nothing {
    margin: 0;
    color: var(--faint);
  }
  & .controls {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    margin-bottom: 8px;
    color: var(--faint);
  }
  & .controls label, & .controls button, & .controls select {
    color: var(--ink);
  }
  & .controls button[aria-pressed='true'] {
    color: var(--paper);
  }
  & .events {
    display: flex;
    flex-direction: column;
    height: 100%;
  }
  & .scroller {
    flex: 1;
    min-height: 0;
    margin: 0;
    overflow: auto;
  }
  & [role='alert'] {
    color: var(--bad);
  }
  & figure {
    margin: 0;
  }
  & figcaption {
    color: var(--faint);
  }
  & figure svg {
    display: block;
    width: 320px;
    max-width: 100%;
    height: 64px;
    background: var(--raised);
  }
  & polyline {
    fill: none;
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  & line {
    stroke: var(--bad);
    stroke-width: 2;
  }
  & .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
}
`;

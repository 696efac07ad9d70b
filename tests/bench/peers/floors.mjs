// Not peers but floors: work that whoever does it this way cannot avoid. They have no result to check.

const decoder = new TextDecoder();
const PAGE = 65_536;

export const poll = [
  {
    name: 'floor: copy the body into Wasm memory',
    kind: 'floor',
    create({ body }) {
      const memory = new WebAssembly.Memory({ initial: Math.ceil((body.length * 1.5) / PAGE) + 1 });
      const heap = new Uint8Array(memory.buffer);
      return { poll: (bytes) => heap.set(bytes, 1024) };
    },
  },
  {
    name: 'floor: TextDecoder and JSON.parse',
    kind: 'floor',
    create: () => ({ poll: (bytes) => JSON.parse(decoder.decode(bytes)) }),
  },
];

/** Keeps what it parsed from being optimised away. */
let sink;
export const parsed = () => sink;

const parseFrames = {
  name: 'floor: JSON.parse of the frames',
  kind: 'floor',
  discards: true,
  create: () => ({
    take(frames) {
      for (const frame of frames) sink = JSON.parse(frame);
    },
  }),
};

export const ingest = [parseFrames];

export const live = [
  {
    name: 'floor: JSON.parse of the frame',
    kind: 'floor',
    create: () => ({
      update(frame) {
        sink = JSON.parse(frame);
      },
    }),
  },
];

export const dedup = [
  {
    name: 'floor: JSON.parse of the frame',
    kind: 'floor',
    create: () => ({
      take(frame) {
        sink = JSON.parse(frame);
      },
    }),
  },
];

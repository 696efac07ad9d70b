/** Wasm as text, as scripts/lib/wasm-text.mjs writes it. */
export interface WasmText {
  /** Each byte as a digit, or as a prefix and a digit. */
  readonly text: string;
  /** ASCII that needs no escape in any string of JavaScript, ascending; the last two are the prefixes. */
  readonly digits: string;
  /** All 256 bytes in base64: those of a digit of their own, then those behind each prefix. */
  readonly bytes: string;
}

// The loop over the text is Wasm itself: JavaScript that runs once takes three times as long for it.
// It reads the text where it lies, and writes what that says in its place, which is never longer.
// The line of SIMD does nothing: where it does not compile, the core would not either.
//
// (module
//   (memory (export "memory") 1)
//   (func (export "decode") (param $at i32) (param $end i32) (param $prefix i32) (result i32)
//     (local $out i32) (local $place i32)
//     (drop (i8x16.splat (local.get $at)))
//     (local.set $out (local.get $at))
//     (block $done
//       (loop $next
//         (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
//         (local.set $place (i32.load8_u (local.get $at)))
//         (if (i32.ge_u (local.get $place) (local.get $prefix))
//           (then
//             (local.set $place
//               (i32.add
//                 (i32.shl (i32.sub (local.get $place) (local.get $prefix)) (i32.const 7))
//                 (i32.load8_u offset=1 (local.get $at))))
//             (local.set $place (i32.add (local.get $place) (i32.const 128)))
//             (local.set $at (i32.add (local.get $at) (i32.const 1)))))
//         (i32.store8 (local.get $out) (i32.load8_u (local.get $place)))
//         (local.set $at (i32.add (local.get $at) (i32.const 1)))
//         (local.set $out (i32.add (local.get $out) (i32.const 1)))
//         (br $next)))
//     (local.get $out)))
const DECODER =
  'AGFzbQEAAAABCAFgA39/fwF/AwIBAAUDAQABBxMCBm1lbW9yeQIABmRlY29kZQAACmcBZQECfyAA/Q8aIAAhAwJAA0AgACAB' +
  'Tw0BIAAtAAAhBCAEIAJPBEAgBCACa0EHdCAALQABaiEEIARBgAFqIQQgAEEBaiEACyADIAQtAAA6AAAgAEEBaiEAIANBAWoh' +
  'AwwACwALIAML';

interface Decoder {
  memory: WebAssembly.Memory;
  /** Of the text from `at` to `end`. Returns where the bytes end that are in its place. */
  decode(at: number, end: number, prefix: number): number;
}

/** Begins the memory: what each character means by itself, behind the first prefix, behind the second. */
const TABLE = 3 * 128;
const PAGE = 64 * 1024;

const bytesIn = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));

/** Throws without WebAssembly or its SIMD, and under a policy without `'wasm-unsafe-eval'`. */
export function decoder(): WebAssembly.Module {
  return new WebAssembly.Module(bytesIn(DECODER));
}

/** The bytes that were written. Throws where `decoder` does. */
export function bytesOf({ text, digits, bytes }: WasmText): Uint8Array<ArrayBuffer> {
  const { memory, decode } = new WebAssembly.Instance(decoder()).exports as unknown as Decoder;
  const end = TABLE + text.length;
  memory.grow(Math.ceil(end / PAGE));
  const all = new Uint8Array(memory.buffer as ArrayBuffer);
  const singles = digits.length - 2;
  bytesIn(bytes).forEach((byte, place) => {
    const behind = place - singles;
    const table = behind < 0 ? 0 : 1 + Math.floor(behind / digits.length);
    const digit = behind < 0 ? place : behind % digits.length;
    all[table * 128 + digits.charCodeAt(digit)] = byte;
  });
  new TextEncoder().encodeInto(text, all.subarray(TABLE));
  return all.subarray(TABLE, decode(TABLE, end, digits.charCodeAt(singles)));
}

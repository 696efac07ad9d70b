// For the project `scalar`: compiling is refused as by a Content-Security-Policy without
// 'wasm-unsafe-eval', in the place where the loader looks whether it is. Node's own `fetch` needs
// the rest of WebAssembly.
WebAssembly.Module = new Proxy(WebAssembly.Module, {
  construct() {
    throw new WebAssembly.CompileError('refused for a test');
  },
});

import { runPart } from './parts.cjs';

await runPart((name) => import(name));

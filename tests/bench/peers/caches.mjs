// The usual LRU caches as windows of ids. `has` before `set`: asking must not make an id young.
import { LRUCache } from 'lru-cache';
import QuickLRU from 'quick-lru';
import { windowed } from './handwritten-dedup.mjs';

const asked = (cache) => ({
  isNew(id) {
    if (cache.has(id)) return false;
    cache.set(id, true);
    return true;
  },
});

export const dedup = [
  windowed('lru-cache', 'library', (max) => asked(new LRUCache({ max }))),
  windowed('quick-lru', 'library', (maxSize) => asked(new QuickLRU({ maxSize }))),
];

require('./parts.cjs').runPart(require);

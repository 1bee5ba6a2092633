import shared from './ava.config.js';

/** The tests of what is published. They need `npm run build` first, and are slow. */
export default { ...shared, files: ['test/package/**/*.test.ts'] };

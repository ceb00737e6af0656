/** This package's version, inserted by vite.config.ts. */
declare const VERSION: string;
/** Whether this is the built page, rather than the one that `npm run lab` serves during development. */
declare const IS_BUILT: boolean;

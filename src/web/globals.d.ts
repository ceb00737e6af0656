/** This package's version, put in by vite.config.ts. */
declare const VERSION: string;
/** Whether this is the built page, not the one that `npm run lab` serves while it is edited. */
declare const IS_BUILT: boolean;

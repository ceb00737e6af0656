// The page's entry point. It starts loading the workers immediately, while the rest of the page, which is larger, is
// still loading.

import "./computation/workers.js";

void import("./main.js");

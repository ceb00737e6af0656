// The page's entry point. It starts loading the workers immediately, while the rest of the page, which is larger, still
// loads.

import "./computation/workers.js";

void import("./main.js");

// The page's entry point: the workers start loading while the page itself, which is larger, still loads.

import "./computation/workers.js";

void import("./main.js");

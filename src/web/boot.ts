// The page's entry: the workers are on their way while the page itself, which is larger, is loaded.

import "./computation/workers.js";

void import("./main.js");

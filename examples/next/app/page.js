"use client";

import { useEffect, useState } from "react";
import { measured } from "./measured.js";

/** Measures in the browser. */
export default function Page() {
  const [numbers, setNumbers] = useState(null);
  useEffect(() => void measured().then(setNumbers), []);
  return <output>{numbers && JSON.stringify(numbers)}</output>;
}

import { measured } from "../../measured.js";

export const dynamic = "force-dynamic";

/** Measures on the server. */
export async function GET() {
  return Response.json(await measured());
}

/**
 * For each kernel that takes a descriptor: the fields of the descriptor, in order. Descriptors are blocks of memory
 * for arguments that stay the same from call to call. A field is u32 unless stated otherwise. assembly/descriptors.ts
 * declares the same fields as classes and documents them; a test compares the two.
 *
 * Each kernel's fields are in a separate string, so that a page includes only the strings of the kernels that it calls.
 */

export const sampleActive = "ids marks inputs stream T d kind table choices";
export const addNoise = "N W table";
export const truthLayer = "d mean delta bias linear";
export const embedInput = "Y W values ids neurons S d";
export const circuitsPass =
  "gather scatter T S W k pass inner outer mix V writes scratch activeAt masks shift groups rows Q laneSum laneMax partial isRotation reached";
export const correct = "count targets starts rows W k r pass matrix scratch";
export const activate =
  "Y outBytes X P W d k outStarts outColumns outValues inStarts inColumns inValues base mask A stepA sums counts rotationGate summed";
export const sumActive = "scale:f64 chunk active k truth d shift W groups rows Q R readout";
export const sparseLayer = "starts columns values bias N W";
export const inactiveErrors = "wrong:f64 most:f64 read isActive out T rows stride W";
export const denseLayer = "packed bias workspace N K";
export const embedLinks = "Y X W neurons S starts rows weights";
export const embeddingErrors = "linked:f64 constant:f64 own:f64 overlap:f64 Y X rowsY rowsX signs S W sums";
export const dotProducts = "vectors n all scratch result";
export const transposedProduct = "workspace M N";
export const drawSparse = "logOff:f64 starts columns values F stream";
export const rowsLayer = "starts columns values weights bias N K";
export const powerLoss = "gradient:f64 out N halves";
export const adamStep = "firstKept:f64 secondKept:f64 rate:f64 root:f64 epsilon:f64 shrink:f64 first second";
export const momentumStep = "kept:f64 rate:f64 shrink:f64 moving";

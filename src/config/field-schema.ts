import * as v from "valibot";
import { isRamp, rampRule } from "../circuits/indicators.js";
import { designNames, presentDesign } from "../designs/designs.js";
import { choiceSchema, numberSchema, wholeSchema } from "../base/validation.js";
import type { SpecField } from "./fields.js";

/** The schema with which {@link checked} checks a field; fields of circuits have no schema. */
export function fieldSchema(field: SpecField): v.GenericSchema {
  switch (field.kind) {
    case "whole":
    case "number": {
      const { kind, min, max } = field;
      const schema = kind === "whole" ? wholeSchema(min, max, field.isOdd) : numberSchema(min, max);
      return field.default === null ? v.nullable(schema) : schema;
    }
    case "choice":
      return field.name === "design" ? designSchema : choiceSchema(field.choices);
    case "wholes":
      return listSchema(
        wholeSchema(field.min, field.max),
        field.maxLength,
        `a whole number, or a list of 1 to ${field.maxLength}: 1,2,3 as a flag, [1, 2, 3] in a file`,
      );
    case "numbers":
      if (field.name === "ramp") return rampSchema;
      return v.nullable(
        listSchema(
          numberSchema(field.min, field.max),
          field.maxLength,
          `a list of 1 to ${field.maxLength} numbers: 0,1.5 as a flag, [0, 1.5] in a file`,
        ),
      );
    case "circuits":
      throw new Error("Circuits can be checked only together with the whole spec.");
  }
}

const designSchema = v.pipe(v.unknown(), v.transform(presentDesign), choiceSchema(designNames));

/** One message for all errors in a ramp. */
const rampSchema = v.nullable(
  v.custom<readonly number[]>(
    (value) => Array.isArray(value) && value.length === 2 && isRamp(value[0], value[1]),
    rampRule,
  ),
);

function listSchema<Item extends v.GenericSchema>(item: Item, maxLength: number, message: string) {
  return v.pipe(v.array(item, message), v.minLength(1, message), v.maxLength(maxLength, message));
}

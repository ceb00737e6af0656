import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", "dist/", "types/", "build/", "out/", "assembly/", "bench/assembly/"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
      "no-console": "error",
      eqeqeq: "error",
      "prefer-const": "error",
    },
  },
  { files: ["scripts/**", "src/cli/**", "bench/**"], rules: { "no-console": "off" } },
);

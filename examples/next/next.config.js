/**
 * On the server the package is not bundled, because webpack would give its binary an address that only pages can fetch.
 */
export default { serverExternalPackages: ["circuits-in-superposition"] };

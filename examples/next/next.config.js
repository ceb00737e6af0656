/** On the server the package is loaded as it is: webpack would give its binary an address that only pages can fetch. */
export default { serverExternalPackages: ["circuits-in-superposition"] };

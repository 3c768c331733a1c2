/** Entry. */
export {};

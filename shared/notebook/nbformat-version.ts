/** The newest minor of nbformat 4 that is known here; edited notebooks of an older one are saved as this. */
export const NEWEST_MINOR = 5;

/** A file's name may hold control characters, which would speak to the terminal, and marks that turn the order of what stands beside them. */
export const printable = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
